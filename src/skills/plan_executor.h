#pragma once

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/approved_plan.h"
#include "core/motion_policy.h"
#include "core/result.h"
#include "core/skill_catalogue.h"
#include "model/robot_model.h"
#include "skills/evidence.h"
#include "skills/follow_stream.h"
#include "skills/gesture.h"
#include "skills/grip.h"
#include "skills/pick_up.h"
#include "skills/pose_servo.h"
#include "skills/put_down.h"
#include "skills/rest.h"
#include "skills/run_policy.h"
#include "skills/skill.h"
#include "skills/walk_to.h"
#include "world/world.h"

namespace longmen::skills {

struct ExecutorConfig {
  WalkToConfig walk;
  PoseServoConfig servo;
  GestureConfig gesture;
  CarryConfig carry;
  FollowStreamConfig stream;
  double period_s = 0.02;             ///< of the skills: 50 Hz
  double carry_speed_m_s = 0.5;       ///< of walking with something in the hands
  double held_max_s = 2.0;            ///< a hold of the stop ladder this long ends the plan ...
  double waiting_max_s = 30.0;        ///< ... and this long where it is for people or things near;
                                      ///< all such waits move a step's deadline by that at most
  double position_sigma_max_m = 0.3;  ///< less sure than this the robot does not set out ...
  double lost_max_s = 5.0;            ///< ... and after this long it gives up
  double confirm_max_s = 1.0;         ///< for a step's result to be seen, once the step is through
  std::map<std::string, PolicyBounds> policy_bounds{};  ///< by their names in the rules
};

/// Runs the steps of an approved plan, one after another: checks at each start that the robot knows
/// where it is, watches progress and deadline, asks planning for what the step needs, and counts a
/// step as done when its result is seen. Takes the approval: it runs once. All memory is taken in
/// create(); tick() takes none and never throws.
class PlanExecutor {
 public:
  /// How things stand. `step` is the present one, or the last when the plan is over.
  struct Report {
    int step = 0;
    int step_count = 0;
    SkillId skill = SkillId::kStand;
    SkillStatus status = SkillStatus::kWaiting;  ///< of the plan as a whole
    SkillFault fault = SkillFault::kNone;
    double progress = 0.0;  ///< of the step, 0 to 1
    double step_time_s = 0.0;
    bool step_began = false;  ///< in this tick
    bool step_ended = false;  ///< in this tick: done or failed
    int ended_step = -1;      ///< the last step that ended
    Tick deadline = 0;        ///< of the step, once begun: done after it is not done
    Evidence evidence;        ///< of the last step that was through
  };

  /// @param authority  what the loop is: a live loop refuses a plan for rehearsal.
  /// @param tick_period_s  of the loop that calls tick(); the skills run at config.period_s.
  /// @param grip  what the hands hold already.
  /// Errors: kCorrupt for a plan that is not the approved one any more; kUnsupported for another
  /// authority, another world, or a step that the body cannot do;
  /// kInvalidArgument for a step that the gate should not have let through; those of the arms.
  static Result<PlanExecutor> create(ApprovedPlan plan, Authority authority,
                                     const world::World& world, const model::RobotModel& model,
                                     const ExecutorConfig& config, double tick_period_s,
                                     const Grip& grip = {});

  /// Once each loop tick. Real-time safe. The goal is always valid: to stand, when nothing is to
  /// do.
  [[nodiscard]] const Goal& tick(const SkillView& view) noexcept;

  /// Ends the plan: the body comes to a stand. Takes effect with the next tick.
  void cancel() noexcept { is_cancelled_ = true; }

