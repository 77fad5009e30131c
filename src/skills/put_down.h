#pragma once

#include <array>

#include "skills/grip.h"
#include "skills/pose_servo.h"
#include "skills/skill.h"

namespace longmen::skills {

/// Puts down what the hands hold on a surface: raises it over the surface, comes before it, chooses
/// a spot near the edge that no other object takes, lowers the box until the surface bears it,
/// opens the palms, and steps back to where it began. Looks whether the box stands there in the
/// end. Works on estimates alone. Real-time safe.
class PutDown {
 public:
  struct Task {
    world::StandPose stand;  ///< before the surface
    world::Body furniture;
    double surface_m = 0.0;  ///< height
    /// Of every object of the world, by index; zero: not known.
    std::array<Eigen::Vector3d, kMaxObjects> size_m{};
  };
  PutDown(const Palms& palms, const Task& task, const PoseServoConfig& servo,
          const CarryConfig& config, double period_s);

  /// @param grip  what the hands hold; empty once they have let go.
  [[nodiscard]] SkillTick tick(const SkillView& view, Grip& grip, Goal& goal) noexcept;

  /// Where the middle of the box's underside was to come to stand, once begun.
  [[nodiscard]] const Eigen::Vector3d& spot_W() const noexcept { return spot_W_; }
  /// Which object it was, by its index in the world, once begun.
  [[nodiscard]] int object() const noexcept { return object_; }
  [[nodiscard]] double progress() const noexcept;

 private:
  enum class Phase { kBegin, kRaise, kApproach, kExtend, kLower, kOpen, kRetract, kStepBack };

  void enter(Phase phase) noexcept;
  [[nodiscard]] SkillTick begin(const SkillView& view, const Grip& grip) noexcept;
  [[nodiscard]] SkillTick lay(const SkillView& view, Grip& grip, Goal& goal) noexcept;
  [[nodiscard]] SkillTick leave(const SkillView& view, Goal& goal) noexcept;
  [[nodiscard]] bool is_free(const SkillView& view, const Eigen::Vector2d& spot_W,
                             const Grip& grip) const noexcept;

  const Palms* palms_;
  Task task_;
  CarryConfig config_;
  PoseServo servo_;
  PoseServo step_back_;
  double period_s_;
  Phase phase_ = Phase::kBegin;
  double phase_s_ = 0.0;
  double calm_s_ = 0.0;
  int object_ = -1;
  double width_m_ = 0.0;
  Eigen::Vector3d spot_W_ = Eigen::Vector3d::Zero();  ///< of the middle of the box's underside
  double crouch_m_ = 0.0;
  double lowered_m_ = 0.0;
  double late_m_ = 0.0;  ///< of the palms behind where they are asked to be, while nothing bears
  PalmPair pair_;        ///< of the palms once they hold nothing
};

}  // namespace longmen::skills
