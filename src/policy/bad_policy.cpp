// A policy for tests: holds the home posture until the observation of tick AFTER, then does what
// its first argument says. bad_policy WAY AFTER
#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <limits>
#include <string>

#include "policy/walls.h"
#include "wall/message.h"
#include "wall/socket.h"

namespace {

using namespace longmen;

std::string next_packet(const wall::Descriptor& robot) {
  std::string packet;
  while (true) {
    const wall::Transfer transfer = wall::receive_packet(robot, packet);
    if (transfer == wall::Transfer::kDone) return packet;
    if (transfer == wall::Transfer::kClosed) std::exit(0);
    pollfd waits{robot.get(), POLLIN, 0};
    poll(&waits, 1, -1);
  }
}

void send(const wall::Descriptor& robot, const wall::Message& message) {
  (void)wall::send_packet(robot, wall::encode(message));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string way = argv[1];
  const Tick after = std::atoll(argv[2]);
  const wall::Descriptor robot(3);
  const auto first = wall::decode(next_packet(robot));
  const auto* start = first ? std::get_if<wall::PolicyStart>(&*first) : nullptr;
  if (start == nullptr) return 2;
  if (way == "never_ready") pause();
  if (way == "speaks_first") send(robot, wall::PolicyObservation{});
  const auto walls = policy::enter_walls({.readable = {}});
  if (!walls) {
    std::cerr << walls.error().text() << '\n';
    return 2;
  }
  send(robot, wall::PolicyReady{*walls});
  while (true) {
    const auto seen = wall::decode(next_packet(robot));
    const auto* observation = seen ? std::get_if<wall::PolicyObservation>(&*seen) : nullptr;
    if (observation == nullptr) return 2;
    wall::PolicyCommand command;
    command.tick = observation->tick;
    command.joints = start->joints;
    command.position_rad = start->home_rad;
    command.stiffness_Nm_rad = start->stiffness_Nm_rad;
    command.damping_Nms_rad = start->damping_Nms_rad;
    if (observation->tick >= after) {
      if (way == "dies") return 1;
      if (way == "hangs") {
        const volatile bool for_ever = true;  // a loop without any effect may be left out
        while (for_ever) continue;
      }
      if (way == "floods")
        while (true) send(robot, command);
      if (way == "answers_twice") send(robot, command);
      if (way == "garbage") send(robot, wall::StopRequest{});
      if (way == "too_many_joints") command.joints = kMaxJoints;
      if (way == "not_a_number") command.torque_Nm[0] = std::numeric_limits<double>::quiet_NaN();
      if (way == "from_the_future") command.tick += 5;
      if (way == "thrashes")  // what the gate is for
        for (std::size_t j = 0; j < start->joints; ++j)
          command.torque_Nm[j] = (command.tick / 50 + static_cast<Tick>(j)) % 2 == 0
                                     ? start->torque_max_Nm[j]
                                     : -start->torque_max_Nm[j];
    }
    send(robot, command);
  }
}
