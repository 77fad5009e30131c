#include "policy/walls.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "core/allocation_counter.h"

namespace longmen::policy {
namespace {

/// Whether `deed` succeeds in a process of its own behind the walls.
bool succeeds_inside(const WallsConfig& config, const std::function<bool()>& deed) {
  const pid_t child = fork();
  if (child == 0) {
    const auto walls = enter_walls(config);
    if (!walls) _exit(2);
    _exit(deed() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != 2) << "the walls do not stand";
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

WallsConfig walls_of(std::vector<std::filesystem::path> readable) {
  return {.readable = std::move(readable)};
}

bool can_open(const char* path, int how) { return open(path, how, 0600) >= 0; }

TEST(PolicyWalls, LetReadWhatWasNamedAndNothingElse) {
  const std::string here = LONGMEN_SOURCE_DIR "/src/policy/walls.h";
  EXPECT_TRUE(succeeds_inside(walls_of({here}), [&] { return can_open(here.c_str(), O_RDONLY); }));
  EXPECT_FALSE(succeeds_inside(walls_of({here}), [&] { return can_open(here.c_str(), O_RDWR); }));
  EXPECT_FALSE(succeeds_inside(walls_of({here}), [] { return can_open("/etc/passwd", O_RDONLY); }));
  const auto folder = std::filesystem::temp_directory_path();
  EXPECT_FALSE(succeeds_inside(walls_of({folder}), [&] {
    return can_open((folder / "longmen_walls_test").c_str(), O_CREAT | O_WRONLY);
  }));
}

TEST(PolicyWalls, LetNobodyOutAndNothingBeStarted) {
  EXPECT_FALSE(succeeds_inside(walls_of({}), [] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }));
  EXPECT_FALSE(succeeds_inside(walls_of({}), [] { return socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }));
  EXPECT_FALSE(succeeds_inside(walls_of({}), [] { return fork() >= 0; }));
  EXPECT_FALSE(succeeds_inside(walls_of({}), [] { return kill(getppid(), 0) == 0; }));
  EXPECT_FALSE(succeeds_inside(walls_of({"/usr", "/lib", "/lib64"}), [] {
    execl("/usr/bin/true", "true", nullptr);
    return false;
  }));
  WallsConfig once = walls_of({"/usr", "/lib", "/lib64", "/etc/ld.so.cache"});
  once.starts_program = true;
  EXPECT_TRUE(succeeds_inside(once, [] {
    execl("/usr/bin/true", "true", nullptr);
    return false;
  }));
  EXPECT_FALSE(succeeds_inside(once, [] { return fork() >= 0; }));
}

TEST(PolicyWalls, BoundTheMemory) {
  if (!allocations_are_counted()) GTEST_SKIP() << "a sanitizer needs more than any bound";
  const auto takes = [](std::size_t bytes) {
    return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
  };
  EXPECT_TRUE(succeeds_inside(walls_of({}), [&] { return takes(16u << 20); }));
  EXPECT_FALSE(succeeds_inside(walls_of({}), [&] { return takes(512u << 20); }));
}

TEST(PolicyWalls, AreNamed) {
  EXPECT_EQ(wall_names(kAllWalls), "no_new_privs, rlimits, landlock, seccomp");
  EXPECT_EQ(wall_names(0), "none");
}

}  // namespace
}  // namespace longmen::policy
