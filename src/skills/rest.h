#pragma once

#include <cmath>

#include "skills/skill.h"

namespace longmen::skills {

/// Stands: until it stands still for a while (stand, stop), or for a time (wait, say).
class Rest {
 public:
  /// @param duration_s  0: until the body has stood still for `settle_s`.
  Rest(double duration_s, double settle_s, double period_s)
      : duration_s_(duration_s), settle_s_(settle_s), period_s_(period_s) {}

  [[nodiscard]] SkillTick tick(const SkillView& view, Goal& goal) noexcept {
    goal.locomotion = Goal::Locomotion::kStand;
    time_s_ += period_s_;
    still_s_ = view.standing ? still_s_ + period_s_ : 0.0;
    const bool is_over =
        duration_s_ > 0.0 ? time_s_ > duration_s_ - 0.5 * period_s_ : still_s_ > settle_s_;
    return is_over ? kDone : kRunning;
  }

  [[nodiscard]] double progress() const noexcept {
    const double share = duration_s_ > 0.0 ? time_s_ / duration_s_ : still_s_ / settle_s_;
    return std::fmin(1.0, share);
  }

 private:
  double duration_s_;
  double settle_s_;
  double period_s_;
  double time_s_ = 0.0;
  double still_s_ = 0.0;
};

}  // namespace longmen::skills
