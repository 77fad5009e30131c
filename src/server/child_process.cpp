#include "server/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

extern char** environ;

namespace longmen::server {

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& arguments,
                                         Streams streams) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  wall::Descriptor to_read, to_write, from_read, from_write;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (streams != Streams::kNone) {
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
      return fail(ErrorCode::kIo, std::strerror(errno), arguments.front());
    to_read = wall::Descriptor(to[0]);
    to_write = wall::Descriptor(to[1]);
    from_read = wall::Descriptor(from[0]);
    from_write = wall::Descriptor(from[1]);
    posix_spawn_file_actions_adddup2(&actions, to_read.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from_write.get(), STDOUT_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  }
  if (streams == Streams::kQuietPipes)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  // A key pressed in the terminal (SIGINT) is for the server alone; it ends its children in order.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  ChildProcess child;
  const int failed = posix_spawn(&child.pid_, arguments.front().c_str(), &actions, &attributes,
                                 argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) {
    child.pid_ = -1;
    return fail(ErrorCode::kIo, std::strerror(failed), arguments.front());
  }
  child.input_ = std::move(to_write);
  child.output_ = std::move(from_read);
  return child;
}

bool ChildProcess::is_alive() {
  if (pid_ < 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

void ChildProcess::end(double patience_s) {
  if (!is_alive()) return;
  kill(pid_, SIGTERM);
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(patience_s);
  while (is_alive() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (!is_alive()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)) {}
ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(input_, other.input_);
  std::swap(output_, other.output_);
  return *this;
}
ChildProcess::~ChildProcess() { end(5.0); }

}  // namespace longmen::server
