#include "paths.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

#include "model/robot_names.h"

namespace longmen::app {

namespace fs = std::filesystem;

fs::path project_folder() {
  const char* home = std::getenv("LONGMEN_HOME");
  return home != nullptr && *home != '\0' ? home : LONGMEN_SOURCE_DIR;
}

Result<fs::path> find_robot(const std::string& name_or_folder) {
  std::error_code error;
  const auto is_robot = [&](const fs::path& folder) {
    return fs::is_regular_file(folder / "robot.yaml", error);
  };
  const fs::path robots = project_folder() / "robots";
  const bool is_plain_name = name_or_folder.find('/') == std::string::npos &&
                             !name_or_folder.empty() && name_or_folder.front() != '.';
  if (is_plain_name && is_robot(robots / name_or_folder)) return robots / name_or_folder;
  if (!name_or_folder.empty() && is_robot(name_or_folder)) return fs::path(name_or_folder);

  return fail(ErrorCode::kNotFound,
              fmt::format("no robot '{}'; robots: {}, or a folder with a robot.yaml",
                          name_or_folder, fmt::join(model::robot_names(robots), ", ")));
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(ErrorCode::kNotFound, "cannot be read", path);
  return text.str();
}

fs::path new_record_file() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
  const fs::path folder = project_folder() / "runs";
  std::error_code ignored;  // whoever writes the file says what is wrong
  fs::create_directories(folder, ignored);
  fs::path file = folder / fmt::format("{}.mcap", stamp);
  for (int n = 2; fs::exists(file); ++n) file = folder / fmt::format("{}-{}.mcap", stamp, n);
  return file;
}

}  // namespace longmen::app
