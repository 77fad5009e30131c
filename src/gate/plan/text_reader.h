#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gate/plan/hazard_base.h"

namespace longmen::gate::plan {

/// One deed that a text asks for, in the words of the hazard base.
struct Event {
  int step = -1;                                   ///< index of the step, -1: the instruction
  int action = -1;                                 ///< concept; -1: only things were named
  std::vector<int> objects{}, targets{}, tools{};  ///< concepts
  Attributes parts[kPartCount]{};                  ///< what they are, with their state and contents
  std::vector<Attributes> things{};                ///< the same of each thing in any part
};

/// Reads instructions and free-text steps, English or Chinese, into events, and keeps the symbolic
/// trace over them: what is held, what is in what, what is on. Words that the base does not hold
/// are passed over: an unknown verb or thing makes no event and changes none.
class TextReader {
 public:
  explicit TextReader(const HazardBase& base);

  /// A sentence about the world: changes the state, never asks for anything.
  void note_fact(std::string_view text);
  /// An instruction (step -1) or a step.
  void read(std::string_view text, int step);
  /// What was read so far is past: it keeps its effect on the state and is no longer judged.
  void forget_events();
  [[nodiscard]] std::vector<Event> events() const;

 private:
  enum Role { kAsObject, kAsTarget, kAsTool, kAsContents, kAsNothing };
  struct State {
    Attributes extra;           ///< "turned on", "hot"
    std::vector<int> contents;  ///< concepts that are in it
    int switched_on = 0;        ///< times
  };
  struct Argument {
    int thing;
    Role role;
    bool is_told;  ///< a word said the role
    bool is_pronoun = false;
  };
  struct Clause {  ///< what is open while words come
    std::optional<Event> event;
    std::vector<Argument> pending;
    Attributes pending_manner;
    Role role = kAsObject;
    Role role_before = kAsObject;  ///< of a vessel's contents
    bool role_told = false;
    int open_role = -1;        ///< concept of a role word that nothing has followed
    bool is_negated = false;   ///< the next deed is forbidden
    bool was_negated = false;  ///< the last deed was: "or" goes on with that
    bool lacks = false;        ///< "without": what comes next is missing
    bool is_skipping = false;
    bool has_action = false;  ///< since the last mark
    bool is_aside = false;    ///< "while the lady reads": what follows is another's deed
  };

  /// Words in quotation marks after a deed of speech are said, not done.
  [[nodiscard]] bool is_speech(const Word& word, const Clause& clause) const;
  [[nodiscard]] int choose(const std::vector<int>& concepts, const std::vector<Word>& words,
                           std::size_t at, const Clause& clause) const;
  void take_action(Clause& clause, int action, int step);
  void take_negator(Clause& clause, const Concept& negator);
  void add_manner(Clause& clause, const Attributes& manner);
  /// A word that the base does not hold: where a verb stands it is a deed that moves things.
  void take_unknown(Clause& clause, const std::vector<Word>& words, std::size_t at, int step);
  void take_thing(Clause& clause, int thing, bool is_pronoun);
  void take_role(Clause& clause, int role);
  void end_clause(Clause& clause);
  void add(Event& event, const Argument& argument);
  [[nodiscard]] bool is_being(int thing) const;  ///< a person or an animal
  void close(Clause& clause);
  void complete(Event& event);
  void carry_out(const Event& event);
  void emit(Event event);
  void remember_contents(int holder, int thing);
  void take_out(int thing);
  [[nodiscard]] Attributes attributes_of(int thing) const;
  [[nodiscard]] bool has(const Attributes& attributes, std::size_t index) const {
    return index < kAttributes_max && attributes.test(index);
  }

  const HazardBase& base_;
  std::map<int, State> states_;
  Attributes scene_;
  std::vector<Event> events_;
  std::vector<Event> past_;  ///< of the turn before
  int held_ = -1;
  int focus_ = -1;           ///< last thing that was named
  int last_object_ = -1;     ///< last object of an event
  int object_of_text_ = -1;  ///< the same, since this text began
  int last_switch_ = -1;     ///< last thing that can be switched
  int turn_on_ = -1, turn_off_ = -1, unnamed_ = -1, secret_ = -1;  ///< concepts
  struct {
    std::size_t wets, soaks, fills, puts, picks, finds, uses_held, toggles, turn_on, turn_off,
        heats, liquid, vessel, encloses, switchable, person, particle_on, particle_off, role_object,
        role_target, role_tool, role_contents, role_source, rel_in, again, gives, on, past_harm,
        harm_wish, repeated, of_vessel, rel_near, lets, tells, speech_act, protective, unprotected,
        lacking, left_running, consent, unnamed, alive, food, body_part, benefits, feeds, closes_it,
        keeps_on, left_open, applies_tool, aside, vulnerable, points, keeps_secret, private_data;
  } a_{};
};

}  // namespace longmen::gate::plan
