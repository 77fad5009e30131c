#include "view/child.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

extern char** environ;

namespace longmen::view {

void Descriptor::reset() {
  if (value_ >= 0) close(std::exchange(value_, -1));
}

Result<pid_t> start_child(std::vector<std::string> command, const Descriptor& in,
                          const Descriptor& out, const Descriptor& words, const char* package) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, out.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, words.get(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<char*> argv;
  for (std::string& text : command) argv.push_back(text.data());
  argv.push_back(nullptr);
  pid_t child = -1;
  const int error = posix_spawnp(&child, argv[0], &files, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error == 0) return child;
  if (error == ENOENT)
    return fail(ErrorCode::kUnsupported,
                fmt::format("a video needs the program {}, which is not installed (Debian package "
                            "{})",
                            command[0], package));
  return fail(ErrorCode::kUnsupported, fmt::format("{} does not start: {}", command[0],
                                                   std::generic_category().message(error)));
}

bool wait_for_child(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace longmen::view
