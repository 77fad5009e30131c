#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/result.h"
#include "record/tile_log.h"
#include "trust/key_store.h"

namespace longmen::record {

/// That a log grew from an older checkpoint of it. Errors: kCorrupt: it did not; kInvalidArgument:
/// of another log; those of the note.
Result<void> check_growth(const TileLog::Contents& now, const std::string& old_note,
                          const trust::TrustRoots& roots);

/// What a witness does, in a process and best on a machine of its own: it remembers the last
/// checkpoint that it saw of each log (in `memory`), co-signs a newer one only if the log grew from
/// it (C2SP tlog-cosignature), and so keeps a log from showing two histories. Puts the co-signature
/// into the log's checkpoint and gives the note. Errors: as check_growth; those of the key.
Result<std::string> cosign(const TileLog& log, const TileLog::Contents& contents,
                           const trust::KeyStore& keys, const std::filesystem::path& memory,
                           const trust::TrustRoots& roots, std::uint64_t time_s);

}  // namespace longmen::record
