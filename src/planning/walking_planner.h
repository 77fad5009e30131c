#pragma once

#include <Eigen/Core>

#include "core/goal.h"
#include "core/rest_pose.h"
#include "core/result.h"
#include "core/robot_state.h"
#include "core/whole_body_reference.h"
#include "model/dynamics.h"
#include "planning/footing.h"
#include "planning/gait_config.h"
#include "planning/palm_motion.h"
#include "planning/posture_filter.h"
#include "planning/step_planner.h"
#include "planning/step_preview.h"
#include "planning/swing_foot.h"
#include "world/height_map.h"

namespace longmen::planning {

enum class GaitPhase : std::uint8_t { kStand, kPrepare, kWalk };

/// Stands, and walks at a commanded velocity: every tick it plans where and when the next foot
/// lands from the measured divergent component of motion (DCM), moves the centre of pressure under
/// it, and gives the whole-body controller the feet, the CoM acceleration of the linear inverted
/// pendulum, the torso and the posture. A push while standing starts steps by itself. Equations:
/// docs/math/step_planner.md.
class WalkingPlanner {
 public:
  static Result<WalkingPlanner> create(const model::RobotModel& model, const GaitConfig& config,
                                       double period_s);

  /// Real-time safe. `reference` is always written.
  void tick(const Goal& goal, const model::Dynamics& dynamics, const RobotState& state,
            WholeBodyReference& reference) noexcept;

  /// The ground as it is known from now on. Between ticks; takes memory.
  void see_ground(const world::HeightMap& map) { ground_map_.see(map); }

  /// The rung `settle` of the stop ladder: crouch, slowly, while standing; or come up again.
  void settle(bool wanted) noexcept { settling_ = wanted; }

  [[nodiscard]] GaitPhase phase() const { return phase_; }
  /// True when both feet are down, nothing moves and nothing is asked to move.
  [[nodiscard]] bool standing() const { return phase_ == GaitPhase::kStand; }
  [[nodiscard]] const RestPose& rest_pose() const { return rest_pose_; }
  [[nodiscard]] double heading_rad() const { return heading_rad_; }
  /// What the palms carry, as felt under the feet.
  [[nodiscard]] double load_kg() const { return load_.load_kg(); }
  [[nodiscard]] int steps() const { return steps_; }
  [[nodiscard]] double step_time_s() const { return time_s_; }  ///< since the present step began
  [[nodiscard]] double step_duration_s() const { return duration_s_; }  ///< as planned now

 private:
  struct Pendulum {
    double height_m = 0.9;
    double omega_1_s = 3.3;
    Eigen::Vector2d com_W = Eigen::Vector2d::Zero();  ///< of the robot and what it carries
    Eigen::Vector2d dcm_W = Eigen::Vector2d::Zero();
  };
  /// Steady gait at the commanded velocity, in the heading frame.
  struct Nominal {
    double duration_s = 0.45;
    Eigen::Vector2d step = Eigen::Vector2d::Zero();
    Eigen::Vector2d offset = Eigen::Vector2d::Zero();
  };
  /// Where the steps ahead lead on a known ground.
  struct Way {
    bool is_known = false;  ///< the map is used in this step
    StepPreview preview;
    double look_age_s = 0.0;
    double lag_m = 0.0;             ///< edges held the steps so far back (negative: pushed ahead)
    double stance_height_m = 0.0;   ///< on the map
    double landing_height_m = 0.0;  ///< and of the foothold ahead
    bool has_shape = false;
    SwingShape shape;
    struct Steps {
      double rise_m = 0.0, drop_m = 0.0;
    };
    Steps ahead;            ///< of the steps ahead, as it was when this one began
    double rise_m = 0.0;    ///< that this step and its swing have to do with
    double drop_m = 0.0;    ///< likewise
    double lift_m = 0.0;    ///< the CoM is held higher by this now
    double lean_rad = 0.0;  ///< and the trunk leans by so much more
    Grade grade;            ///< under the CoM, its height that of the body's own ground
  };

  WalkingPlanner(const model::RobotModel& model, const GaitConfig& config, double period_s);

  void follow_frame(const RobotState& state) noexcept;
  void follow_command(const Goal& goal) noexcept;
  [[nodiscard]] Pendulum measure(const model::Dynamics& dynamics) const noexcept;
  [[nodiscard]] Nominal nominal_gait(double omega_1_s) const noexcept;
  [[nodiscard]] double nominal_duration() const noexcept;
  [[nodiscard]] double nominal_level_duration() const noexcept;
  [[nodiscard]] Eigen::Vector3d pressure_point_W(const model::Dynamics& dynamics,
                                                 int side) const noexcept;

