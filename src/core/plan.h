#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace longmen {

/// A number (in the unit of the catalogue's parameter) or a text (a name, or words to say).
using Argument = std::variant<double, std::string>;

/// One call of a skill of the catalogue. Nothing here is believed before the plan gate has typed
/// it.
struct PlanStep {
  std::string skill;
  std::map<std::string, Argument> args;  ///< sorted by name: one plan has one form
  friend bool operator==(const PlanStep&, const PlanStep&) = default;
};

/// What an agent proposes for a sentence.
struct Plan {
  std::string id;
  std::string model;  ///< who proposes: the name in the register
  std::string text;   ///< the sentence that it answers, as it was given
  std::vector<PlanStep> steps;
  /// Of the request, chosen by who makes it: the same key a second time is the same request, which
  /// acts once. Empty: every request is one of its own.
  std::string key{};
  /// Of a plan that takes another one's place: what became of that one, in a line. Empty: the
  /// first.
  std::string cause{};
  friend bool operator==(const Plan&, const Plan&) = default;
};

}  // namespace longmen
