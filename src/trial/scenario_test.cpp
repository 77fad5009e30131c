#include "trial/scenario.h"

#include <gtest/gtest.h>

#include <numbers>

namespace longmen::trial {
namespace {

constexpr const char* kFull = R"(
robot: some_robot
terrain: {kind: random_boxes, height_max_m: 0.03, size_m: 0.4, seed: 5}
map: {known: true, error_m: 0.02}
friction: 0.5
plant_error: {mass_relative: 0.1, com_m: 0.02, friction_relative: 0.3, motor_strength: 0.9}
seed: 12
duration_s: 20
sensors: {noise: false, delay_s: 0.004, pose_fix: false}
command: [[0, 0, 0, 0], [2.0, 0.8, 0.1, -0.2]]
pushes:
  - {t_s: 6, body: base, impulse_Ns: [10, -5, 0], duration_s: 0.2, frame: world}
  - {t_s: 9, body: torso, impulse_Ns: [0, 20, 0]}
payload: {body: torso, mass_kg: 5}
faults:
  - {t_s: 7, kind: sensor_nan, target: imu_gyro, duration_s: 0.001}
measure_s: [8, 19]
)";

TEST(Scenario, EveryKeyOfTheSchemaIsRead) {
  const auto read = parse_scenario(kFull, "test");
  ASSERT_TRUE(read) << read.error().text();
  const Scenario& s = *read;
  EXPECT_EQ(s.robot, "some_robot");
  const auto& boxes = std::get<io::terrain::RandomBoxes>(s.terrain);
  EXPECT_EQ(boxes.height_max_m, 0.03);
  EXPECT_EQ(boxes.seed, 5u);
  EXPECT_EQ(s.map_error_m.value(), 0.02);
  EXPECT_EQ(s.friction.value().low, 0.5);
  EXPECT_EQ(s.friction.value().high, 0.5);
  EXPECT_EQ(s.plant_error.value().mass_relative, 0.1);
  EXPECT_EQ(s.plant_error.value().motor_strength, 0.9);
  EXPECT_EQ(s.seed, 12u);
  EXPECT_FALSE(s.sensor_noise);
  EXPECT_FALSE(s.pose_fix);
  EXPECT_EQ(s.sensing_delay_s.value(), 0.004);
  ASSERT_EQ(s.command.size(), 2u);
  EXPECT_EQ(s.command[1].yaw_rate_rad_s, -0.2);
  ASSERT_EQ(s.pushes.size(), 2u);
  EXPECT_FALSE(s.pushes[0].in_heading_frame);
  EXPECT_TRUE(s.pushes[1].in_heading_frame);
  EXPECT_EQ(s.pushes[1].duration_s, 0.1);
  EXPECT_EQ(s.payload->mass_kg, 5.0);
  EXPECT_EQ(s.faults.at(0).target, "imu_gyro");
  EXPECT_EQ(s.measure_from_s, 8.0);
  EXPECT_EQ(s.measure_to_s, 19.0);
}

TEST(Scenario, MeasuresFromThreeSecondsAfterTheLastCommandUnlessTold) {
  const auto s =
      parse_scenario("{robot: r, duration_s: 20, command: [[0, 0, 0, 0], [2, 1, 0, 0]]}", "test");
  ASSERT_TRUE(s);
  EXPECT_EQ(s->measure_from_s, 5.0);
  EXPECT_EQ(s->measure_to_s, 20.0);
  const auto late =
      parse_scenario("{robot: r, duration_s: 4, command: [[2, 1, 0, 0], [9, 0, 0, 0]]}", "test");
  ASSERT_TRUE(late);
  EXPECT_EQ(late->measure_from_s, 2.0) << "too short to settle, and the last row never comes";
  EXPECT_EQ(late->measure_to_s, 4.0);
}

TEST(Scenario, EachTerrainIsRead) {
  const auto terrain = [](const std::string& text) {
    return parse_scenario("{robot: r, duration_s: 1, terrain: " + text + "}", "test");
  };
  EXPECT_EQ(std::get<io::terrain::Step>(terrain("{kind: step, height_m: 0.1, at_x_m: 2}")->terrain)
                .at_x_m,
            2.0);
  EXPECT_EQ(std::get<io::terrain::Stairs>(
                terrain("{kind: stairs, rise_m: 0.15, run_m: 0.3, count: 4}")->terrain)
                .count,
            4);
  EXPECT_NEAR(
      std::get<io::terrain::Slope>(terrain("{kind: slope, pitch_deg: 10}")->terrain).pitch_rad,
      std::numbers::pi / 18.0, 1e-12);
  EXPECT_TRUE(terrain("{kind: flat}"));
  EXPECT_FALSE(terrain("{kind: step, height_m: 0.1, at_x_m: 0.5}")) << "nearer than 1 m";
  EXPECT_FALSE(terrain("{kind: step, height_m: 0.1, at_x_m: 2, run_m: 1}")) << "key of stairs";
  EXPECT_FALSE(terrain("{kind: lava}"));
  EXPECT_FALSE(terrain("{height_max_m: 1}"));
}

TEST(Scenario, BadInputIsOneClearLine) {
  const auto error = [](const std::string& text) {
    const auto read = parse_scenario(text, "test");
    EXPECT_FALSE(read) << text;
    return read ? Error{} : read.error();
  };
  EXPECT_EQ(error("{robot: r, duration_s: 5, sped: 1}").code, ErrorCode::kUnknownKey);
  EXPECT_EQ(error("{duration_s: 5}").code, ErrorCode::kMissingKey);
  EXPECT_EQ(error("{robot: r}").code, ErrorCode::kMissingKey);
  for (const char* text :
       {"{robot: r, duration_s: 0}",
        "{robot: r, duration_s: -1}",
        "{robot: r, duration_s: .nan}",
        "{robot: r, duration_s: 5, command: [[0, 100, 0, 0]]}",
        "{robot: r, duration_s: 5, command: [[0, .nan, 0, 0]]}",
        "{robot: r, duration_s: 5, command: [[0, 1, 0]]}",
        "{robot: r, duration_s: 5, command: [[2, 1, 0, 0], [1, 0, 0, 0]]}",
        "{robot: r, duration_s: 5, command: 3}",
        "{robot: r, duration_s: 5, friction: 0}",
        "{robot: r, duration_s: 5, friction: [1, 0.4]}",
        "{robot: r, duration_s: 5, friction: [0.4]}",
        "{robot: r, duration_s: 5, plant_error: {mass_relative: 0.1}}",
        "{robot: r, duration_s: 5, seed: -1}",
        "{robot: r, duration_s: 5, measure_s: [3, 9]}",
        "{robot: r, duration_s: 5, measure_s: [3]}",
        "{robot: r, duration_s: 5, world: w, terrain: {kind: flat}}",
        "{robot: r, duration_s: 5, pushes: [{t_s: 1, body: base, impulse_Ns: [1,2,3], frame: x}]}",
        "{robot: r, duration_s: 5, pushes: {t_s: 1}}",
        "[1, 2]",
        "robot"})
    EXPECT_NE(error(text).text().size(), 0u) << text;
  EXPECT_EQ(error("{robot: r, duration_s: 5, world: w, map: {known: true}}").code,
            ErrorCode::kUnsupported);
  EXPECT_NE(error("{robot: r, duration_s: 5, pushes: [{t_s: 1, bodi: base, impulse_Ns: [1, 2, "
                  "3]}]}")
                .text()
                .find("pushes[0]"),
            std::string::npos);
}

TEST(Scenario, EveryShippedScenarioIsValid) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(LONGMEN_SOURCE_DIR) / "scenarios")) {
    const auto read = load_scenario(entry.path());
    EXPECT_TRUE(read) << read.error().text();
    ++count;
  }
  EXPECT_GT(count, 10);
}

