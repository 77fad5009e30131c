#pragma once

#include "control/get_up_config.h"
#include "core/command.h"
#include "core/robot_state.h"
#include "model/robot_model.h"

namespace longmen::control {

/// Gets the body up from the ground, after a fall or wherever it lies, to a crouch on both soles,
/// from which the whole-body controller stands up: lies straight, looks which side is up, rolls
/// onto the belly if need be, and rises over hands, knees and toes. Each of these motions leads the
/// joints from posture to posture through their impedance; what the ground does with the body is
/// looked at between them, by the attitude and by what the feet bear. A motion that did not bring
/// the body where it should is begun anew. Derivation: docs/math/get_up.md.
class GetUp {
 public:
  enum class Phase : std::uint8_t {
    kWait,  ///< until the body lies still
    kLie,
    kRoll,
    kRise,
    kOnFeet,  ///< both soles bear the weight: through
    kFailed,  ///< after kAttemptsMax: it keeps the posture, damped
  };
  static constexpr int kAttemptsMax = 6;  ///< rolls and rises

  GetUp(const model::RobotModel& model, const GetUpConfig& config, double period_s);

  /// Begins: the body lies, or is about to.
  void start() noexcept;

  /// One period. Real-time safe. Needs the joints and the attitude of `state`, valid or not.
  /// @param drives  the last command reached the motors; while false, begins anew
  /// @param[out] command  always written and finite
  void tick(const RobotState& state, bool drives, ProposedCommand& command) noexcept;

  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  [[nodiscard]] int attempts() const noexcept { return attempts_; }

 private:
  void enter(Phase phase) noexcept;
  void begin_frame(std::size_t frame) noexcept;
  /// True when the motion is through.
  [[nodiscard]] bool play(const GetUpConfig::Motion& motion) noexcept;
  void decide(const RobotState& state) noexcept;
  [[nodiscard]] bool lies_still(const RobotState& state) const noexcept;
  [[nodiscard]] bool is_on_feet(const RobotState& state) const noexcept;

  GetUpConfig config_;
  double period_s_;
  double weight_N_;
  JointVector speed_max_rad_s_;
  JointVector torque_max_Nm_;
  JointVector stiffness_Nm_rad_;
  JointVector damping_Nms_rad_;

  Phase phase_ = Phase::kWait;
  double phase_s_ = 0.0;
  double calm_s_ = 0.0;
  int attempts_ = 0;
  std::size_t frame_ = 0;
  double frame_s_ = 0.0;
  double frame_duration_s_ = 0.0;
  JointVector from_rad_;  ///< where the present frame began
  JointVector position_rad_;
};

}  // namespace longmen::control
