#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "record/checkpoint.h"
#include "record/mcap_writer.h"
#include "record/merkle.h"
#include "trust/signing.h"

namespace longmen::record {

/// Name of the metadata records that hold checkpoints, and of their one value: the signed note.
inline constexpr const char* kCheckpointName = "longmen.checkpoint";
inline constexpr const char* kCheckpointKey = "note";

/// Takes the hash of every byte before a place of the file, so that a tree over the messages also
/// vouches for the bytes around them.
class PrefixHash {
 public:
  void add(ByteView bytes) {
    hash_.add(bytes);
    size_ += bytes.size();
  }
  /// The leaf that goes into the tree before a checkpoint: a text of its own, which no record in a
  /// chunk can be. `is_end`: nothing but the summary follows the checkpoint.
  [[nodiscard]] Digest leaf(bool is_end) const;

 private:
  Sha256 hash_;
  std::uint64_t size_ = 0;
};

/// The transparency log of one record: an RFC 6962 tree whose leaves are the records inside the
/// chunks as they stand there, and before each checkpoint the hash of all bytes of the file so far.
/// Works on the recorder's thread.
class RecordSeal final : public McapObserver {
 public:
  RecordSeal(std::shared_ptr<const trust::SigningKey> key, std::string origin)
      : key_(std::move(key)), origin_(std::move(origin)) {}

  void on_record(ByteView record) override { tree_.append(leaf_hash(record)); }
  void on_bytes(ByteView bytes) override { prefix_.add(bytes); }

  /// Values of the metadata record that comes next in the file.
  [[nodiscard]] McapValues checkpoint(bool is_end);

 private:
  std::shared_ptr<const trust::SigningKey> key_;
  std::string origin_;
  GrowingTree tree_;
  PrefixHash prefix_;
};

}  // namespace longmen::record
