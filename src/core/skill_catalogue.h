#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace longmen {

/// What the robot can be asked to do. The catalogue is the one table that agents, the plan gate,
/// skills and servers read; `skills` implements it.
enum class SkillId : std::uint8_t {
  kStand,
  kWalkTo,
  kTurn,
  kPointAt,
  kWave,
  kSay,
  kWait,
  kStop,
  kPickUp,
  kPlace,
  kHandOver,
  kFollowStream,
  kRunPolicy,
};

enum class ParameterKind : std::uint8_t {
  kPlace,   ///< name of a place of the world
  kObject,  ///< name of an object
  kPerson,  ///< name of a person
  kTarget,  ///< name of a place, object or person
  kNumber,  ///< a number in `unit`, in [min, max]
  kPolicy,  ///< name of a motion policy of the rules
  kBounds,  ///< name of bounds for a motion policy
  kText,    ///< words, [min, max] characters
};

struct Parameter {
  std::string_view name;
  ParameterKind kind;
  std::string_view unit{};
  double min = 0.0;
  double max = 0.0;
};

/// What must hold before a step, in terms of its own arguments.
enum class Precondition : std::uint8_t {
  kHandsFree,    ///< carries nothing
  kHoldsObject,  ///< carries `object`
  kAtObject,     ///< stands at the place where `object` is
  kAtPlace,      ///< stands at `place`
  kPlaceHolds,   ///< things can be put down at `place`
};

/// What holds after a step.
enum class Effect : std::uint8_t {
  kAtPlace,         ///< stands at `place`, facing it
  kFacingLost,      ///< faces elsewhere than its place asks
  kPlaceLost,       ///< stands wherever it was led
  kHoldsObject,     ///< carries `object`
  kObjectAtPlace,   ///< `object` is at `place`, hands are free
  kObjectAtPerson,  ///< `person` has `object`, hands are free
};

/// A way to ask for a skill. Pattern: words; [optional]; (one|of|these); {slot}. Slots are named as
/// the parameters; {side} is left (+) or right (-) and multiplies the number; {who} is someone or
/// everyone who is spoken to or waved at; {source} is the place where `object` is taken.
struct Phrase {
  std::string_view pattern;
  std::string_view preset{};  ///< "parameter=value" that the words mean
  bool is_assumed = false;    ///< the words do not say the preset: ask before running
};

struct Skill {
  SkillId id;
  std::string_view name;
  std::string_view summary_en;
  std::string_view summary_zh;
  std::string_view sentence_en;  ///< one step in words; {parameter} is its argument
  std::string_view sentence_zh;
  std::span<const Parameter> parameters;
  std::span<const Precondition> preconditions;
  std::span<const Effect> effects;
  double timeout_s;  ///< from start to done; wait, follow_stream and run_policy add their own
  bool body_can;     ///< false: planned and judged, but the body cannot do it yet
  std::span<const Phrase> phrases_en;  ///< none: no sentence asks for it, so no agent plans it
  std::span<const Phrase> phrases_zh;

  [[nodiscard]] bool is_asked_in_words() const noexcept { return !phrases_en.empty(); }
};

/// All skills, in the order of SkillId.
[[nodiscard]] std::span<const Skill> skill_catalogue() noexcept;
[[nodiscard]] const Skill& skill(SkillId id) noexcept;
/// nullptr when no skill has this name.
[[nodiscard]] const Skill* find_skill(std::string_view name) noexcept;
/// nullptr when the skill has no such parameter.
[[nodiscard]] const Parameter* find_parameter(const Skill& skill, std::string_view name) noexcept;

}  // namespace longmen