TEST(Scenario, ALinkIsReadAndPlaysNoFaultsBesides) {
  const std::string head = "{robot: r, duration_s: 9, link: {latency_s: 0.004, loss: 0.01, down: ";
  const auto read = parse_scenario(head + "[{t_s: 6, duration_s: 1}]}}", "test");
  ASSERT_TRUE(read) << read.error().text();
  ASSERT_TRUE(read->link);
  EXPECT_EQ(read->link->latency_s, 0.004);
  EXPECT_EQ(read->link->loss, 0.01);
  ASSERT_EQ(read->link->down.size(), 1u);
  EXPECT_EQ(read->link->down[0].t_s, 6.0);
  EXPECT_TRUE(parse_scenario("{robot: r, duration_s: 9, link: {}}", "test")->link);
  for (const char* bad :
       {"link: {latency_s: 1}", "link: {loss: 2}", "link: {down: [{t_s: 1}]}", "link: {delay: 1}",
        "link: {}, attack: {kind: random}",
        "link: {}, faults: [{t_s: 1, kind: motor_off, target: \"motor:all\", duration_s: 1}]"})
    EXPECT_FALSE(parse_scenario(std::string("{robot: r, duration_s: 9, ") + bad + "}", "test"))
        << bad;
}

}  // namespace
}  // namespace longmen::trial
