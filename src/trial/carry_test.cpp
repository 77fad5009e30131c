#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <numbers>

#include "agent/parser.h"
#include "core/plan_message.h"
#include "trial/body_bench.h"
#include "trial/errand.h"
#include "trial/mission.h"
#include "trial/replay.h"
#include "world/world.h"

/// The box task, from the sentence to the true pose of the box: honest plant, noise, delay, a box
/// that lies and weighs otherwise than the world says.
namespace longmen::trial {
namespace {

const std::filesystem::path kCarryProject = LONGMEN_SOURCE_DIR;

class BoxTask : public ::testing::Test {
 protected:
  const std::filesystem::path record_ =
      std::filesystem::temp_directory_path() /
      ("longmen_box_task_" + std::to_string(::getpid()) + ".mcap");
  const world::World world_ = world::load_world(kCarryProject / "worlds/factory").value();
  ~BoxTask() override { std::filesystem::remove(record_); }

  /// The world's objects strewn about, the first one filled.
  std::vector<world::Object> drawn(std::uint64_t seed, double mass_kg) const {
    const Strewn strewn{{0.02, 0.15}, 10.0 * std::numbers::pi / 180.0, 0.0};
    std::vector<world::Object> objects = draw_objects(strewn, world_, seed);
    objects.front().mass_kg = mass_kg;
    return objects;
  }

  MissionResult carry_out(const std::string& sentence, std::uint64_t seed,
                          std::vector<world::Object> objects) {
    auto mission =
        Mission::create({.project_folder = kCarryProject,
                         .robot_folder = kCarryProject / "robots" /
                                         testing::robots_with_palms(kCarryProject).front(),
                         .world_folder = kCarryProject / "worlds/factory",
                         .seed = seed,
                         .objects = std::move(objects),
                         .record = record_,
                         .instruction = sentence});
    EXPECT_TRUE(mission) << (mission ? "" : mission.error().text());
    const auto parser = agent::Parser::create().value();
    const agent::Answer answer = parser.answer(sentence, mission->session().world());
    mission->propose(encode_plan(std::get<agent::Proposal>(answer).plan).value());
    while (mission->step()) {
    }
    return mission->finish();
  }
};

TEST_F(BoxTask, ABoxGoesFromTheShelfToTheWorkbenchAndTheRunReplaysBitForBit) {
  const MissionResult result =
      carry_out("take the box from the shelf to the workbench", 1001, drawn(1001, 4.0));
  EXPECT_FALSE(result.fell);
  EXPECT_TRUE(result.goal_met) << "fault " << static_cast<int>(result.fault) << " after "
                               << result.steps_done << " steps";
  ASSERT_TRUE(result.object_error_m);
  EXPECT_LT(*result.object_error_m, 0.04);
  EXPECT_LT(*result.object_tilt_rad, 0.05);

  const auto report = replay(record_, kCarryProject);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_FALSE(report->difference) << report->difference->text();
  EXPECT_EQ(report->ticks, result.gate.ticks);
}

}  // namespace
}  // namespace longmen::trial
