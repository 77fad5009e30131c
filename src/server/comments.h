#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/result.h"

namespace longmen::server {

/// What people say about an event, a rule or a model. Shown only when a registrar has said so.
/// Appended to a file as lines of JSON; the file is the whole state.
class Comments {
 public:
  static constexpr std::size_t kCommentsMax = 10000;

  /// Errors: kIo; kCorrupt for a line that is none of ours.
  static Result<Comments> open(const std::filesystem::path& file);

  /// Its number. Error: kInvalidArgument when the book is full, kIo.
  Result<int> add(const std::string& about, const std::string& name, const std::string& text);
  /// Error: kNotFound, kIo.
  Result<void> moderate(int id, bool shown);
  /// [{"id", "time", "about", "name", "text", "shown"}], newest last; all, or the shown ones.
  [[nodiscard]] nlohmann::json list(bool all) const;

 private:
  struct Comment {
    std::string time, about, name, text;
    bool shown = false;
  };
  Result<void> write(const nlohmann::json& line);
  bool take(const nlohmann::json& line);

  std::vector<Comment> comments_;
  std::ofstream file_;
};

}  // namespace longmen::server
