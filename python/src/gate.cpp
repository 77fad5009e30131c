#include <nanobind/eigen/dense.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>

#include <optional>

#include "bindings.h"
#include "command.h"
#include "gate/motion/motion_gate.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace longmen::python {
namespace {

constexpr double kPeriod_s = 0.001;
constexpr Tick kHeartbeatTicks = 20;
constexpr double kWarmUp_s = 3.0;  // longer than any rung of the stop ladder is held

/// A motion gate with a robot that stands where it is told: what would it make of one command?
class CommandCheck {
 public:
  CommandCheck(const std::filesystem::path& robot, const std::filesystem::path& rules_file)
      : model_(std::make_unique<model::RobotModel>(value_or_throw(model::RobotModel::load(robot)))),
        rules_(value_or_throw(gate::load_motion_rules(rules_file))) {}

  nb::dict check(const ProposedCommand& proposal, const RobotState& state) {
    // A new gate, armed and at ease in this state: the verdict depends on nothing that was asked
    // before.
    auto gate = value_or_throw(gate::MotionGate::create(*model_, rules_.limits, kPeriod_s));
    ProposedCommand still;
    still.resize(model_->na());
    still.position_rad = state.joint_position_rad;
    RobotState now = state;
    WorldState world;
    GateReport report;
    std::uint64_t sequence = 0;
    const auto tick = [&](Tick at, const ProposedCommand& what) {
      gate::ArmingEvent event{.kind = sequence == 0 ? gate::ArmingEvent::Kind::kGrant
                                                    : gate::ArmingEvent::Kind::kHeartbeat,
                              .lease = 1,
                              .sequence = sequence + 1};
      const bool beats = at % kHeartbeatTicks == 0;
      if (beats) ++sequence;
      now.tick = world.tick = at;
      ProposedCommand trusted = still;
      ProposedCommand proposed = what;
      trusted.tick = proposed.tick = at;
      return gate.filter(proposed, now, world, trusted,
                         {StopRung::kNone, {&event, beats ? 1u : 0u}}, at, report);
    };
    Tick at = 0;
    for (; at < static_cast<Tick>(kWarmUp_s / kPeriod_s); ++at) {
      (void)tick(at, still);
      if (report.armed && report.rung == StopRung::kNone) break;
    }
    const SafeCommand safe = tick(at + 1, proposal);
    nb::dict answer = report_dict(report);
    const JointVector change =
        torque_of(safe.values(), state.joint_position_rad, state.joint_velocity_rad_s) -
        torque_of(proposal, state.joint_position_rad, state.joint_velocity_rad_s);
    answer["change_Nm"] = nb::cast(Eigen::VectorXd(change));
    answer["safe"] = command_dict(safe.values());
    const Bilingual why = rules_.explain(report, joint_names());
    answer["why"] = why.en;
    answer["why_zh"] = why.zh;
    return answer;
  }

  [[nodiscard]] const model::RobotModel& model() const { return *model_; }

 private:
  [[nodiscard]] std::vector<std::string> joint_names() const {
    std::vector<std::string> names;
    for (int j = 0; j < model_->na(); ++j) names.push_back(model_->joint(j).name);
    return names;
  }

  std::unique_ptr<model::RobotModel> model_;
  gate::MotionRules rules_;
};

}  // namespace

void bind_gate(nb::module_& m) {
  nb::class_<CommandCheck>(m, "CommandCheck")
      .def(nb::init<const std::filesystem::path&, const std::filesystem::path&>(), "robot"_a,
           "rules"_a)
      .def(
          "check",
          [](CommandCheck& self, const Eigen::VectorXd& torque, const Eigen::VectorXd& position,
             const Eigen::VectorXd& velocity, const Eigen::VectorXd& stiffness,
             const Eigen::VectorXd& damping, const Eigen::VectorXd& q, const Eigen::VectorXd& v) {
            const int na = self.model().na();
            RobotState state;
            state.valid = true;
            state.p_WB.z() = self.model().home_height_m();
            state.joint_position_rad = joint_vector(q, na, "joint_position_rad");
            state.joint_velocity_rad_s = joint_vector(v, na, "joint_velocity_rad_s");
            return self.check(command_from(na, torque, position, velocity, stiffness, damping),
                              state);
          },
          "torque_Nm"_a, "position_rad"_a, "velocity_rad_s"_a, "stiffness_Nm_rad"_a,
          "damping_Nms_rad"_a, "joint_position_rad"_a, "joint_velocity_rad_s"_a);
}

}  // namespace longmen::python
