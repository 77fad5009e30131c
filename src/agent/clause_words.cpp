#include "agent/clause_words.h"

#include <fmt/format.h>

#include <cmath>

namespace longmen::agent {
namespace {

/// Hands out what a clause names; at the end nothing may be left over.
class Parts {
 public:
  Parts(const ClauseThings& things, const world::World& world) : things_(things), world_(world) {
    for (const Mention& mention : things.mentions) left_.push_back(&mention);
    is_complete_ = !things.has_other_number;
  }

  /// The next thing of this slot; without one, and if it is needed, the clause is not complete.
  std::string take(Slot slot, bool is_needed = true) {
    for (auto at = left_.begin(); at != left_.end(); ++at)
      if ((*at)->slot == slot) {
        const std::string words = (*at)->words;
        left_.erase(at);
        return words;
      }
    if (is_needed) is_complete_ = false;
    return {};
  }

  /// An object, or the pronoun that stands for it.
  std::string take_object() {
    std::string words = take(Slot::kObject, !things_.has_thing_pronoun);
    return words.empty() && things_.has_thing_pronoun ? (things_.is_chinese ? "它" : "it") : words;
  }
  std::string take_person() {
    std::string words = take(Slot::kPerson, !things_.has_person_pronoun);
    return words.empty() && things_.has_person_pronoun ? (things_.is_chinese ? "他" : "him")
                                                       : words;
  }

  /// The place that the object is taken from: said so, or known to be there while another place is
  /// named for it to go to.
  std::string take_source(bool is_destination_needed) {
    const Mention* source = nullptr;
    int places = 0;
    for (const Mention* mention : left_) {
      if (mention->slot != Slot::kPlace) continue;
      ++places;
      if (mention->is_after_from || (source == nullptr && holds_object(*mention))) source = mention;
    }
    const bool is_only = places == 1 && is_destination_needed;
    if (source == nullptr || (is_only && !source->is_after_from)) return {};
    std::erase(left_, source);
    return source->words;
  }

  /// Whoever is to see something: "let the child see …".
  void drop_onlooker() {
    if (things_.mentions.size() > 1)
      std::erase_if(left_, [](const Mention* mention) {
        return mention->slot == Slot::kPerson && mention->is_after_let;
      });
  }
  void drop(Slot slot) {
    std::erase_if(left_, [&](const Mention* mention) { return mention->slot == slot; });
  }
  /// A number that only says what the frame itself says: half a turn for turning round.
  void drop_angle(double angle_deg) {
    std::erase_if(left_, [&](const Mention* mention) {
      return mention->slot == Slot::kAngle && mention->value == angle_deg;
    });
  }
  std::string take_target() {
    for (const Slot slot : {Slot::kObject, Slot::kPlace, Slot::kPerson})
      if (std::string words = take(slot, false); !words.empty()) return words;
    is_complete_ = false;
    return {};
  }

  [[nodiscard]] bool is_all() const { return is_complete_ && left_.empty(); }

 private:
  [[nodiscard]] bool holds_object(const Mention& place) const {
    for (const Mention* object : things_.of(Slot::kObject))
      for (const Entity& entity : object->entities)
        if (const world::Object* thing = world_.object(entity.id);
            thing != nullptr && place.entities.size() == 1 && thing->at == place.entities[0].id)
          return true;
    return false;
  }

  const ClauseThings& things_;
  const world::World& world_;
  std::vector<const Mention*> left_;
  bool is_complete_ = true;
};

}  // namespace

std::optional<std::string> words_of(Frame frame, const ClauseThings& things,
                                    const world::World& world) {
  const bool zh = things.is_chinese;
  const auto say = [&](const char* english, const char* chinese, auto... parts) {
    return fmt::format(fmt::runtime(zh ? chinese : english), parts...);
  };
  Parts parts(things, world);
  std::string times;
  if (const auto counts = things.of(Slot::kCount); !counts.empty()) {
    times = (zh ? "" : " ") + counts.front()->words;
    parts.take(Slot::kCount);
  }
  const bool may_negate = frame == Frame::kWait || frame == Frame::kStand || frame == Frame::kStop;
  if (things.has_negation && !may_negate) return std::nullopt;

  std::string words;
  switch (frame) {
    case Frame::kWalkTo:
      words = say("walk to {}", "走到{}", parts.take(Slot::kPlace));
      break;
    case Frame::kGoHome:
      words = zh ? "回家" : "go home";
      break;
    case Frame::kTurn: {
      const std::string side = parts.take(Slot::kSide, things.of(Slot::kAngle).empty());
      const std::string angle = parts.take(Slot::kAngle, false);
      words =
          side.empty() ? say("turn {}", "转{}", angle) : say("turn {} {}", "向{}转{}", side, angle);
      break;
    }
    case Frame::kTurnAround:
      parts.drop_angle(180.0);
      words = zh ? "转身" : "turn around";
      break;
    case Frame::kSpin:
      parts.drop_angle(360.0);
      words = zh ? "转360度" : "turn 360 degrees";
      break;
    case Frame::kPointAt:
      parts.drop_onlooker();
      words = say("point at {}", "指向{}", parts.take_target());
      break;
    case Frame::kWave: {
      const std::string who = parts.take(Slot::kPerson, false);
      words = who.empty() ? (zh ? "挥手" : "wave") : say("wave to {}", "向{}挥手", who);
      break;
    }
    case Frame::kSay:
      parts.drop(Slot::kPerson);
      words = say("say {}", "说{}", parts.take(Slot::kQuote));
      break;
    case Frame::kWait:
      words = say("wait {}", "等{}", parts.take(Slot::kDuration));
      break;
    case Frame::kStop:
      words = zh ? "停下" : "stop";
      break;
    case Frame::kStand:
      words = zh ? "站好" : "stand still";
      break;
    case Frame::kPickUp: {
      const std::string object = parts.take(Slot::kObject);
      const std::string source = parts.take_source(false);
      words = source.empty() ? say("pick up {}", "拿起{}", object)
                             : say("pick up {} from {}", "从{1}拿起{0}", object, source);
      break;
    }
    case Frame::kPut: {
      const std::string object = parts.take_object();
      const std::string source = parts.take_source(true);
      const std::string place = parts.take(Slot::kPlace);
      words = source.empty()
                  ? say("put {} on {}", "把{}放到{}", object, place)
                  : say("take {} from {} to {}", "把{}从{}搬到{}", object, source, place);
      break;
    }
    case Frame::kPutDown:
      words = say("put {} down", "把{}放下", parts.take_object());
      break;
    case Frame::kGive: {
      const std::string object = parts.take_object();
      const std::string source = parts.take_source(false);
      const std::string person = parts.take_person();
      words = source.empty()
                  ? say("give {} to {}", "把{}给{}", object, person)
                  : say("take {} from {} to {}", "把{}从{}拿给{}", object, source, person);
      break;
    }
    case Frame::kFiller:
      break;
    case Frame::kNone:
      return std::nullopt;
  }
  if (!parts.is_all()) return std::nullopt;
  return words + times;
}

}  // namespace longmen::agent
