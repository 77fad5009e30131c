#include "policy/policy_host.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/allocation_counter.h"
#include "policy/walls.h"

namespace longmen::policy {
namespace {

constexpr int kJoints = 3;

wall::PolicyStart greeting() {
  wall::PolicyStart start;
  start.robot = wall::Name<32>("toy");
  start.joints = kJoints;
  start.home_rad = {0.1, 0.2, 0.3};
  start.torque_max_Nm = {10.0, 20.0, 30.0};
  start.stiffness_Nm_rad = {5.0, 6.0, 7.0};
  return start;
}

PolicyHost started(std::vector<std::string> arguments, bool lock_step = true,
                   Tick start_max = 3000) {
  HostConfig config;
  config.arguments = std::move(arguments);
  config.lock_step = lock_step;
  config.wait_max_s = 1.0;
  config.answer_max = 200;
  config.start_max = start_max;
  return PolicyHost::start(config, greeting()).value();
}

PolicyHost bad(const std::string& way, bool lock_step = true, Tick after = 20) {
  return started({LONGMEN_BAD_POLICY, way, std::to_string(after)}, lock_step);
}

/// The loop's part of ticks [from, to); in real time each takes a millisecond.
void run(PolicyHost& host, Tick from, Tick to, bool real_time = false) {
  wall::PolicyObservation observation;
  observation.count = observation_size(kJoints);
  for (Tick tick = from; tick < to; ++tick) {
    host.receive(tick);
    observation.tick = tick;
    if (host.is_due(tick)) host.send(observation);
    if (real_time) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

wall::PolicyCommand last_command(const PolicyHost& host) {
  EXPECT_NE(host.command(), nullptr);
  return host.command() != nullptr ? *host.command() : wall::PolicyCommand{};
}

/// A network of one layer without weights: its outputs are its last numbers.
std::filesystem::path constant_network(const std::vector<float>& outputs) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("longmen_policy_host_test_" + std::to_string(getpid()) + ".policy");
  const int inputs = observation_size(kJoints);
  std::vector<float> values(static_cast<std::size_t>(2 * inputs), 0.0f);
  values.insert(values.end(), outputs.size() * static_cast<std::size_t>(inputs), 0.0f);
  values.insert(values.end(), outputs.begin(), outputs.end());
  std::ofstream stream(file, std::ios::binary);
  stream << "longmen policy 1\n{\"robot\":\"toy\",\"joints\":" << kJoints
         << ",\"inputs\":" << inputs << ",\"hidden\":[],\"outputs\":" << outputs.size()
         << ",\"activation\":\"tanh\"}\n";
  stream.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(float)));
  return file;
}

TEST(PolicyHost, GetsTheSameFromAModelInOnnx) {
  const std::filesystem::path here = std::filesystem::path(LONGMEN_SOURCE_DIR) / "src" / "policy";
  const std::filesystem::path python = LONGMEN_PYTHON;
  const auto prefix = std::filesystem::canonical(python).parent_path().parent_path();
  PolicyHost host = started({LONGMEN_POLICY_PROGRAM, here / "constant.onnx", python,
                             here / "onnx_runner.py", LONGMEN_PYTHON_PACKAGES, prefix},
                            true, 30'000);
  ASSERT_TRUE(host.wait_until_ready()) << loss_name(host.loss());
  EXPECT_EQ(host.walls(), kAllWalls) << wall_names(host.walls());
  run(host, 0, 100);
  const wall::PolicyCommand command = last_command(host);
  EXPECT_EQ(host.loss(), Loss::kNone);
  EXPECT_EQ(command.tick, 90);
  EXPECT_DOUBLE_EQ(command.position_rad[0], 0.6);
  EXPECT_DOUBLE_EQ(command.torque_Nm[2], -15.0);
}

TEST(PolicyHost, GetsOneCommandForEachObservation) {
  const auto file = constant_network({0.5f, 0, 0, 0, 0, -0.5f});
  PolicyHost host = started({LONGMEN_POLICY_PROGRAM, file});
  ASSERT_TRUE(host.wait_until_ready()) << loss_name(host.loss());
  EXPECT_EQ(host.walls(), kAllWalls) << wall_names(host.walls());
  EXPECT_EQ(host.command(), nullptr);
  run(host, 0, 6);
  const wall::PolicyCommand command = last_command(host);
  EXPECT_EQ(command.tick, 0);
  EXPECT_DOUBLE_EQ(command.position_rad[0], 0.6);
  EXPECT_DOUBLE_EQ(command.position_rad[1], 0.2);
  EXPECT_DOUBLE_EQ(command.torque_Nm[2], -15.0);
  EXPECT_DOUBLE_EQ(command.stiffness_Nm_rad[1], 6.0);
  const AllocationScope scope;
  run(host, 6, 500);
  EXPECT_EQ(scope.count(), 0u);
  EXPECT_EQ(last_command(host).tick, 490);
  EXPECT_EQ(host.loss(), Loss::kNone);
  std::filesystem::remove(file);
}

TEST(PolicyHost, WhatIsNoPolicyNeverGetsReady) {
  const auto file = constant_network({0, 0, 0});
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  PolicyHost host = started({LONGMEN_POLICY_PROGRAM, file});
  EXPECT_FALSE(host.wait_until_ready());
  EXPECT_EQ(host.loss(), Loss::kDied);
  std::filesystem::remove(file);
  PolicyHost absent = started({LONGMEN_POLICY_PROGRAM, file});
  EXPECT_FALSE(absent.wait_until_ready());
}

TEST(PolicyHost, MisconductCostsThePlace) {
  const std::vector<std::pair<std::string, Loss>> ways{{"dies", Loss::kDied},
                                                       {"hangs", Loss::kHung},
                                                       {"floods", Loss::kGarbage},
                                                       {"answers_twice", Loss::kGarbage},
                                                       {"garbage", Loss::kGarbage},
                                                       {"too_many_joints", Loss::kGarbage},
                                                       {"not_a_number", Loss::kGarbage},
                                                       {"from_the_future", Loss::kGarbage}};
  for (const bool lock_step : {true, false})
    for (const auto& [way, loss] : ways) {
      PolicyHost host = bad(way, lock_step);
      ASSERT_TRUE(host.wait_until_ready()) << way << ' ' << loss_name(host.loss());
      run(host, 0, 300, !lock_step);
      EXPECT_EQ(host.loss(), loss) << way << ' ' << loss_name(host.loss());
      EXPECT_FALSE(host.is_due(1000)) << way;
      EXPECT_LE(last_command(host).tick, 20) << way << ": what came before stays what it was";
    }
}

TEST(PolicyHost, MayBeLateInRealTimeWithinBounds) {
  PolicyHost host = bad("none", false);
  ASSERT_TRUE(host.wait_until_ready());
  run(host, 0, 50, true);
  kill(host.process(), SIGSTOP);
  run(host, 50, 75, true);
  EXPECT_EQ(host.loss(), Loss::kNone);
  kill(host.process(), SIGCONT);
  run(host, 75, 120, true);
  EXPECT_EQ(host.loss(), Loss::kNone);
  EXPECT_GE(last_command(host).tick, 90);
  kill(host.process(), SIGSTOP);
  run(host, 120, 400, true);
  EXPECT_EQ(host.loss(), Loss::kHung);
}

TEST(PolicyHost, MustBeReadyInTime) {
  PolicyHost never = bad("never_ready");
  EXPECT_FALSE(never.wait_until_ready());
  EXPECT_EQ(never.loss(), Loss::kLate);
  PolicyHost rash = bad("speaks_first");
  EXPECT_FALSE(rash.wait_until_ready());
  EXPECT_EQ(rash.loss(), Loss::kGarbage);
}

}  // namespace
}  // namespace longmen::policy
