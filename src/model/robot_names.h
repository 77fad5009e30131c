#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace longmen::model {

/// Names of the folders in `robots` that hold a robot.yaml, sorted; none where there is no such
/// folder.
[[nodiscard]] inline std::vector<std::string> robot_names(const std::filesystem::path& robots) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(robots, error), end; !error && entry != end;
       entry.increment(error))
    if (fs::is_regular_file(entry->path() / "robot.yaml", error))
      names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace longmen::model
