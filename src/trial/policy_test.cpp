// Untrusted motion policies while the robot walks: what they do to their process, and to the body.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/allocation_counter.h"
#include "core/digest.h"
#include "core/plan_message.h"
#include "model/robot_names.h"
#include "policy/observation.h"
#include "runtime/session.h"
#include "trial/episode.h"
#include "trial/replay.h"
#include "trial/sim_robot.h"

namespace longmen::trial {
namespace {

namespace fs = std::filesystem;
const fs::path kPolicyProject = LONGMEN_SOURCE_DIR;
const std::string kPolicyRobot = model::robot_names(kPolicyProject / "robots").front();

/// A robot that walks, and a policy's seat beside its loop.
struct Walk {
  runtime::Session session =
      runtime::Session::create({.project_folder = kPolicyProject,
                                .robot_folder = kPolicyProject / "robots" / kPolicyRobot,
                                .world_folder = std::nullopt,
                                .pilot = runtime::PilotKind::kStream})
          .value();
  io::SimPlant plant = io::SimPlant::create(sim_robot(session.model()), {.seed = 7}).value();
  runtime::PolicySeat seat;
  std::uint64_t beats = 0;
  Tick last_driven = 0;

  Walk(const std::string& way, Tick from) : seat(host(way, from), session.loop(), session.model()) {
    record::Event event;
    event.kind = record::Event::Kind::kVelocityCommand;
    event.velocity_H_m_s = {0.5, 0.0};
    session.take(event);
  }
  policy::PolicyHost host(const std::string& way, Tick from) const {
    policy::HostConfig config;
    config.arguments = {LONGMEN_BAD_POLICY, way, std::to_string(from)};
    config.wait_max_s = 1.0;
    wall::PolicyStart start;
    start.joints = static_cast<std::uint16_t>(session.model().na());
    for (int j = 0; j < session.model().na(); ++j) {
      const auto slot = static_cast<std::size_t>(j);
      start.home_rad[slot] = session.model().home_rad()[j];
      start.torque_max_Nm[slot] = session.model().joint(j).torque_max_Nm;
      start.stiffness_Nm_rad[slot] = session.model().joint(j).torque_max_Nm;
      start.damping_Nms_rad[slot] = 0.02 * session.model().joint(j).torque_max_Nm;
    }
    auto made = policy::PolicyHost::start(config, start).value();
    EXPECT_TRUE(made.wait_until_ready());
    return made;
  }
  void run(Tick ticks) {
    for (Tick k = 0; k < ticks; ++k) {
      if (beats % 20 == 0) session.take(record::Event::of_lease(1, 1 + beats / 20));
      ++beats;
      const AllocationScope scope;
      ASSERT_EQ(session.tick(plant, &seat), io::WriteStatus::kAccepted);
      ASSERT_EQ(scope.count(), 0u);
      seat.watch(session.loop().gate_report());
      ASSERT_FALSE(plant.truth().link_on_ground) << "fell";
      ASSERT_GT(plant.truth().p_WB.z(), 0.7 * plant.home_height_m()) << "fell";
    }
  }
};

/// What a policy does to its process, and what it costs it.
class EveryMisconduct : public ::testing::TestWithParam<std::pair<const char*, policy::Loss>> {};

TEST_P(EveryMisconduct, CostsThePolicyItsSeatAndTheRobotWalksOn) {
  constexpr Tick kSeated = 3000, kMisbehaves = 3200;
  Walk walk(GetParam().first, kMisbehaves);
  walk.run(kSeated);
  walk.seat.let_in(true);
  walk.run(500);
  EXPECT_GT(walk.seat.report().driven_ticks, 0) << "it never drove";
  EXPECT_EQ(walk.seat.report().loss, GetParam().second)
      << policy::loss_name(walk.seat.report().loss);
  EXPECT_TRUE(walk.seat.report().is_out);
  const double x_m = walk.plant.truth().p_WB.x();
  walk.run(4000);
  EXPECT_GT(walk.plant.truth().p_WB.x() - x_m, 1.0) << "the trusted controller walks at 0.5 m/s";
  EXPECT_FALSE(walk.seat.is_in()) << "nobody gets a second seat";
}

INSTANTIATE_TEST_SUITE_P(Ways, EveryMisconduct,
                         ::testing::Values(std::pair{"dies", policy::Loss::kDied},
                                           std::pair{"hangs", policy::Loss::kHung},
                                           std::pair{"floods", policy::Loss::kGarbage},
                                           std::pair{"garbage", policy::Loss::kGarbage},
                                           std::pair{"not_a_number", policy::Loss::kGarbage}),
                         [](const auto& way) { return std::string(way.param.first); });

TEST(Policy, WhoThrashesTheBodyIsTakenOffAndTheRobotWalksOn) {
  Walk walk("thrashes", 0);
  walk.run(3000);
  walk.seat.let_in(true);
  walk.run(12000);
  const runtime::PolicySeat::Report& report = walk.seat.report();
  EXPECT_EQ(report.loss, policy::Loss::kNone);
  EXPECT_GT(report.rescues, 0);
  EXPECT_LT(report.driven_ticks, 600) << "at most six tries of a tenth of a second each";
  const double x_m = walk.plant.truth().p_WB.x();
  walk.run(4000);
  EXPECT_GT(walk.plant.truth().p_WB.x() - x_m, 1.0);
}

/// A network without weights: every output is 0, which is the home posture.
fs::path home_policy(int joints) {
  const fs::path file =
      fs::temp_directory_path() / ("longmen_policy_test_" + std::to_string(getpid()) + ".policy");
  const int inputs = policy::observation_size(joints);
  std::ofstream stream(file, std::ios::binary);
  stream << "longmen policy 1\n{\"robot\":\"" << kPolicyRobot << "\",\"joints\":" << joints
         << ",\"inputs\":" << inputs << ",\"hidden\":[],\"outputs\":" << joints
         << ",\"activation\":\"relu\"}\n";
  const std::vector<float> zeros(static_cast<std::size_t>(2 * inputs + joints * inputs + joints));
  stream.write(reinterpret_cast<const char*>(zeros.data()),
               static_cast<std::streamsize>(zeros.size() * sizeof(float)));
  return file;
}

Scenario walk_with(const std::string& model) {
  Scenario scenario;
  scenario.robot = kPolicyRobot;
  scenario.seed = 3;
  scenario.duration_s = 5.0;
  scenario.command = {{}, {.t_s = 1.0, .vx_m_s = 0.4}};
  scenario.policy = Scenario::Policy{model, 2.0};
  return scenario;
}

TEST(Policy, ARunWithOneIsRecordedAndReplayedToTheBit) {
  const auto robot = model::RobotModel::load(kPolicyProject / "robots" / kPolicyRobot).value();
  const fs::path file = home_policy(robot.na());
  const fs::path record = fs::path(file).replace_extension(".mcap");
  std::string hash;
  for (int run = 0; run < 2; ++run) {
    auto episode =
        Episode::create(walk_with(file), DataFolders::under(kPolicyProject), {.record = record});
    ASSERT_TRUE(episode) << episode.error().text();
    while (episode->step()) {
    }
    const EpisodeResult result = episode->finish().value();
    EXPECT_FALSE(result.body.fell);
    ASSERT_TRUE(result.policy);
    EXPECT_GT(result.policy->driven_ticks, 50);
    EXPECT_GT(result.policy->rescues, 0) << "who stands still in a walk falls";
    if (run == 0) hash = result.state_hash;
    EXPECT_EQ(result.state_hash, hash) << "in lock-step the same on any machine";
  }
  const auto replayed = replay(record, kPolicyProject, {});
  ASSERT_TRUE(replayed) << replayed.error().text();
  EXPECT_FALSE(replayed->difference);
  EXPECT_EQ(replayed->ticks, 5000);
  fs::remove(file);
  fs::remove(record);
}

std::string bytes_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// A project whose rules name one policy alone: "still", which keeps the home posture; removed at
/// the end.
struct Project {
  fs::path folder = fs::temp_directory_path() / ("longmen_policy_plan_" + std::to_string(getpid()));

