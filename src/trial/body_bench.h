#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "io/sim/sim_plant.h"
#include "model/dynamics.h"
#include "model/robot_names.h"
#include "runtime/loop.h"
#include "trial/sim_robot.h"

namespace longmen::trial::testing {

/// A robot in its plant under the loop, armed, driven by a function of the view: for closed-loop
/// tests of what planning and control do with a goal.
class BodyBench final : public runtime::Pilot {
 public:
  using Drive = std::function<void(const View&, Goal&)>;

  BodyBench(const std::filesystem::path& project, const std::string& robot,
            io::PlantOptions options = {})
      : model_(model::RobotModel::load(project / "robots" / robot).value()),
        loop_(runtime::Loop::create(
                  model_, runtime::RobotTuning::load(model_).value(),
                  gate::load_motion_rules(project / "rules/limits/motion.yaml").value().limits,
                  0.001)
                  .value()),
        plant_(io::SimPlant::create(sim_robot(model_), options).value()),
        truth_(model::Dynamics::create(model_)) {}

  /// Ticks for a while; stops early when the body lies down.
  void run(double duration_s, const Drive& drive) {
    drive_ = &drive;
    for (int k = 0; k < std::lround(duration_s / 0.001); ++k) {
      const gate::ArmingEvent event{
          sequence_ == 0 ? gate::ArmingEvent::Kind::kGrant : gate::ArmingEvent::Kind::kHeartbeat, 1,
          sequence_ + 1};
      ++sequence_;
      (void)loop_.tick(plant_, {.arming = {&event, 1}}, {.pilot = this});
      if (plant_.truth().p_WB.z() < 0.5 * plant_.home_height_m()) fell_ = true;
      if (fell_ || plant_.truth().diverged) return;
    }
  }

  [[nodiscard]] const Goal& tick(const View& view) noexcept override {
    (*drive_)(view, goal_);
    return goal_;
  }

  /// Kinematics of what really is.
  [[nodiscard]] const model::Dynamics& truth() {
    const io::Truth& t = plant_.truth();
    RobotState state;
    state.p_WB = t.p_WB;
    state.q_WB = t.q_WB;
    state.v_WB_W = t.v_WB_W;
    state.w_WB_B = t.w_WB_B;
    state.joint_position_rad = t.joint_position_rad;
    state.joint_velocity_rad_s = t.joint_velocity_rad_s;
    truth_.update(state);
    truth_.update_palms();
    return truth_;
  }

  [[nodiscard]] const model::RobotModel& model() const { return model_; }
  [[nodiscard]] const runtime::Loop& loop() const { return loop_; }
  [[nodiscard]] const io::SimPlant& plant() const { return plant_; }
  [[nodiscard]] bool fell() const { return fell_; }

 private:
  model::RobotModel model_;
  runtime::Loop loop_;
  io::SimPlant plant_;
  model::Dynamics truth_;
  Goal goal_;
  const Drive* drive_ = nullptr;
  std::uint64_t sequence_ = 0;
  bool fell_ = false;
};

/// Robots whose hands can hold things.
inline std::vector<std::string> robots_with_palms(const std::filesystem::path& project) {
  std::vector<std::string> names;
  for (const std::string& name : model::robot_names(project / "robots"))
    if (model::RobotModel::load(project / "robots" / name).value().has_palms())
      names.push_back(name);
  return names;
}

}  // namespace longmen::trial::testing
