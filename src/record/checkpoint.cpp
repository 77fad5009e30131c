#include "record/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "trust/signing.h"

namespace longmen::record {
namespace {

constexpr std::uint64_t kCountMax = 1ull << 62;

}  // namespace

std::string to_base64(const Digest& digest) {
  return trust::to_base64(
      {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()});
}

bool from_base64(std::string_view text, Digest& digest) {
  std::string bytes;
  if (!trust::from_base64(text, bytes) || bytes.size() != digest.bytes.size()) return false;
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return true;
}

bool parse_count(std::string_view text, std::uint64_t& count) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && count <= kCountMax &&
         (text == "0" || text.front() != '0');
}

std::string Checkpoint::text() const {
  return fmt::format("{}\n{}\n{}\n", origin, size, to_base64(root));
}

Result<Checkpoint> Checkpoint::parse(std::string_view text) {
  Checkpoint checkpoint;
  std::string_view lines[3];
  for (std::string_view& line : lines) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return fail(ErrorCode::kParse, "not a checkpoint");
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  checkpoint.origin = lines[0];
  if (!text.empty() || !trust::is_key_name(checkpoint.origin) ||
      !parse_count(lines[1], checkpoint.size) || !from_base64(lines[2], checkpoint.root))
    return fail(ErrorCode::kParse, "not a checkpoint: three lines, origin, size and root hash");
  return checkpoint;
}

}  // namespace longmen::record
