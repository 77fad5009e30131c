#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/bilingual.h"
#include "core/plan.h"
#include "world/world.h"

namespace longmen::agent {

/// A plan for the whole of the text.
struct Proposal {
  Plan plan;
  /// The text left something open that the plan fills in (an angle, a unit): show it and ask first.
  bool confirm = false;
  /// The request as it was understood, in plain words, where the plan is a guess; else empty.
  std::string reading;
};

/// A question whose answer would let the agent go on.
struct Ask {
  Bilingual question;
};

/// Why there is no plan, in words for the person who asked.
struct Cannot {
  Bilingual reason;
  /// The text was understood, and the answer is no: another reading of it must not be looked for.
  bool is_final = false;
};

using Answer = std::variant<Proposal, Ask, Cannot>;

/// One turn of a conversation that is over.
struct Exchange {
  std::string said;  ///< by the person
  Answer answered;
};

/// Turns a sentence into a plan over what a world holds. What it proposes is data: the plan gate
/// decides.
class Agent {
 public:
  virtual ~Agent() = default;

  /// Name under which plans are proposed.
  [[nodiscard]] virtual std::string model() const = 0;
  /// Any bytes may come as text.
  [[nodiscard]] virtual Answer answer(std::string_view text, const world::World& world) const = 0;
  /// The same after earlier turns, oldest first. An agent without memory takes each turn by itself.
  [[nodiscard]] virtual Answer answer_after(std::span<const Exchange> before, std::string_view text,
                                            const world::World& world) const {
    static_cast<void>(before);
    return answer(text, world);
  }
  /// Whether it can make another plan when it sees what became of its last one. One that would say
  /// the same again cannot.
  [[nodiscard]] virtual bool replans() const { return false; }
};

}  // namespace longmen::agent
