#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands.h"
#include "model/robot_model.h"
#include "paths.h"
#include "runtime/robot_tuning.h"

namespace longmen::app {
namespace {

struct RobotCheckOptions {
  std::string robot;
  bool json = false;
};

nlohmann::json describe(const model::RobotModel& robot) {
  nlohmann::json joints = nlohmann::json::array();
  for (int j = 0; j < robot.na(); ++j) {
    const model::JointInfo& joint = robot.joint(j);
    joints.push_back({{"name", joint.name},
                      {"position_min_rad", joint.position_min_rad},
                      {"position_max_rad", joint.position_max_rad},
                      {"home_rad", robot.home_rad()[j]},
                      {"velocity_max_rad_s", joint.velocity_max_rad_s},
                      {"torque_max_Nm", joint.torque_max_Nm}});
  }
  nlohmann::json roles;
  for (int r = 0; r < model::kRoleCount; ++r) {
    const auto role = static_cast<model::Role>(r);
    roles[std::string(model::role_name(role))] = robot.body_name(role);
  }
  return {{"name", robot.name()},
          {"mass_kg", robot.mass_kg()},
          {"home_height_m", robot.home_height_m()},
          {"roles", roles},
          {"joints", joints}};
}

void print_table(const model::RobotModel& robot) {
  std::cout << fmt::format("{}: {} joints, {:.1f} kg, base {:.3f} m above ground at home\n",
                           robot.name(), robot.na(), robot.mass_kg(), robot.home_height_m());
  for (int r = 0; r < model::kRoleCount; ++r) {
    const auto role = static_cast<model::Role>(r);
    std::cout << fmt::format("  {:<11} {}\n", model::role_name(role), robot.body_name(role));
  }
  std::size_t width = 5;
  for (int j = 0; j < robot.na(); ++j) width = std::max(width, robot.joint(j).name.size());
  std::cout << fmt::format("  {:<{}}  {:>7} {:>7} {:>7} {:>8} {:>8}\n", "joint", width, "min",
                           "home", "max", "max", "max");
  std::cout << fmt::format("  {:<{}}  {:>7} {:>7} {:>7} {:>8} {:>8}\n", "", width, "rad", "rad",
                           "rad", "rad/s", "N m");
  for (int j = 0; j < robot.na(); ++j) {
    const model::JointInfo& joint = robot.joint(j);
    std::cout << fmt::format("  {:<{}}  {:>7.3f} {:>7.3f} {:>7.3f} {:>8.2f} {:>8.1f}\n", joint.name,
                             width, joint.position_min_rad, robot.home_rad()[j],
                             joint.position_max_rad, joint.velocity_max_rad_s, joint.torque_max_Nm);
  }
}

int check(const RobotCheckOptions& options) {
  const auto folder = find_robot(options.robot);
  if (!folder) {
    std::cerr << folder.error().text() << '\n';
    return kExitBadInput;
  }
  const auto robot = model::RobotModel::load(*folder);
  if (!robot) {
    std::cerr << robot.error().text() << '\n';
    return kExitBadInput;
  }
  if (const auto tuning = runtime::RobotTuning::load(*robot); !tuning) {
    std::cerr << tuning.error().text() << '\n';
    return kExitBadInput;
  }
  if (options.json)
    std::cout << describe(*robot).dump() << '\n';
  else
    print_table(*robot);
  return kExitGoalMet;
}

}  // namespace

void add_robot(CLI::App& app, int& exit_code) {
  CLI::App* robot = app.add_subcommand("robot", "Look at a robot's data files");
  robot->require_subcommand(1);
  robot->footer("Example: longmen robot check qinglong");

  auto options = std::make_shared<RobotCheckOptions>();
  CLI::App* command =
      robot->add_subcommand("check", "Read a robot's files strictly and show what they say");
  command->add_option("robot", options->robot, "name of a robot, or a folder with a robot.yaml")
      ->required();
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example: longmen robot check qinglong");
  command->callback([options, &exit_code] { exit_code = check(*options); });
}

}  // namespace longmen::app
