#include "record/merkle.h"

#include <algorithm>
#include <bit>

namespace longmen::record {
namespace {

constexpr std::uint8_t kLeafPrefix = 0x00, kNodePrefix = 0x01;

// Largest power of two below n, for n > 1: where RFC 6962 splits a tree.
std::uint64_t split_of(std::uint64_t n) { return std::bit_floor(n - 1); }

}  // namespace

Digest leaf_hash(ByteView leaf) {
  return Sha256().add(ByteView(&kLeafPrefix, 1)).add(leaf).digest();
}

Digest node_hash(const Digest& left, const Digest& right) {
  return Sha256().add(ByteView(&kNodePrefix, 1)).add(left.bytes).add(right.bytes).digest();
}

void GrowingTree::append(const Digest& leaf) {
  Digest hash = leaf;
  for (std::uint64_t full = size_; (full & 1) != 0; full >>= 1) {
    hash = node_hash(complete_.back(), hash);
    complete_.pop_back();
  }
  complete_.push_back(hash);
  ++size_;
}

Digest GrowingTree::root() const {
  if (complete_.empty()) return sha256("");
  Digest hash = complete_.back();
  for (std::size_t i = complete_.size() - 1; i-- > 0;) hash = node_hash(complete_[i], hash);
  return hash;
}

std::vector<LeafRange> inclusion_ranges(std::uint64_t index, std::uint64_t size) {
  std::vector<LeafRange> ranges;
  std::uint64_t begin = 0, end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split_of(end - begin);
    if (index < middle) {
      ranges.push_back({middle, end});
      end = middle;
    } else {
      ranges.push_back({begin, middle});
      begin = middle;
    }
  }
  std::reverse(ranges.begin(), ranges.end());
  return ranges;
}

std::vector<LeafRange> consistency_ranges(std::uint64_t old_size, std::uint64_t size) {
  std::vector<LeafRange> ranges;
  std::uint64_t begin = 0, end = size;
  bool is_whole = true;  // the old tree is the subtree that is left: its root is known
  while (old_size < end) {
    const std::uint64_t middle = begin + split_of(end - begin);
    if (old_size <= middle) {
      ranges.push_back({middle, end});
      end = middle;
    } else {
      ranges.push_back({begin, middle});
      begin = middle;
      is_whole = false;
    }
  }
  if (!is_whole) ranges.push_back({begin, end});
  std::reverse(ranges.begin(), ranges.end());
  return ranges;
}

// RFC 9162, 2.1.3.2.
bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const Digest> proof, const Digest& root) {
  if (index >= size) return false;
  std::uint64_t node = index, last = size - 1;
  Digest hash = leaf;
  for (const Digest& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      hash = node_hash(sibling, hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

// RFC 9162, 2.1.4.2.
bool verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                        const Digest& root, std::span<const Digest> proof) {
  if (old_size == 0 || old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  if (std::has_single_bit(old_size)) {
    std::vector<Digest> whole{old_root};
    whole.insert(whole.end(), proof.begin(), proof.end());
    if (proof.empty()) return false;
    std::uint64_t node = old_size - 1, last = size - 1;
    while ((node & 1) != 0) {
      node >>= 1;
      last >>= 1;
    }
    Digest new_hash = whole[0];
    for (std::size_t i = 1; i < whole.size(); ++i) {
      if (last == 0) return false;
      new_hash = node_hash(new_hash, whole[i]);
      node >>= 1;
      last >>= 1;
    }
    return last == 0 && new_hash == root;
  }
  if (proof.empty()) return false;
  std::uint64_t node = old_size - 1, last = size - 1;
  while ((node & 1) != 0) {
    node >>= 1;
    last >>= 1;
  }
  Digest old_hash = proof[0], new_hash = proof[0];
  for (const Digest& sibling : proof.subspan(1)) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      old_hash = node_hash(sibling, old_hash);
      new_hash = node_hash(sibling, new_hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == old_root && new_hash == root;
}

RangeHashes::RangeHashes(std::vector<LeafRange> ranges)
    : ranges_(std::move(ranges)), trees_(ranges_.size()) {}

void RangeHashes::append(const Digest& leaf) {
  for (std::size_t i = 0; i < ranges_.size(); ++i)
    if (ranges_[i].begin <= next_ && next_ < ranges_[i].end) trees_[i].append(leaf);
  ++next_;
}

std::vector<Digest> RangeHashes::hashes() const {
  std::vector<Digest> hashes;
  for (const GrowingTree& tree : trees_) hashes.push_back(tree.root());
  return hashes;
}

}  // namespace longmen::record
