#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "record/byte_io.h"

namespace longmen::record {

/// The Merkle tree of RFC 6962, section 2.1, over SHA-256. Leaves are numbered from 0; a tree of n
/// leaves has one root whatever was appended in which portion.
[[nodiscard]] Digest leaf_hash(ByteView leaf);
[[nodiscard]] Digest node_hash(const Digest& left, const Digest& right);

/// A tree that only grows, held as the roots of its complete subtrees: 32 bytes for each bit of its
/// size.
class GrowingTree {
 public:
  void append(const Digest& leaf);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Of the empty tree: SHA-256 of nothing.
  [[nodiscard]] Digest root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest> complete_;  // from the largest subtree to the smallest
};

/// Leaves begin ≤ i < end; the hash of such a stretch is the root of the tree over them alone.
struct LeafRange {
  std::uint64_t begin = 0, end = 0;
  friend bool operator==(const LeafRange&, const LeafRange&) = default;
};

/// Stretches whose hashes prove that leaf `index` is in the tree of `size` leaves, from the leaf's
/// sibling up (RFC 6962, 2.1.1). Needs index < size.
[[nodiscard]] std::vector<LeafRange> inclusion_ranges(std::uint64_t index, std::uint64_t size);
/// Stretches whose hashes prove that the tree of `size` leaves grew from that of `old_size` (RFC
/// 6962, 2.1.2). Needs 0 < old_size ≤ size.
[[nodiscard]] std::vector<LeafRange> consistency_ranges(std::uint64_t old_size, std::uint64_t size);

[[nodiscard]] bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                                    std::span<const Digest> proof, const Digest& root);
[[nodiscard]] bool verify_consistency(std::uint64_t old_size, const Digest& old_root,
                                      std::uint64_t size, const Digest& root,
                                      std::span<const Digest> proof);

/// Hashes of stretches, computed while all leaves pass by once in order, in constant memory.
class RangeHashes {
 public:
  explicit RangeHashes(std::vector<LeafRange> ranges);
  void append(const Digest& leaf);
  /// In the order of the ranges; all leaves have passed.
  [[nodiscard]] std::vector<Digest> hashes() const;

 private:
  std::vector<LeafRange> ranges_;
  std::vector<GrowingTree> trees_;
  std::uint64_t next_ = 0;
};

}  // namespace longmen::record
