#pragma once

#include <filesystem>

#include "core/result.h"

namespace longmen::view {

/// A file in the making, beside the one it will become: until keep() an older file of that name
/// stays as it was, and nothing remains of one that was not kept.
class PartialFile {
 public:
  /// Error: kIo when no file can be made there, with the system's reason.
  static Result<PartialFile> create(std::filesystem::path final_path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Gives it its name. Error: kIo.
  [[nodiscard]] Result<void> keep();

  PartialFile(PartialFile&& other) noexcept;
  PartialFile& operator=(PartialFile&&) = delete;
  ~PartialFile();

 private:
  PartialFile(std::filesystem::path path, std::filesystem::path final_path)
      : path_(std::move(path)), final_path_(std::move(final_path)) {}
  std::filesystem::path path_;  ///< empty: nothing to remove
  std::filesystem::path final_path_;
};

}  // namespace longmen::view
