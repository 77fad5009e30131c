#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "record/merkle.h"
#include "record/tlog_proof.h"
#include "trust/signing.h"
#include "trust/trust_roots.h"

namespace longmen::record {

/// A transparency log in a folder, in the layout of C2SP tlog-tiles: `checkpoint`, `tile/L/N` for
/// the hashes of the tree and `tile/entries/N` for the entries, 256 to a tile. Only ever appended
/// to; any static web server can publish it, any client of the format can check it.
class TileLog {
 public:
  static constexpr std::size_t kEntryBytesMax = 0xFFFF;

  explicit TileLog(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Adds entries and signs the new checkpoint. One process at a time, whoever calls. `roots` hold
  /// the keys that may have signed the present checkpoint. Errors: kIo; kCorrupt when what is there
  /// is not what was signed; kInvalidArgument for an entry too long.
  Result<Checkpoint> append(const std::vector<std::string>& entries, const trust::SigningKey& key,
                            const trust::TrustRoots& roots) const;

  /// All that the log holds, every entry and tile held to the signed checkpoint.
  struct Contents {
    TrustedCheckpoint trusted;
    std::string note;
    std::vector<std::string> entries;
  };
  /// Errors: kNotFound (no log, no trusted signature), kIo, kCorrupt with the file.
  Result<Contents> read(const trust::TrustRoots& roots) const;

  /// Puts a co-signed form of the present checkpoint in its place. Error kCorrupt: the log has
  /// another one by now.
  Result<void> put_note(const std::string& old_note, const std::string& new_note) const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] bool exists() const;

 private:
  std::filesystem::path folder_;
};

/// Hashes that prove that a log of these entries grew from `old_size` to all of them.
[[nodiscard]] std::vector<Digest> growth_proof(const std::vector<std::string>& entries,
                                               std::uint64_t old_size);

}  // namespace longmen::record
