#include "trial/episode.h"

#include <nanobind/eigen/dense.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "bindings.h"
#include "command.h"
#include "trial/scenario.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace longmen::python {
namespace {

/// An episode that Python steps; the interpreter is free while it does.
class Run {
 public:
  Run(const std::string& scenario, const std::string& where, std::optional<std::uint64_t> seed,
      const std::filesystem::path& data, const std::optional<std::filesystem::path>& record,
      bool joint_proposals, bool timed)
      : episode_(make(scenario, where, seed, data, record, joint_proposals, timed)) {}

  /// Up to `ticks` control periods. False: the run is over.
  bool step(int ticks) {
    const nb::gil_scoped_release free;
    changed_ticks_ = 0;
    driven_ticks_ = 0;
    change_max_Nm_.setZero(loop().safe_values().torque_Nm.size());
    for (int i = 0; i < ticks && more_; ++i) {
      more_ = episode_.step();
      const GateReport& report = loop().gate_report();
      if (report.source == CommandSource::kProposal) ++driven_ticks_;
      if (!report.changed) continue;
      ++changed_ticks_;
      const RobotState& state = loop().state();
      const JointVector change =
          torque_of(loop().safe_values(), state.joint_position_rad, state.joint_velocity_rad_s) -
          torque_of(loop().proposal(), state.joint_position_rad, state.joint_velocity_rad_s);
      for (Eigen::Index j = 0; j < change.size(); ++j)
        if (!(std::abs(change[j]) <= std::abs(change_max_Nm_[j]))) change_max_Nm_[j] = change[j];
    }
    return more_;
  }

  std::string finish() {
    const nb::gil_scoped_release free;
    return trial::to_json(value_or_throw(episode_.finish())).dump();
  }

  /// What the gate did in the ticks of the last step().
  [[nodiscard]] nb::dict gate() const {
    nb::dict dict = report_dict(loop().gate_report());
    dict["changed_ticks"] = changed_ticks_;
    dict["driven_ticks"] = driven_ticks_;
    dict["change_Nm"] = nb::cast(Eigen::VectorXd(change_max_Nm_));
    return dict;
  }

  /// What the robot itself believes: the estimator's state, never the simulator's.
  [[nodiscard]] nb::dict state() const {
    const RobotState& state = loop().state();
    nb::dict dict;
    dict["time_s"] = state.time_s;
    dict["p_WB"] = nb::cast(state.p_WB);
    dict["q_WB"] = nb::cast(Eigen::Vector4d(state.q_WB.coeffs()));
    dict["v_WB_B"] = nb::cast(Eigen::Vector3d(state.q_WB.conjugate() * state.v_WB_W));
    dict["w_WB_B"] = nb::cast(state.w_WB_B);
    dict["gravity_B"] =
        nb::cast(Eigen::Vector3d(state.q_WB.conjugate() * -Eigen::Vector3d::UnitZ()));
    dict["joint_position_rad"] = nb::cast(Eigen::VectorXd(state.joint_position_rad));
    dict["joint_velocity_rad_s"] = nb::cast(Eigen::VectorXd(state.joint_velocity_rad_s));
    dict["foot_force_N"] =
        nb::cast(Eigen::Vector2d(state.foot_force_N[kLeft], state.foot_force_N[kRight]));
    return dict;
  }

  /// What a motion policy sees (docs/policies.md).
  [[nodiscard]] Eigen::VectorXf observation(double seated_s) const {
    wall::PolicyObservation seen;
    runtime::observe(loop(), episode_.robot(), seated_s, seen);
    return Eigen::Map<const Eigen::VectorXf>(seen.values.data(), seen.count);
  }
  /// The trusted controller's torques of the last tick, whoever proposed in its place.
  [[nodiscard]] Eigen::VectorXd trusted_torque() const { return loop().trusted().torque_Nm; }

  /// What really is, for rewards and scores.
  [[nodiscard]] nb::dict truth() const {
    const io::Truth& truth = episode_.plant().truth();
    const double yaw = truth.yaw_rad();
    const Eigen::Vector3d v_H = Eigen::AngleAxisd(-yaw, Eigen::Vector3d::UnitZ()) * truth.v_WB_W;
    nb::dict dict;
    dict["p_WB"] = nb::cast(truth.p_WB);
    dict["yaw_rad"] = yaw;
    dict["velocity_H_m_s"] = nb::cast(v_H);
    dict["yaw_rate_rad_s"] = (truth.q_WB * truth.w_WB_B).z();
    dict["power_W"] =
        truth.motor_torque_Nm.cwiseProduct(truth.joint_velocity_rad_s).cwiseAbs().sum();
    dict["fell"] = episode_.fell();
    return dict;
  }

  bool command(double vx, double vy, double yaw_rate) {
    return episode_.command({vx, vy}, yaw_rate);
  }
  bool propose(const ProposedCommand& proposal) { return episode_.propose(proposal); }
  void withdraw() { episode_.withdraw(); }
  [[nodiscard]] int na() const { return episode_.plant().joint_count(); }
  [[nodiscard]] bool standing() const { return loop().planner().standing(); }

 private:
  static trial::Episode make(const std::string& text, const std::string& where,
                             std::optional<std::uint64_t> seed, const std::filesystem::path& data,
                             const std::optional<std::filesystem::path>& record,
                             bool joint_proposals, bool timed) {
    auto scenario = value_or_throw(trial::parse_scenario(text, where));
    if (seed) scenario.seed = *seed;
    return value_or_throw(trial::Episode::create(scenario, trial::DataFolders::under(data),
                                                 {.record = record,
                                                  .recorded = record.has_value(),
                                                  .timed = timed,
                                                  .joint_proposals = joint_proposals}));
  }
  [[nodiscard]] const runtime::Loop& loop() const { return episode_.loop(); }

  trial::Episode episode_;
  bool more_ = true;
  int changed_ticks_ = 0;
  int driven_ticks_ = 0;
  JointVector change_max_Nm_;
};

}  // namespace

void bind_episode(nb::module_& m) {
  nb::class_<Run>(m, "Run")
      .def(nb::init<const std::string&, const std::string&, std::optional<std::uint64_t>,
                    const std::filesystem::path&, const std::optional<std::filesystem::path>&, bool,
                    bool>(),
           "scenario"_a, "where"_a, "seed"_a.none(), "data"_a, "record"_a.none(),
           "joint_proposals"_a, "timed"_a)
      .def("step", &Run::step, "ticks"_a)
      .def("finish", &Run::finish)
      .def("gate", &Run::gate)
      .def("state", &Run::state)
      .def("truth", &Run::truth)
      .def("command", &Run::command, "vx_m_s"_a, "vy_m_s"_a, "yaw_rate_rad_s"_a)
      .def(
          "propose",
          [](Run& run, const Eigen::VectorXd& torque, const Eigen::VectorXd& position,
             const Eigen::VectorXd& velocity, const Eigen::VectorXd& stiffness,
             const Eigen::VectorXd& damping) {
            return run.propose(
                command_from(run.na(), torque, position, velocity, stiffness, damping));
          },
          "torque_Nm"_a, "position_rad"_a, "velocity_rad_s"_a, "stiffness_Nm_rad"_a,
          "damping_Nms_rad"_a)
      .def("withdraw", &Run::withdraw)
      .def("observation", &Run::observation, "seated_s"_a)
      .def("trusted_torque", &Run::trusted_torque)
      .def_prop_ro("standing", &Run::standing);
}

}  // namespace longmen::python
