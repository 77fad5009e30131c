#include "policy/policy_process.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "policy/network.h"
#include "policy/observation.h"
#include "wall/message.h"

namespace longmen::policy {
namespace {

/// The next packet, however long it takes; nothing when the robot hung up.
std::optional<std::string> wait_for_packet(const wall::Descriptor& robot) {
  std::string packet;
  while (true) {
    const wall::Transfer transfer = wall::receive_packet(robot, packet);
    if (transfer == wall::Transfer::kDone) return packet;
    if (transfer == wall::Transfer::kClosed) return std::nullopt;
    pollfd waits{robot.get(), POLLIN, 0};
    poll(&waits, 1, -1);
  }
}

/// The first outputs are offsets from the home posture in rad, the second shares of the torque
/// limits.
void write_command(const wall::PolicyStart& start, const Eigen::VectorXf& output,
                   wall::PolicyCommand& command) {
  command.joints = start.joints;
  const bool has_torque = output.size() > start.joints;
  for (std::size_t j = 0; j < start.joints; ++j) {
    const auto k = static_cast<Eigen::Index>(j);
    command.position_rad[j] = start.home_rad[j] + static_cast<double>(output[k]);
    command.torque_Nm[j] =
        has_torque ? start.torque_max_Nm[j] * static_cast<double>(output[start.joints + k]) : 0.0;
  }
  command.stiffness_Nm_rad = start.stiffness_Nm_rad;
  command.damping_Nms_rad = start.damping_Nms_rad;
}

}  // namespace

Result<void> serve_network(const wall::Descriptor& robot, const std::filesystem::path& model,
                           const WallsConfig& config) {
  const auto walls = enter_walls(config);
  if (!walls) return tl::make_unexpected(walls.error());
  auto network = Network::load(model);
  if (!network) return tl::make_unexpected(network.error());

  const auto foreign = [] {
    return fail(ErrorCode::kIo, "the other side does not speak as a robot does");
  };
  const auto first = wait_for_packet(robot);
  if (!first) return {};
  const auto message = wall::decode(*first);
  const auto* start = message ? std::get_if<wall::PolicyStart>(&*message) : nullptr;
  if (start == nullptr) return foreign();
  if (start->joints != network->joints() ||
      (!network->robot().empty() && network->robot() != start->robot.view()) ||
      network->inputs() != observation_size(start->joints))
    return fail(ErrorCode::kParse, "the policy is one for another robot", model.string());
  if (wall::send_packet(robot, wall::encode(wall::Message(wall::PolicyReady{*walls}))) !=
      wall::Transfer::kDone)
    return {};

  wall::PolicyCommand command;
  Eigen::VectorXf input(network->inputs());
  while (const auto packet = wait_for_packet(robot)) {
    const auto seen = wall::decode(*packet);
    const auto* observation = seen ? std::get_if<wall::PolicyObservation>(&*seen) : nullptr;
    if (observation == nullptr || observation->count != input.size()) return foreign();
    input = Eigen::Map<const Eigen::VectorXf>(observation->values.data(), input.size());
    write_command(*start, network->evaluate(input), command);
    command.tick = observation->tick;
    if (wall::send_packet(robot, wall::encode(wall::Message(command))) != wall::Transfer::kDone)
      return {};
  }
  return {};
}

Error become(const std::vector<std::string>& arguments, const WallsConfig& config) {
  const auto walls = enter_walls(config);
  if (!walls) return walls.error();
  const std::string standing = std::to_string(*walls);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(const_cast<char*>(standing.c_str()));
  argv.push_back(nullptr);
  execv(argv.front(), argv.data());
  return {ErrorCode::kIo, std::strerror(errno), arguments.front()};
}

}  // namespace longmen::policy
