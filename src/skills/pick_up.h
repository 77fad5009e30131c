#pragma once

#include <optional>

#include "skills/grip.h"
#include "skills/pose_servo.h"
#include "skills/skill.h"

namespace longmen::skills {

/// Takes a box with both palms: looks where it is, comes before it with the arms ready, closes the
/// palms at its sides, squeezes, lifts, draws it to the chest, and steps back to where it began.
/// What it takes it sees all the while: a box that does not come along is a failure. Works on
/// estimates alone. Real-time safe.
class PickUp {
 public:
  struct Task {
    int object = 0;  ///< index into the world's objects
    Eigen::Vector3d size_m = Eigen::Vector3d::Zero();
    double mass_kg = 0.0;
  };
  PickUp(const Palms& palms, const Task& task, const PoseServoConfig& servo,
         const CarryConfig& config, double period_s);

  /// Before the first tick: where the body stands, before what the box stands on, if anything.
  void start(const world::StandPose& stand, const std::optional<world::Body>& furniture) noexcept;

  /// @param grip  what the hands hold; filled as soon as the box is in them.
  [[nodiscard]] SkillTick tick(const SkillView& view, Grip& grip, Goal& goal) noexcept;

  [[nodiscard]] double progress() const noexcept;

 private:
  enum class Phase {
    kLook,
    kReady,
    kApproach,
    kReach,
    kClose,
    kSqueeze,
    kLift,
    kDraw,
    kStepBack,
    kSettle
  };

  void enter(Phase phase) noexcept;
  [[nodiscard]] SkillTick look(const SkillView& view) noexcept;
  [[nodiscard]] SkillTick take(const SkillView& view, Grip& grip, Goal& goal) noexcept;
  [[nodiscard]] SkillTick carry_off(const SkillView& view, Grip& grip, Goal& goal) noexcept;
  [[nodiscard]] Box box_in(const WorldState& world) const noexcept;
  void aim_at_box(const SkillView& view) noexcept;
  void capture(const SkillView& view, Grip& grip) const noexcept;
  [[nodiscard]] double below_m(const SkillView& view, const Grip& grip) const noexcept;
  /// How far the palms are from where they are asked to be.
  [[nodiscard]] double away_m(const SkillView& view, const PalmPair& pair) const noexcept;

  const Palms* palms_;
  Task task_;
  world::StandPose stand_;
  std::optional<world::Body> furniture_;
  CarryConfig config_;
  PoseServo servo_;
  PoseServo step_back_;
  double period_s_;
  Phase phase_ = Phase::kLook;
  double phase_s_ = 0.0;
  double calm_s_ = 0.0;
  Grasp grasp_;
  Eigen::Vector3d p_OM_ = Eigen::Vector3d::Zero();  ///< along the fingers, across, up
  double quarter_rad_ = 0.0;                        ///< of the fingers from the box's own heading
  PalmPair pair_;                                   ///< asked for now
  PalmPair aim_;                                    ///< where that goes
  double crouch_m_ = 0.0;
  double start_z_W_m_ = 0.0;  ///< of the box's underside, before it is lifted
};

}  // namespace longmen::skills
