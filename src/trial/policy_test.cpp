// Untrusted motion policies while the robot walks: what they do to their process, and to the body.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/allocation_counter.h"
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

TEST(Policy, WhoThrashesTheBodyIsTakenOffAndAtLastLosesTheSeat) {
  Walk walk("thrashes", 0);
  walk.run(3000);
  walk.seat.let_in(true);
  walk.run(12000);
  const runtime::PolicySeat::Report& report = walk.seat.report();
  EXPECT_EQ(report.loss, policy::Loss::kNone);
  EXPECT_GT(report.rescues, 0);
  EXPECT_TRUE(report.is_out);
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