  void stand(const model::Dynamics& dynamics, const RobotState& state, const Pendulum& pendulum,
             bool wants_to_walk, WholeBodyReference& reference) noexcept;
  void look_ahead(const model::Dynamics& dynamics, double width_m) noexcept;
  /// Bends the gait to the footholds ahead.
  void keep_to_footholds(double omega_1_s, Nominal& nominal, StepProblem& problem) const noexcept;
  void follow_grade(const model::Dynamics& dynamics, const Pendulum& pendulum) noexcept;
  [[nodiscard]] SwingShape shape_of_swing(const model::Dynamics& dynamics,
                                          const SwingFoot::Target& target) const noexcept;
  void begin_step(const model::Dynamics& dynamics, const RobotState& state, int stance,
                  bool first) noexcept;
  void touch_down(const model::Dynamics& dynamics, const RobotState& state,
                  const Pendulum& pendulum, bool wants_to_walk) noexcept;
  void integrate_speed(const Eigen::Vector2d& travel_W) noexcept;
  [[nodiscard]] bool may_stand(const model::Dynamics& dynamics,
                               const Pendulum& pendulum) const noexcept;
  /// Whether a map is of use to the step that begins, and then its heights and footholds.
  void begin_on_map(const model::Dynamics& dynamics, const RobotState& state, bool first) noexcept;
  /// Puts the foothold and the sole that comes down on the map's ground.
  void meet_map(WholeBodyReference& reference) noexcept;
  /// Whether the swinging foot is as low as the map says that the ground is where it lands.
  [[nodiscard]] bool is_at_its_foothold(const model::Dynamics& dynamics) const noexcept;
  /// Whether the stance foot is felt to bear its share of the load that passes to it.
  [[nodiscard]] bool bears_its_load(const RobotState& state) const noexcept;
  void walk(const model::Dynamics& dynamics, const RobotState& state, const Pendulum& pendulum,
            WholeBodyReference& reference) noexcept;
  void swing(const model::Dynamics& dynamics, WholeBodyReference& reference) noexcept;
  void notice_trip(const model::Dynamics& dynamics, const Eigen::Vector3d& p_WS_stance) noexcept;
  void foresee_rest(const model::Dynamics& dynamics, const RobotState& state,
                    const Pendulum& pendulum) noexcept;
  void write_com(const model::Dynamics& dynamics, const Pendulum& pendulum,
                 WholeBodyReference& reference) const noexcept;
  void write_posture(const Goal& goal, const model::Dynamics& dynamics, const RobotState& state,
                     WholeBodyReference& reference) noexcept;

  GaitConfig config_;
  double period_s_;
  double weight_N_;
  double com_height_m_;  ///< above the soles in the home posture
  PostureFilter posture_;
  PalmMotion palms_;
  LoadEstimate load_;
  SwingFoot swing_foot_;
  FootingMap ground_map_;
  Way way_;

  GaitPhase phase_ = GaitPhase::kStand;
  bool started_ = false;
  double heading_rad_ = 0.0;
  RestPose rest_pose_;
  Eigen::Vector2d com_to_base_H_m_ = Eigen::Vector2d::Zero();  ///< averaged over steps
  double ground_m_ = 0.0;
  bool settling_ = false;
  double crouch_m_ = 0.0;  ///< how far the CoM is lowered now
  Eigen::Vector2d velocity_m_s_ =
      Eigen::Vector2d::Zero();  ///< commanded, after ramps, in the heading frame
  Eigen::Vector2d wanted_m_s_ = Eigen::Vector2d::Zero();
  double yaw_rate_rad_s_ = 0.0;
  Eigen::Vector2d speed_integral_m_s_ = Eigen::Vector2d::Zero();

  int stance_ = kLeft;
  int steps_ = 0;
  int steps_since_start_ = 0;
  int calm_steps_ = 0;
  bool was_slow_ = false;  ///< at the last touchdown that was asked for
  bool frozen_ = false;
  double prepare_time_s_ = 0.0;
  double trip_time_s_ = -1.0;  ///< within the present step; negative: none
  int careful_steps_ = 0;      ///< steps that are still lifted higher after a trip
  double time_s_ = 0.0;        ///< since the step began, less waiting
  double waited_s_ = 0.0;      ///< for load, in this step: time_s_ stood still
  double duration_s_ = 0.45;   ///< planned, from the beginning of the step
  double double_support_s_ = 0.0;
  double lifting_load_N_ = 0.0;  ///< on the foot that leaves, when the step began
  Eigen::Vector2d planned_step_ =
      Eigen::Vector2d::Zero();  ///< in the heading frame, from the stance pressure point
  Eigen::Vector2d previous_cop_ =
      Eigen::Vector2d::Zero();  ///< of the last step from the present one's, axes of W
  Eigen::Vector2d com_at_start_W_ = Eigen::Vector2d::Zero();
  Eigen::Vector2d last_travel_W_ = Eigen::Vector2d::Zero();  ///< of the CoM in the step before
  double last_step_s_ = 0.0;  ///< and its duration; 0 if there was none
};

}  // namespace longmen::planning
