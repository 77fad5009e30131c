#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "core/result.h"
#include "server/access.h"

namespace longmen::server {

/// Who did what, when, and what came of it: a line of JSON each, appended to a file that only this
/// user may read, and flushed before the action's answer leaves.
class AuditLog {
 public:
  static constexpr std::size_t kRemembered = 500;

  /// Error: kIo when the file cannot be appended to.
  static Result<AuditLog> open(const std::filesystem::path& file);

  void add(const Caller& caller, std::string_view remote, std::string_view action,
           std::string_view detail, int status);

  /// The last lines, oldest first.
  [[nodiscard]] const std::deque<std::string>& lines() const { return lines_; }
  /// False after a line that could not be written: no action may pass then.
  [[nodiscard]] bool is_healthy() const { return file_.good(); }

 private:
  explicit AuditLog(std::ofstream file) : file_(std::move(file)) {}
  std::ofstream file_;
  std::deque<std::string> lines_;
};

}  // namespace longmen::server