  [[nodiscard]] const Report& report() const noexcept { return report_; }
  [[nodiscard]] bool is_over() const noexcept {
    return report_.status == SkillStatus::kDone || report_.status == SkillStatus::kFailed;
  }
  [[nodiscard]] const Plan& plan() const noexcept { return plan_.plan(); }
  [[nodiscard]] const ApprovedPlan& approval() const noexcept { return plan_; }
  /// How long a step may take from its start.
  [[nodiscard]] double timeout_s(int step) const noexcept {
    return steps_[static_cast<std::size_t>(step)].timeout_s;
  }
  /// What the hands hold now, plan or no plan.
  [[nodiscard]] const Grip& grip() const noexcept { return grip_; }
  /// Where a step that has ended meant the object to stand, if it put one down.
  [[nodiscard]] std::optional<Eigen::Vector3d> spot_of(int step) const noexcept;
  /// The present step lets a motion policy drive, in this tick.
  [[nodiscard]] bool lets_policy_in() const noexcept;
  /// The words of the present step if it is `say`, else empty.
  [[nodiscard]] const std::string& words() const noexcept;

 private:
  struct Turn {
    PoseServo servo;
    double angle_rad;
  };
  struct Walk {
    WalkTo skill;
    world::StandPose pose;
  };
  struct Point {
    PointAt skill;
    Eigen::Vector3d target_W_m;
    int person = -1;  ///< index into the world's people, -1: a thing
  };
  struct Step {
    SkillId id;
    double timeout_s;
    std::variant<Rest, Walk, Turn, Point, Wave, PickUp, PutDown, FollowStream, RunPolicy> skill;
    std::string words;
  };

  PlanExecutor(ApprovedPlan plan, const ExecutorConfig& config, double tick_period_s);
  /// A place that can be stood at, and what stands there.
  struct Spot {
    world::StandPose stand;
    std::optional<world::Body> furniture;
  };
  Result<void> add_step(const PlanStep& step, const world::World& world, const WalkToConfig& walk);
  [[nodiscard]] SkillTick begin_step(const SkillView& view) noexcept;
  [[nodiscard]] SkillTick run_step(const SkillView& view) noexcept;
  [[nodiscard]] bool has_lost(const SkillView& view) noexcept;
  [[nodiscard]] Eigen::Vector3d target_of(const Point& point, const SkillView& view) const noexcept;
  [[nodiscard]] double progress_of(const Step& step) const noexcept;
  /// A skill that is through is done when that is seen, for which it is given some time.
  [[nodiscard]] SkillTick confirm(const SkillView& view) noexcept;
  [[nodiscard]] Evidence evidence_of(const Step& step, const SkillView& view) const noexcept;
  void advance(const SkillView& view) noexcept;
  /// Where the body stands: the spot nearest to it.
  [[nodiscard]] const Spot* spot_at(const Eigen::Vector2d& p_WB) const noexcept;
  /// To stand, and to hold what is held.
  [[nodiscard]] Goal idle() const noexcept;
  void end(SkillStatus status, SkillFault fault) noexcept;

  ApprovedPlan plan_;
  ExecutorConfig config_;
  double tick_period_s_;
  std::unique_ptr<const Arms> arms_;
  std::unique_ptr<Ground> ground_;
  std::unique_ptr<const Palms> palms_;  ///< only for plans that use them
  std::vector<Step> steps_;
  std::vector<world::Person> people_;
  std::vector<Spot> spots_;
  Grip grip_;
  Goal goal_;
  Report report_;
  int ticks_to_skill_ = 0;
  int ticks_per_skill_;
  double held_s_ = 0.0;
  double waiting_s_ = 0.0;  ///< for people, without a break
  double waited_s_ = 0.0;   ///< for people, in the whole step
  double lost_s_ = 0.0;
  double astray_s_ = 0.0;
  bool step_has_begun_ = false;
  bool step_is_through_ = false;  ///< the skill is; its result is still to be seen
  double through_s_ = 0.0;
  double turned_rad_ = 0.0;  ///< by the body since the step began, as estimated
  double last_yaw_rad_ = 0.0;
  bool is_cancelled_ = false;
};

}  // namespace longmen::skills
