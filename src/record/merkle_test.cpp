#include "record/merkle.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace longmen::record {
namespace {

// The leaves and roots that the reference implementation of RFC 6962 (certificate-transparency,
// merkletree tests) uses.
const std::vector<Bytes> kLeaves = {
    {},
    {0x00},
    {0x10},
    {0x20, 0x21},
    {0x30, 0x31},
    {0x40, 0x41, 0x42, 0x43},
    {0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57},
    {0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e,
     0x6f},
};
constexpr const char* kRoots[] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

// The definition of RFC 6962, 2.1, word for word.
Digest slow_root(std::span<const Digest> leaves) {
  if (leaves.empty()) return sha256("");
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = 1;
  while (2 * k < leaves.size()) k *= 2;
  return node_hash(slow_root(leaves.first(k)), slow_root(leaves.subspan(k)));
}

std::vector<Digest> some_leaves(std::size_t count) {
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(sha256(std::to_string(i)));
  return leaves;
}

std::vector<Digest> hashes_of(const std::vector<LeafRange>& ranges,
                              std::span<const Digest> leaves) {
  RangeHashes hashes(ranges);
  for (const Digest& leaf : leaves) hashes.append(leaf);
  return hashes.hashes();
}

TEST(Merkle, GivesTheReferenceRoots) {
  GrowingTree tree;
  EXPECT_EQ(tree.root().hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (std::size_t i = 0; i < kLeaves.size(); ++i) {
    tree.append(leaf_hash(kLeaves[i]));
    EXPECT_EQ(tree.root().hex(), kRoots[i]) << i + 1 << " leaves";
  }
}

TEST(Merkle, GrowsAsTheDefinitionSays) {
  const auto leaves = some_leaves(130);
  GrowingTree tree;
  for (std::size_t n = 0; n < leaves.size(); ++n) {
    EXPECT_EQ(tree.root(), slow_root(std::span(leaves).first(n)));
    tree.append(leaves[n]);
  }
}

TEST(Merkle, EveryLeafOfEverySizeIsProvedAndNothingElse) {
  const auto leaves = some_leaves(66);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const auto all = std::span(leaves).first(size);
    const Digest root = slow_root(all);
    for (std::size_t index = 0; index < size; ++index) {
      const auto proof = hashes_of(inclusion_ranges(index, size), all);
      ASSERT_TRUE(verify_inclusion(leaves[index], index, size, proof, root))
          << index << ' ' << size;
      EXPECT_FALSE(verify_inclusion(sha256("x"), index, size, proof, root));
      EXPECT_FALSE(verify_inclusion(leaves[index], size, size, proof, root));
      if (size > 1) {
        auto altered = proof;
        altered.back().bytes[3] ^= 1;
        EXPECT_FALSE(verify_inclusion(leaves[index], index, size, altered, root));
        altered = proof;
        altered.pop_back();
        EXPECT_FALSE(verify_inclusion(leaves[index], index, size, altered, root));
        EXPECT_FALSE(verify_inclusion(leaves[index], (index + 1) % size, size, proof, root));
      }
      auto longer = proof;
      longer.push_back(root);
      EXPECT_FALSE(verify_inclusion(leaves[index], index, size, longer, root));
    }
  }
}

TEST(Merkle, EveryGrowthIsProvedAndNoOther) {
  const auto leaves = some_leaves(66);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const auto all = std::span(leaves).first(size);
    const Digest root = slow_root(all);
    for (std::size_t old_size = 1; old_size <= size; ++old_size) {
      const Digest old_root = slow_root(all.first(old_size));
      const auto proof = hashes_of(consistency_ranges(old_size, size), all);
      ASSERT_TRUE(verify_consistency(old_size, old_root, size, root, proof))
          << old_size << ' ' << size;
      EXPECT_FALSE(verify_consistency(old_size, sha256("x"), size, root, proof));
      EXPECT_FALSE(verify_consistency(old_size, old_root, size, sha256("x"), proof));
      if (proof.empty()) continue;
      for (std::size_t i = 0; i < proof.size(); ++i) {
        auto altered = proof;
        altered[i].bytes[31] ^= 0x80;
        EXPECT_FALSE(verify_consistency(old_size, old_root, size, root, altered));
      }
      auto shorter = proof;
      shorter.pop_back();
      EXPECT_FALSE(verify_consistency(old_size, old_root, size, root, shorter));
    }
  }
}

}  // namespace
}  // namespace longmen::record
