#pragma once

#include <Eigen/Core>
#include <array>

#include "planning/arm_reach.h"
#include "skills/evidence.h"
#include "skills/pose_servo.h"
#include "skills/skill.h"

namespace longmen::skills {

struct GestureConfig {
  double aside_max_rad = 1.75;        ///< a target farther aside is turned to first ...
  double turn_to_rad = 0.8;           ///< ... until it is this far aside
  double stretch = 0.95;              ///< of the arm's length, when pointing
  double pointing_within_rad = 0.12;  ///< measured, from the shoulder
  double give_up_s = 6.0;             ///< of reaching, before a pointing arm counts as not able to
  double hold_s = 1.5;
  double wave_s = 4.0;
  double wave_rate_1_s = 0.8;
  double wave_reach = 0.26;   ///< to each side, of the arm's length; the posture follows half of it
  double waved_min_m = 0.08;  ///< that far from side to side a hand goes that is seen to wave
};

/// Both arms of a robot.
struct Arms {
  std::array<planning::ArmReach, kHands> reach;
};

/// Points at a point in W with the arm on its side, and holds the arm there for a while. Turns the
/// body first when the point lies behind. Real-time safe.
class PointAt {
 public:
  PointAt(const Arms& arms, const PoseServoConfig& servo, const GestureConfig& config,
          double period_s)
      : arms_(&arms), servo_(servo, period_s), config_(config), period_s_(period_s) {}

  /// @param target_W_m  may move from tick to tick.
  [[nodiscard]] SkillTick tick(const SkillView& view, const Eigen::Vector3d& target_W_m,
                               Goal& goal) noexcept;
  [[nodiscard]] double progress() const noexcept;
  /// Angle between the arm and the line to the target, as measured in the last tick.
  [[nodiscard]] double error_rad() const noexcept { return error_rad_; }
  /// Its mean while the arm was held there.
  [[nodiscard]] Evidence evidence() const noexcept;

 private:
  enum class Phase { kBegin, kTurn, kReach, kHold };

  const Arms* arms_;
  PoseServo servo_;
  GestureConfig config_;
  double period_s_;
  Phase phase_ = Phase::kBegin;
  int side_ = kRight;
  JointVector posture_rad_;
  double phase_s_ = 0.0;
  double error_rad_ = 0.0;
  double held_error_rads_ = 0.0;  ///< integral over the hold
};

/// Raises the right hand and waves it. Real-time safe.
class Wave {
 public:
  Wave(const Arms& arms, const GestureConfig& config, double period_s)
      : arms_(&arms), config_(config), period_s_(period_s) {}

  [[nodiscard]] SkillTick tick(const SkillView& view, Goal& goal) noexcept;
  [[nodiscard]] double progress() const noexcept;
  /// How far the hand was measured to go from side to side, while it was up.
  [[nodiscard]] Evidence evidence() const noexcept;

 private:
  const Arms* arms_;
  GestureConfig config_;
  double period_s_;
  double aside_min_m_ = 0.0, aside_max_m_ = 0.0;  ///< measured, of the hand from its shoulder
  bool has_begun_ = false;
  double raised_s_ = -1.0;  ///< since the hand was up; negative: not yet
  double time_s_ = 0.0;
  JointVector posture_rad_;
};

}  // namespace longmen::skills
