#include "view/partial_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace longmen::view {
namespace {

std::string reason() { return std::generic_category().message(errno); }

}  // namespace

Result<PartialFile> PartialFile::create(std::filesystem::path final_path) {
  std::error_code error;
  if (!final_path.has_filename() || std::filesystem::is_directory(final_path, error))
    return fail(ErrorCode::kIo, "this is a folder, not a file that can be written",
                final_path.string());
  // The ending stays: it tells what kind of file this is.
  std::filesystem::path path = final_path;
  path.replace_filename(fmt::format(".{}.{}.partial{}", final_path.stem().string(), getpid(),
                                    final_path.extension().string()));
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0)
    return fail(ErrorCode::kIo, fmt::format("cannot write here: {}", reason()),
                final_path.string());
  close(descriptor);
  return PartialFile(std::move(path), std::move(final_path));
}

Result<void> PartialFile::keep() {
  if (std::rename(path_.c_str(), final_path_.c_str()) != 0)
    return fail(ErrorCode::kIo, fmt::format("cannot write here: {}", reason()),
                final_path_.string());
  path_.clear();
  return {};
}

PartialFile::PartialFile(PartialFile&& other) noexcept
    : path_(std::move(other.path_)), final_path_(std::move(other.final_path_)) {
  other.path_.clear();
}

PartialFile::~PartialFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

}  // namespace longmen::view
