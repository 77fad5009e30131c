#include "policy/policy_host.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <utility>

namespace longmen::policy {
namespace {

constexpr int kPolicySocket = 3;    // where the process finds its end
constexpr int kPacketsPerTick = 4;  // taken at most, so that nobody keeps the loop for himself

// One thread, no home, no proxy, nothing that the robot's process was told.
constexpr std::array<const char*, 5> kEnvironment{"LANG=C.UTF-8", "OMP_NUM_THREADS=1",
                                                  "OPENBLAS_NUM_THREADS=1",
                                                  "PYTHONDONTWRITEBYTECODE=1", nullptr};

}  // namespace

std::string_view loss_name(Loss loss) noexcept {
  switch (loss) {
    case Loss::kNone:
      return "none";
    case Loss::kDied:
      return "died";
    case Loss::kGarbage:
      return "garbage";
    case Loss::kHung:
      return "hung";
    case Loss::kLate:
      return "late";
  }
  return "";
}

Result<PolicyHost> PolicyHost::start(const HostConfig& config, const wall::PolicyStart& greeting) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    return fail(ErrorCode::kIo, std::strerror(errno), "policy");
  PolicyHost host;
  host.config_ = config;
  host.joints_ = greeting.joints;
  host.socket_ = wall::Descriptor(ends[0]);
  const wall::Descriptor other(ends[1]);
  host.packet_.reserve(wall::kMessageMax_bytes);
  host.outgoing_.reserve(wall::kMessageMax_bytes);

  std::vector<char*> argv;
  for (const std::string& argument : config.arguments)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, other.get(), kPolicySocket);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  const int failed = posix_spawn(&host.pid_, argv.front(), &actions, &attributes, argv.data(),
                                 const_cast<char* const*>(kEnvironment.data()));
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) {
    host.pid_ = -1;
    return fail(ErrorCode::kIo, std::strerror(failed), config.arguments.front());
  }
  if (wall::send_packet(host.socket_, wall::encode(wall::Message(greeting))) !=
      wall::Transfer::kDone)
    host.lose(Loss::kDied);
  return host;
}

bool PolicyHost::wait_until_ready() {
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(config_.start_max);
  while (!is_ready_ && loss_ == Loss::kNone) {
    const std::chrono::duration<double> left = until - std::chrono::steady_clock::now();
    if (left.count() <= 0.0)
      lose(Loss::kLate);
    else if (wait_for_packet(left.count()))
      take_packet();
  }
  return is_ready_ && loss_ == Loss::kNone;
}

void PolicyHost::receive(Tick tick) noexcept {
  if (loss_ != Loss::kNone) return;
  if (!is_ready_ && ++starting_ticks_ > config_.start_max) return lose(Loss::kLate);
  if (is_ready_ && config_.lock_step) {
    // What comes early is taken when it is due: the same ticks on a machine of any speed.
    if (open_count_ == 0 || tick < open_[0] + config_.period) return;
    if (!wait_for_packet(config_.wait_max_s)) return lose(Loss::kHung);
  }
  for (int i = 0; i < kPacketsPerTick; ++i)
    if (!take_packet()) break;
  if (open_count_ > 0 && tick > open_[0] + config_.answer_max) lose(Loss::kHung);
}

bool PolicyHost::take_packet() noexcept {
  if (loss_ != Loss::kNone) return false;
  const wall::Transfer transfer = wall::receive_packet(socket_, packet_);
  if (transfer == wall::Transfer::kWouldWait) return false;
  if (transfer == wall::Transfer::kClosed) {
    lose(Loss::kDied);
    return false;
  }
  if (!is_ready_) {
    wall::PolicyReady ready;
    if (!wall::decode(packet_, ready)) {
      lose(Loss::kGarbage);
      return false;
    }
    is_ready_ = true;
    walls_ = ready.walls;
    return true;
  }
  const bool answers = wall::decode(packet_, read_) && read_.joints == joints_ && open_count_ > 0 &&
                       read_.tick == open_[0];
  if (!answers) {
    lose(Loss::kGarbage);
    return false;
  }
  std::shift_left(open_.begin(), open_.end(), 1);
  --open_count_;
  command_ = read_;
  has_command_ = true;
  return true;
}

void PolicyHost::send(const wall::PolicyObservation& observation) noexcept {
  if (!is_due(observation.tick)) return;
  wall::encode(observation, outgoing_);
  switch (wall::send_packet(socket_, outgoing_)) {
    case wall::Transfer::kDone:
      open_[open_count_++] = observation.tick;
      last_sent_ = observation.tick;
      break;
    case wall::Transfer::kWouldWait:  // it does not read: its open answers run out of time
      break;
    case wall::Transfer::kClosed:
      lose(Loss::kDied);
      break;
  }
}

void PolicyHost::lose(Loss loss) noexcept {
  loss_ = loss;
  if (pid_ > 0) kill(pid_, SIGKILL);
}

bool PolicyHost::wait_for_packet(double at_most_s) const noexcept {
  pollfd waits{socket_.get(), POLLIN, 0};
  return poll(&waits, 1, static_cast<int>(std::ceil(1e3 * at_most_s))) > 0;
}

PolicyHost::PolicyHost(PolicyHost&& other) noexcept { *this = std::move(other); }

PolicyHost& PolicyHost::operator=(PolicyHost&& other) noexcept {
  std::swap(config_, other.config_);
  std::swap(joints_, other.joints_);
  std::swap(pid_, other.pid_);
  std::swap(socket_, other.socket_);
  std::swap(is_ready_, other.is_ready_);
  std::swap(walls_, other.walls_);
  std::swap(loss_, other.loss_);
  std::swap(open_, other.open_);
  std::swap(open_count_, other.open_count_);
  std::swap(last_sent_, other.last_sent_);
  std::swap(starting_ticks_, other.starting_ticks_);
  std::swap(has_command_, other.has_command_);
  std::swap(command_, other.command_);
  std::swap(read_, other.read_);
  std::swap(packet_, other.packet_);
  std::swap(outgoing_, other.outgoing_);
  return *this;
}

PolicyHost::~PolicyHost() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace longmen::policy
