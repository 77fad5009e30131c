#include "policy/walls.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

namespace longmen::policy {
namespace {

// What Landlock knows of since the version in the comment; older headers do not name all of it.
constexpr std::uint64_t kFsVersion1 = (1ull << 13) - 1;
constexpr std::uint64_t kFsRefer = 1ull << 13;        // 2
constexpr std::uint64_t kFsTruncate = 1ull << 14;     // 3
constexpr std::uint64_t kNetTcp = 3;                  // 4: bind and connect
constexpr std::uint64_t kFsIoctl = 1ull << 15;        // 5
constexpr std::uint64_t kScopeSocketsAndSignals = 3;  // 6
constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t kReadFolder = kReadFile | LANDLOCK_ACCESS_FS_READ_DIR;

struct RulesetAttributes {
  std::uint64_t fs = 0;
  std::uint64_t net = 0;
  std::uint64_t scoped = 0;
};

tl::unexpected<Error> refused(const char* wall) {
  return fail(ErrorCode::kIo, std::strerror(errno), wall);
}

Result<void> bound_resources(const WallsConfig& config) {
  const auto bound = [](auto what, std::uint64_t most) {
    const rlimit limit{most, most};
    return setrlimit(what, &limit) == 0;
  };
#ifdef LONGMEN_SANITIZED
  const bool memory_bound = true;  // a sanitizer's shadow of the memory is larger than any bound
#else
  const bool memory_bound =
      config.memory_max_bytes == 0 || bound(RLIMIT_AS, config.memory_max_bytes);
#endif
  const bool done = bound(RLIMIT_FSIZE, 0) && bound(RLIMIT_CORE, 0) && bound(RLIMIT_NOFILE, 64) &&
                    bound(RLIMIT_MEMLOCK, 0) && bound(RLIMIT_MSGQUEUE, 0) &&
                    bound(RLIMIT_CPU, config.processor_max_s) && memory_bound;
  if (!done) return refused("setrlimit");
  return {};
}

/// False: this kernel has no Landlock.
Result<bool> close_files(const WallsConfig& config) {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, 1);
  if (version < 1) return false;
  RulesetAttributes attributes{.fs = kFsVersion1};
  std::size_t size = sizeof attributes.fs;
  if (version >= 2) attributes.fs |= kFsRefer;
  if (version >= 3) attributes.fs |= kFsTruncate;
  if (version >= 5) attributes.fs |= kFsIoctl;
  if (version >= 4) {
    attributes.net = kNetTcp;
    size = offsetof(RulesetAttributes, scoped);
  }
  if (version >= 6) {
    attributes.scoped = kScopeSocketsAndSignals;
    size = sizeof attributes;
  }
  const int ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, size, 0));
  if (ruleset < 0) return refused("landlock");
  bool done = true;
  for (const std::filesystem::path& path : config.readable) {
    const int at = open(path.c_str(), O_PATH | O_CLOEXEC);
    if (at < 0) continue;  // what is not there cannot be read
    struct stat is {};
    fstat(at, &is);
    landlock_path_beneath_attr rule{};
    rule.allowed_access = S_ISDIR(is.st_mode) ? kReadFolder : kReadFile;
    rule.parent_fd = at;
    done =
        done && syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(at);
  }
  done = done && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  close(ruleset);
  if (!done) return refused("landlock");
  return true;
}

// Numbers that older headers lack are given as they stand in the kernel's table.
constexpr std::array<std::uint32_t, 54> kForbiddenCalls{
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_sendmsg,
    SYS_sendmmsg,
    SYS_recvmsg,
    SYS_recvmmsg,  // the socket it has is enough
    SYS_fork,
    SYS_vfork,
    SYS_clone,
    SYS_clone3,
    SYS_execveat,  // no other process or thread
    SYS_kill,
    SYS_tkill,
    SYS_tgkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_pidfd_open,
    SYS_pidfd_getfd,
    SYS_pidfd_send_signal,  // no other process's affairs
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_setpriority,
    SYS_sched_setscheduler,
    SYS_sched_setattr,
    SYS_sched_setparam,
    SYS_prlimit64 /* see below */,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_init_module,
    SYS_finit_module,
    SYS_kexec_load,
    SYS_reboot};

Result<void> forbid_calls(bool starts_program) {
  std::vector<sock_filter> program;
  const auto statement = [&](std::uint16_t code, std::uint32_t k) {
    program.push_back(BPF_STMT(code, k));
  };
  const auto jump = [&](std::uint16_t code, std::uint32_t k, std::uint8_t yes, std::uint8_t no) {
    program.push_back(BPF_JUMP(code, k, yes, no));
  };
  constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;
  constexpr std::uint32_t kOtherTable = 0x40000000;  // the calls of x32
  statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch));
  jump(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
  statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  jump(BPF_JMP | BPF_JGE | BPF_K, kOtherTable, 0, 1);
  statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  const auto forbid = [&](std::uint32_t call) {
    jump(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1);
    statement(BPF_RET | BPF_K, kRefuse);
  };
  for (const std::uint32_t call : kForbiddenCalls) forbid(call);
  if (!starts_program) forbid(SYS_execve);
  statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0) return refused("seccomp");
  return {};
}

}  // namespace

Result<std::uint8_t> enter_walls(const WallsConfig& config) {
  std::uint8_t walls = 0;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no_new_privs");
  walls |= kNoNewPrivileges;
  const auto files = close_files(config);
  if (!files) return tl::make_unexpected(files.error());
  if (*files) walls |= kFiles;
  if (auto done = bound_resources(config); !done) return tl::make_unexpected(done.error());
  walls |= kResources;
  if (auto done = forbid_calls(config.starts_program); !done)
    return tl::make_unexpected(done.error());
  walls |= kCalls;
  return walls;
}

std::string wall_names(std::uint8_t walls) {
  constexpr std::array<std::pair<std::uint8_t, std::string_view>, 4> kNames{{
      {kNoNewPrivileges, "no_new_privs"},
      {kResources, "rlimits"},
      {kFiles, "landlock"},
      {kCalls, "seccomp"},
  }};
  std::string text;
  for (const auto& [wall, name] : kNames) {
    if ((walls & wall) == 0) continue;
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text.empty() ? "none" : text;
}

}  // namespace longmen::policy
