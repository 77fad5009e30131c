#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <optional>

#include "core/motion_policy.h"
#include "skills/free_ahead.h"
#include "skills/skill.h"

namespace longmen::skills {

/// Lets a motion policy drive for a time, within a circle about where it began and over the free
/// floor alone. It is asked for a speed ahead; the trusted walker beside it is asked for the same,
/// so that whoever has the body goes the same way. Begins and ends with the robot standing;
/// when the policy is out, the trusted walker steps in place for a while before the step has
/// failed. Real-time safe.
class RunPolicy {
 public:
  /// What the approved step says.
  struct Terms {
    double speed_m_s = 0.0;
    double time_s = 0.0;
    double radius_m = 0.0;
  };

  RunPolicy(Ground& ground, const WalkToConfig& walk, double look_s, const Terms& terms,
            double period_s)
      : ahead_(ground, walk, look_s),
        slow_zone_m_s_(walk.slow_zone_m_s),
        terms_(terms),
        period_s_(period_s) {}

  [[nodiscard]] SkillTick tick(const SkillView& view, Goal& goal) noexcept;
  /// The policy may drive.
  [[nodiscard]] bool lets_in() const noexcept {
    return began_at_W_.has_value() && fault_ == SkillFault::kNone && !is_over();
  }
  [[nodiscard]] double progress() const noexcept { return std::min(1.0, time_s_ / terms_.time_s); }

 private:
  static constexpr double kRecover_s = 2.0;

  [[nodiscard]] bool is_over() const noexcept { return time_s_ >= terms_.time_s; }
  [[nodiscard]] SkillFault look(const SkillView& view) noexcept;
  [[nodiscard]] SkillTick recover(Goal& goal) noexcept;
  static void walk(double speed_m_s, Goal& goal) noexcept;

  FreeAhead ahead_;
  double slow_zone_m_s_;
  Terms terms_;
  double period_s_;
  double speed_m_s_ = 0.0;  ///< that is asked for
  double time_s_ = 0.0;
  double recovered_s_ = 0.0;
  SkillFault fault_ = SkillFault::kNone;
  std::optional<Eigen::Vector2d> began_at_W_;
};

}  // namespace longmen::skills
