// longmen-policy: the process of one motion policy. The robot's process starts it; a person only
// asks whether a file is a policy at all.
//   longmen-policy MODEL.policy                         serves on descriptor 3
//   longmen-policy MODEL.onnx PYTHON RUNNER PACKAGES FOLDER...   the same by ONNX Runtime
//   longmen-policy --check MODEL.policy
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "policy/network.h"
#include "policy/policy_process.h"

namespace {

using namespace longmen;

constexpr int kRobotSocket = 3;
constexpr int kExitBadInput = 2;
constexpr std::uint64_t kInterpreterMemory_bytes = 2ull << 30;

int check(const std::string& file) {
  const auto network = policy::Network::load(file);
  if (!network) {
    std::cerr << network.error().text() << '\n';
    return kExitBadInput;
  }
  std::cout << file << ": " << network->inputs() << " inputs, " << network->outputs()
            << " outputs, for " << network->joints() << " joints\n";
  return 0;
}

int say(const Error& error) {
  std::cerr << "policy: " << error.text() << '\n';
  return kExitBadInput;
}

int serve(const std::vector<std::string>& arguments) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  syscall(SYS_close_range, kRobotSocket + 1, ~0u, 0);
  const std::string& model = arguments[0];
  if (!model.ends_with(".onnx")) {
    // Open until the reason is said: the robot kills a policy whose socket is closed.
    const wall::Descriptor robot(kRobotSocket);
    const auto served = policy::serve_network(robot, model, {.readable = {model}});
    return served ? 0 : say(served.error());
  }
  if (arguments.size() < 4)
    return say({ErrorCode::kInvalidArgument,
                "a model in ONNX needs an interpreter, its program and packages", model});
  policy::WallsConfig walls{
      .readable = {model, "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom",
                   "/proc/cpuinfo", "/sys/devices/system/cpu"},
      .memory_max_bytes = kInterpreterMemory_bytes,
      .starts_program = true};
  for (std::size_t i = 1; i < arguments.size(); ++i) walls.readable.emplace_back(arguments[i]);
  return say(policy::become({arguments[1], "-I", "-S", arguments[2], model, arguments[3]}, walls));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2 && arguments[0] == "--check") return check(arguments[1]);
  if (!arguments.empty() && !arguments[0].starts_with("-")) return serve(arguments);
  std::cerr << "usage: longmen-policy --check MODEL.policy\n";
  return kExitBadInput;
}
