#include "trust/private_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace longmen::trust {

Result<void> write_private(const std::filesystem::path& file, std::string_view text) {
  const auto cannot = [](const std::filesystem::path& what) {
    return fail(ErrorCode::kIo, fmt::format("cannot write: {}", std::strerror(errno)),
                what.string());
  };
  const std::filesystem::path part = file.string() + ".part";
  ::unlink(part.c_str());
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return cannot(part);
  const bool is_written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(fd) == 0;
  ::close(fd);
  if (is_written && ::rename(part.c_str(), file.c_str()) == 0) return {};
  auto error = cannot(file);
  ::unlink(part.c_str());
  return error;
}

bool is_open_to_others(const std::filesystem::path& file) {
  struct stat info {};
  return ::stat(file.c_str(), &info) == 0 && (info.st_mode & 077) != 0;
}

}  // namespace longmen::trust
