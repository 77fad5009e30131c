#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/token.h"
#include "world/world.h"

namespace longmen::agent {

/// Kinds of things, as bits of a set.
enum Kind : unsigned { kNone = 0, kPlaces = 1, kObjects = 2, kPeople = 4 };

/// One thing of the world.
struct Entity {
  Kind kind = kNone;
  std::string id;
  friend bool operator==(const Entity&, const Entity&) = default;
  friend auto operator<=>(const Entity&, const Entity&) = default;
};

/// All things that a stretch of tokens may mean; more than one: ambiguous.
struct NameMatch {
  std::size_t end = 0;  ///< index after the last token
  std::vector<Entity> entities;
  bool is_described = false;  ///< only together with an adjective that the world does not confirm
};

/// Finds the names of a world in tokens. Case, spaces, hyphens, plurals, articles and the width of
/// characters make no difference; nothing else is forgiven.
class NameIndex {
 public:
  explicit NameIndex(const world::World& world);

  /// Names that begin at `at`, longest first.
  [[nodiscard]] std::vector<NameMatch> match(const std::vector<Token>& tokens, std::size_t at,
                                             unsigned kinds) const;

 private:
  using Meanings = std::map<std::string, std::vector<Entity>>;

  void add(Kind kind, const world::Names& names);
  [[nodiscard]] std::vector<Entity> meaning(const std::string& key, unsigned kinds) const;

  Meanings names_;  ///< by key: words joined, the last one singular
  Meanings heads_;  ///< last words of longer names: "station" of "charging station"
  std::size_t words_max_ = 0;
};

}  // namespace longmen::agent
