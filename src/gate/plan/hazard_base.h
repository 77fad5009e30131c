#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/bilingual.h"
#include "core/digest.h"
#include "core/result.h"
#include "gate/plan/words.h"

namespace longmen::gate::plan {

inline constexpr std::size_t kAttributes_max = 384;
/// A set of attributes, by their index in the base.
using Attributes = std::bitset<kAttributes_max>;

enum class ConceptKind {
  kThing,    ///< object, material, place, animal or person
  kAction,   ///< verb or a whole phrase that means a deed or a wish
  kManner,   ///< how, in which state: "unattended", "turned on"
  kRole,     ///< says what the next thing is to the action: "into", "with", 把
  kNegator,  ///< "don't", 不要
  kPronoun,  ///< "it", 它
  kIgnored,  ///< words that hold another word inside them but not its meaning
};

/// One name, with what every entry of the base says of it.
struct Concept {
  ConceptKind kind = ConceptKind::kThing;
  std::string name;
  Attributes is;
};

/// One thing that an event is asked for: any of the alternatives, each a set that must be there.
struct Demand {
  std::vector<Attributes> any_of;
  Attributes touched;  ///< of any alternative: without one of these none is met
  /// @param alternative  not empty
  void add(const Attributes& alternative);
  [[nodiscard]] bool is_met(const Attributes& by) const;
};

/// The parts of an event that a relation looks at.
enum Part { kDoes, kObject, kTarget, kTool, kManner, kScene, kPartCount };

/// Which attributes of a deed, its object, its target and its surroundings do not go together.
struct Relation {
  std::string id;
  std::string topic;            ///< of the rules that judge it: "electricity", "food"
  Demand wants[kPartCount];     ///< empty: whatever is there
  Demand excludes[kPartCount];  ///< none of these may be there
  /// Two things, whatever their parts: together they have one alternative, neither alone has it.
  Demand pair;
};

/// What is known of everyday things and deeds: rules/hazards/*.yaml, data with sources. Knows
/// attributes, never sentences.
class HazardBase {
 public:
  /// Reads files, name and text, one after the other. Errors: those of strict files; kUnknownName
  /// for an attribute that no concept has.
  static Result<HazardBase> parse(const std::vector<std::pair<std::string, std::string>>& files);

  [[nodiscard]] const std::vector<Concept>& concepts() const { return concepts_; }
  [[nodiscard]] const std::vector<Relation>& relations() const { return relations_; }
  [[nodiscard]] const std::vector<std::string>& attributes() const { return attributes_; }
  /// Index of an attribute, or kAttributes_max when the base has none of this name.
  [[nodiscard]] std::size_t attribute(std::string_view name) const;

  struct Match {
    std::size_t words = 0;  ///< how many; 0: the word begins nothing known
    const std::vector<int>* concepts = nullptr;
  };
  /// The longest name that begins at a word.
  [[nodiscard]] Match match(const std::vector<Word>& words, std::size_t at) const;
  [[nodiscard]] const Digest& hash() const { return hash_; }

 private:
  friend class HazardReader;
  HazardBase() = default;
  std::vector<std::string> attributes_;
  std::unordered_map<std::string, std::size_t> attribute_index_;
  std::vector<Concept> concepts_;
  std::vector<Relation> relations_;
  std::unordered_map<std::string, std::vector<int>> names_;
  std::unordered_map<std::string, std::size_t> longest_;  ///< by first word, in words
  Digest hash_;
};

}  // namespace longmen::gate::plan
