#include "trust/signed_note.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/utf8.h"

namespace longmen::trust {
namespace {

constexpr std::size_t kNoteBytesMax = 64 * 1024;
constexpr std::size_t kLinesMax = 16;
constexpr std::string_view kDash = "\xE2\x80\x94 ";  // em dash, space
constexpr std::size_t kSignatureBytes = 64, kTimeBytes = 8;

void put_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

std::string cosigned_text(std::uint64_t time_s, std::string_view text) {
  return fmt::format("cosignature/v1\ntime {}\n{}", time_s, text);
}

bool is_note_text(std::string_view text) {
  return text.size() > 1 && text.size() <= kNoteBytesMax && text.back() == '\n' &&
         is_valid_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
           return c == '\n' || static_cast<std::uint8_t>(c) >= 0x20;
         });
}

bool parse_line(std::string_view line, SignedNote::Line& out) {
  if (!line.starts_with(kDash)) return false;
  line.remove_prefix(kDash.size());
  const auto space = line.find(' ');
  std::string blob;
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space)) ||
      !from_base64(line.substr(space + 1), blob) || blob.size() <= 4)
    return false;
  out.key_name = line.substr(0, space);
  out.key_id = static_cast<std::uint32_t>(big_endian(std::string_view(blob).substr(0, 4)));
  out.signature = blob.substr(4);
  return true;
}

}  // namespace

Result<SignedNote> SignedNote::make(std::string text) {
  if (!is_note_text(text))
    return fail(ErrorCode::kInvalidArgument,
                "a note is UTF-8 text without control characters that ends with a new line");
  SignedNote note;
  note.text_ = std::move(text);
  return note;
}

Result<SignedNote> SignedNote::parse(std::string_view bytes) {
  if (!is_note_text(bytes)) return fail(ErrorCode::kParse, "not a signed note");
  const auto split = bytes.rfind("\n\n");
  if (split == std::string_view::npos)
    return fail(ErrorCode::kParse, "not a signed note: no empty line before the signatures");
  SignedNote note;
  note.text_ = bytes.substr(0, split + 1);
  std::string_view rest = bytes.substr(split + 2);
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    Line line;
    if (note.lines_.size() == kLinesMax || !parse_line(rest.substr(0, end), line))
      return fail(ErrorCode::kParse,
                  fmt::format("signature line {} of a note is malformed", note.lines_.size() + 1));
    note.lines_.push_back(std::move(line));
    rest.remove_prefix(end + 1);
  }
  if (note.lines_.empty()) return fail(ErrorCode::kParse, "a note without signatures");
  return note;
}

std::string SignedNote::bytes() const {
  std::string all = text_ + '\n';
  for (const Line& line : lines_) {
    std::string blob;
    put_big_endian(blob, line.key_id, 4);
    blob += line.signature;
    all += fmt::format("{}{} {}\n", kDash, line.key_name, to_base64(blob));
  }
  return all;
}

void SignedNote::put(const PublicKey& key, std::string signature) {
  std::erase_if(lines_, [&](const Line& line) {
    return line.key_name == key.name() && line.key_id == key.id();
  });
  lines_.push_back({key.name(), key.id(), std::move(signature)});
}

void SignedNote::sign(const SigningKey& key) {
  const Signature signature = key.sign(text_);
  put(key.public_key(), {signature.begin(), signature.end()});
}

void SignedNote::cosign(const SigningKey& key, std::uint64_t time_s) {
  const Signature signature = key.sign(cosigned_text(time_s, text_));
  std::string blob;
  put_big_endian(blob, time_s, kTimeBytes);
  blob.append(signature.begin(), signature.end());
  put(key.public_key(), std::move(blob));
}

SignedNote::Check SignedNote::check(const PublicKey& key) const {
  Check found = Check::kAbsent;
  for (const Line& line : lines_) {
    if (line.key_name != key.name() || line.key_id != key.id()) continue;
    const bool has_time = key.kind() == KeyKind::kCosignature;
    if (line.signature.size() != kSignatureBytes + (has_time ? kTimeBytes : 0))
      return Check::kInvalid;
    Signature signature{};
    std::copy(line.signature.end() - kSignatureBytes, line.signature.end(), signature.begin());
    const std::string message =
        has_time ? cosigned_text(big_endian(line.signature.substr(0, kTimeBytes)), text_) : text_;
    if (!key.verifies(message, signature)) return Check::kInvalid;
    found = Check::kSigned;
  }
  return found;
}

std::uint64_t SignedNote::cosigned_at(const PublicKey& key) const {
  for (const Line& line : lines_)
    if (line.key_name == key.name() && line.key_id == key.id() &&
        line.signature.size() == kSignatureBytes + kTimeBytes)
      return big_endian(line.signature.substr(0, kTimeBytes));
  return 0;
}

}  // namespace longmen::trust