  Project() {
    fs::remove_all(folder);
    fs::create_directories(folder / "models" / "policies");
    for (const char* data : {"robots", "worlds"})
      fs::create_directory_symlink(kPolicyProject / data, folder / data);
    fs::copy(kPolicyProject / "rules", folder / "rules", fs::copy_options::recursive);
    const auto robot = model::RobotModel::load(kPolicyProject / "robots" / kPolicyRobot).value();
    const fs::path file = folder / "models" / "policies" / "still.policy";
    fs::rename(home_policy(robot.na()), file);
    const fs::path rules = folder / "rules" / "plan" / "plan.yaml";
    std::string text = bytes_of(rules);
    const std::size_t at = text.find("\npolicies:");
    text.replace(at, text.find("\npolicy_bounds:") - at,
                 "\npolicies:\n  still: {file: still.policy, sha256: \"" +
                     sha256(bytes_of(file)).hex() + "\", practice: false, source: test}");
    std::ofstream(rules) << text;
  }
  ~Project() { fs::remove_all(folder); }
};

/// A plan of one step, `run_policy`, in a session of its own.
struct PlannedPolicy {
  runtime::Session session;
  io::SimPlant plant;
  std::uint64_t beats = 0;

  PlannedPolicy(const fs::path& project, const std::string& model, double speed_m_s, double time_s,
                const fs::path& record = {})
      : session(runtime::Session::create({.project_folder = project,
                                          .robot_folder = project / "robots" / kPolicyRobot,
                                          .world_folder = project / "worlds" / "factory",
                                          .practice = true})
                    .value()),
        plant(io::SimPlant::create(sim_robot(session.model()), {.seed = 7}).value()) {
    if (!record.empty()) {
      EXPECT_TRUE(session.start_record(record, 7, {}));
    }
    record::Event event;
    event.kind = record::Event::Kind::kPlan;
    const PlanStep step{"run_policy",
                        {{"model", model},
                         {"bounds", "careful"},
                         {"speed_m_s", speed_m_s},
                         {"time_limit_s", time_s}}};
    session.take(event, encode_plan({"p", "parser", "", {step}}).value());
  }
  void run(Tick ticks) {
    for (Tick k = 0; k < ticks; ++k) {
      if (beats % 20 == 0) session.take(record::Event::of_lease(1, 1 + beats / 20));
      ++beats;
      ASSERT_EQ(session.tick(plant), io::WriteStatus::kAccepted);
      ASSERT_FALSE(plant.truth().link_on_ground) << "fell";
    }
  }
  /// Until the step is over and then a while, for the robot to come to a stand.
  void run_out() {
    while (session.executor() != nullptr && !session.executor()->is_over() && beats < 40'000)
      run(1);
    run(2500);
    EXPECT_LT(plant.truth().v_WB_W.norm(), 0.1);
  }
  [[nodiscard]] const runtime::Receipt& receipt() const { return session.receipts().at(0); }
};

/// A record of a run, run again.
void expect_replayed(const fs::path& record, const fs::path& project, Tick ticks) {
  const auto replayed = replay(record, project, {});
  ASSERT_TRUE(replayed) << replayed.error().text();
  EXPECT_FALSE(replayed->difference);
  EXPECT_EQ(replayed->ticks, ticks);
}

TEST(PolicyStep, OneThatStandsWellDrivesForItsTimeAndTheRunIsReplayed) {
  const Project project;
  const fs::path record = project.folder / "run.mcap";
  PlannedPolicy planned(project.folder, "still", 0.0, 1.0, record);
  ASSERT_TRUE(planned.session.verdict());
  ASSERT_EQ(planned.session.verdict()->status, VerdictStatus::kApproved);
  planned.run_out();
  ASSERT_TRUE(planned.session.close_record());
  const runtime::Receipt& receipt = planned.receipt();
  EXPECT_EQ(receipt.state, runtime::Receipt::State::kDone) << static_cast<int>(receipt.fault);
  ASSERT_EQ(receipt.evidence.observations().size(), 1u);
  EXPECT_GT(receipt.evidence.observations()[0].value, 0.5) << "it drove, by the gate's word";
  fs::remove(project.folder / "models" / "policies" / "still.policy");  // a replay needs none
  expect_replayed(record, project.folder, static_cast<Tick>(planned.beats));
}

TEST(PolicyStep, OneThatHeadsForAFallIsTakenOverForGoodAndTheReceiptSaysSo) {
  const Project project;
  const fs::path record = project.folder / "run.mcap";
  PlannedPolicy planned(project.folder, "still", 0.4, 20.0, record);
  planned.run_out();
  ASSERT_TRUE(planned.session.close_record());
  EXPECT_EQ(planned.receipt().state, runtime::Receipt::State::kFailed);
  EXPECT_EQ(planned.receipt().fault, skills::SkillFault::kRescued);
  expect_replayed(record, project.folder, static_cast<Tick>(planned.beats));
}

/// The process of the only policy of this program, 0 if there is none.
pid_t policy_process() {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string stat = bytes_of(entry.path() / "stat");
    if (stat.find("(longmen-policy) S " + std::to_string(getpid()) + " ") != std::string::npos)
      return std::stoi(entry.path().filename());
  }
  return 0;
}

TEST(PolicyStep, OneThatHangsOrDiesLosesItsSeatAndTheRobotStands) {
  const Project project;
  for (const int signal : {SIGSTOP, SIGKILL}) {
    PlannedPolicy planned(project.folder, "still", 0.0, 20.0);
    // Signalled as soon as it drives: this one leans before long.
    while (!planned.session.has_foreign_proposals() && planned.beats < 5000) planned.run(1);
    planned.run(100);
    const pid_t process = policy_process();
    ASSERT_GT(process, 0);
    kill(process, signal);
    planned.run_out();
    EXPECT_EQ(planned.receipt().state, runtime::Receipt::State::kFailed);
    EXPECT_EQ(planned.receipt().fault, skills::SkillFault::kPolicyLost);
  }
}

TEST(PolicyStep, AnotherFileDoesNotDriveAndAnUnknownNameIsRefused) {
  const Project project;
  std::ofstream(project.folder / "models/policies/still.policy", std::ios::app) << 'x';
  PlannedPolicy altered(project.folder, "still", 0.4, 2.0);
  altered.run(1000);
  EXPECT_EQ(altered.receipt().fault, skills::SkillFault::kPolicyLost);
  EXPECT_EQ(altered.session.loop().goal().locomotion, Goal::Locomotion::kStand);
  EXPECT_EQ(policy_process(), 0);
  const PlannedPolicy unknown(project.folder, "nobody", 0.4, 2.0);
  EXPECT_EQ(unknown.session.verdict()->status, VerdictStatus::kRefused);
  EXPECT_EQ(unknown.session.executor(), nullptr);
}

TEST(Policy, WhatIsNoneIsSaidInOneLine) {
  const auto folders = DataFolders::under(kPolicyProject);
  const auto unknown = Episode::create(walk_with("no_such_policy"), folders, {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
  const auto other =
      Episode::create(walk_with((kPolicyProject / "README.md").string()), folders, {});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kUnsupported);
  const fs::path file = home_policy(3);
  const auto foreign = Episode::create(walk_with(file), folders, {});
  ASSERT_FALSE(foreign) << "a policy for three joints";
  EXPECT_EQ(foreign.error().code, ErrorCode::kUnsupported);
  fs::remove(file);
}

}  // namespace
}  // namespace longmen::trial
