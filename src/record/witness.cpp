#include "record/witness.h"

#include <fmt/format.h>

#include <fstream>

#include "trust/signed_note.h"

namespace longmen::record {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNoteBytesMax = 64 * 1024;

}  // namespace

Result<void> check_growth(const TileLog::Contents& now, const std::string& old_note,
                          const trust::TrustRoots& roots) {
  const auto old = open_checkpoint(old_note, roots);
  if (!old) return tl::make_unexpected(old.error());
  const Checkpoint &before = old->checkpoint, &after = now.trusted.checkpoint;
  if (before.origin != after.origin)
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("the older checkpoint is of {}, this is {}", before.origin, after.origin));
  if (before.size > after.size)
    return fail(ErrorCode::kCorrupt,
                fmt::format("{} had {} entries and has {} now: something is missing", before.origin,
                            before.size, after.size));
  if (before.size > 0 && !verify_consistency(before.size, before.root, after.size, after.root,
                                             growth_proof(now.entries, before.size)))
    return fail(ErrorCode::kCorrupt,
                fmt::format("{} did not grow from the older checkpoint of {} entries",
                            before.origin, before.size));
  return {};
}

Result<std::string> cosign(const TileLog& log, const TileLog::Contents& contents,
                           const trust::KeyStore& keys, const fs::path& memory,
                           const trust::TrustRoots& roots, std::uint64_t time_s) {
  const fs::path seen = memory / sha256(contents.trusted.checkpoint.origin).hex();
  std::error_code error;
  if (fs::exists(seen, error)) {
    std::ifstream stream(seen, std::ios::binary);
    std::string old(kNoteBytesMax, '\0');
    stream.read(old.data(), static_cast<std::streamsize>(old.size()));
    old.resize(static_cast<std::size_t>(stream.gcount()));
    if (auto grew = check_growth(contents, old, roots); !grew)
      return fail(grew.error().code, "not co-signed: " + grew.error().message, grew.error().where);
  }
  const auto key = keys.key(trust::KeyUse::kWitness);
  if (!key) return tl::make_unexpected(key.error());
  auto note = trust::SignedNote::parse(contents.note);
  if (!note) return tl::make_unexpected(note.error());
  note->cosign(*key, time_s);
  // Remember first: what was once co-signed is never forgotten, whatever happens next.
  fs::create_directories(memory, error);
  std::ofstream stream(seen, std::ios::binary | std::ios::trunc);
  stream << note->bytes() << std::flush;
  if (!stream)
    return fail(ErrorCode::kIo, "the witness cannot remember what it saw", seen.string());
  if (auto put = log.put_note(contents.note, note->bytes()); !put)
    return tl::make_unexpected(put.error());
  return note->bytes();
}

}  // namespace longmen::record
