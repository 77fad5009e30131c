#include "trial/rehearsal.h"

#include <gtest/gtest.h>

#include "core/plan_message.h"
#include "model/robot_names.h"

namespace longmen::trial {
namespace {

const std::filesystem::path kRehearsalRoot = LONGMEN_SOURCE_DIR;

MissionOptions factory_mission() {
  MissionOptions options;
  options.project_folder = kRehearsalRoot;
  options.robot_folder =
      kRehearsalRoot / "robots" / model::robot_names(kRehearsalRoot / "robots").at(0);
  options.world_folder = kRehearsalRoot / "worlds/factory";
  return options;
}

std::string message_of(std::vector<PlanStep> steps) {
  return encode_plan({"p", "parser", "text", std::move(steps), {}}).value();
}

TEST(Rehearsal, RunsThePlanAheadInCopiesThatDifferAndBindsTheRunToIt) {
  const std::string message = message_of({{"wait", {{"duration_s", 1.5}}}});
  MissionOptions options = factory_mission();
  const auto rehearsal = rehearse(message, options, 3, 2);
  ASSERT_TRUE(rehearsal) << rehearsal.error().text();
  ASSERT_EQ(rehearsal->copies.size(), 3u);
  for (const RehearsedCopy& copy : rehearsal->copies) {
    EXPECT_TRUE(copy.goal_met) << "step " << copy.steps_done << ": " << copy.fault << ", seed "
                               << copy.seed << ", person "
                               << copy.person_distance_min_m.value_or(0);
    EXPECT_TRUE(copy.is_safe());
    EXPECT_GT(copy.torque_share_max, 0.01);
    EXPECT_LT(copy.tilt_max_rad, 0.3);
  }
  EXPECT_NE(rehearsal->copies[0].torque_share_max, rehearsal->copies[1].torque_share_max);
  const auto again = rehearse(message, options, 3, 1);
  EXPECT_EQ(again->copies[2].torque_share_max, rehearsal->copies[2].torque_share_max);

  options.rehearsed = rehearsal->summary().value();
  ASSERT_TRUE(options.rehearsed);
  auto mission = Mission::create(options).value();
  mission.propose(message);
  EXPECT_EQ(mission.session().verdict()->status, VerdictStatus::kApproved);
  EXPECT_TRUE(mission.session().verdict()->rehearsed);
  ASSERT_NE(mission.session().executor(), nullptr);
  EXPECT_EQ(mission.session().executor()->approval().plan_hash().hex(),
            options.rehearsed->plan_hash);
}

TEST(Rehearsal, AnotherPlanThanTheRehearsedOneDoesNotRun) {
  MissionOptions options = factory_mission();
  options.rehearsed = rehearse(message_of({{"wave", {}}}), options, 1, 1)->summary().value();
  auto mission = Mission::create(options).value();
  mission.propose(message_of({{"wait", {{"duration_s", 1.0}}}}));
  EXPECT_EQ(mission.session().verdict()->status, VerdictStatus::kRefused);
  EXPECT_EQ(mission.session().verdict()->reasons.back().rule, "plan.rehearsed");
  EXPECT_EQ(mission.session().executor(), nullptr);
}

TEST(Rehearsal, APlanThatWasNotSafeAheadDoesNotRun) {
  MissionOptions options = factory_mission();
  const std::string message = message_of({{"wave", {}}});
  Rehearsal rehearsal = rehearse(message, options, 1, 1).value();
  rehearsal.copies[0].fell = true;
  options.rehearsed = rehearsal.summary().value();
  EXPECT_EQ(options.rehearsed->unsafe, 1);
  auto mission = Mission::create(options).value();
  mission.propose(message);
  EXPECT_EQ(mission.session().verdict()->status, VerdictStatus::kRefused);
  EXPECT_EQ(mission.session().verdict()->reasons.back().rule, "plan.rehearsal");
}

TEST(Rehearsal, APlanThatTheGateRefusesHasNothingToRehearse) {
  const auto rehearsal = rehearse(message_of({{"walk_to", {{"place", std::string("moon")}}}}),
                                  factory_mission(), 2, 2);
  ASSERT_TRUE(rehearsal);
  EXPECT_FALSE(rehearsal->summary().value());
}

TEST(Rehearsal, PeopleMoveOtherwiseInEachCopyAndOnTheirPaths) {
  world::Person person;
  person.p_W_m = Eigen::Vector2d(1.0, 2.0);
  person.path = {{0.0, {0, 0}}, {4.0, {4, 0}}, {8.0, {0, 0}}};
  const auto one = people_otherwise({person}, 1).at(0);
  const auto other = people_otherwise({person}, 2).at(0);
  EXPECT_NE(*one.p_W_m, *other.p_W_m);
  EXPECT_LT((*one.p_W_m - *person.p_W_m).norm(), 0.5);
  for (std::size_t k = 1; k < one.path.size(); ++k)
    EXPECT_GT(one.path[k].time_s, one.path[k - 1].time_s);
  EXPECT_EQ(people_otherwise({person}, 1).at(0).path[1].time_s, one.path[1].time_s);
}

}  // namespace
}  // namespace longmen::trial
