// A robot's files: robot.yaml beside the first robot's own model, and tuning.yaml for that robot
// where the text has no key `joints`.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "model/robot_model.h"
#include "model/robot_names.h"
#include "runtime/robot_tuning.h"
#include "target.h"

namespace {
using namespace longmen;
namespace fs = std::filesystem;

const fs::path kRobots = fs::path(LONGMEN_SOURCE_DIR) / "robots";

const model::RobotModel& first_robot() {
  static const model::RobotModel loaded =
      model::RobotModel::load(kRobots / model::robot_names(kRobots).at(0)).value();
  return loaded;
}

/// A folder with the first robot's model and any robot.yaml; removed at the end.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("longmen_robot_fuzz_" + std::to_string(getpid()))) {
    fs::create_directories(path_);
    fs::copy_file(first_robot().model_file(), path_ / first_robot().model_file().filename(),
                  fs::copy_options::overwrite_existing);
  }
  ~Folder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  const fs::path& with(std::string_view robot_yaml) {
    std::ofstream(path_ / "robot.yaml", std::ios::binary) << robot_yaml;
    return path_;
  }

 private:
  fs::path path_;
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Folder folder;
  const std::string_view text = fuzz::text(data, size);
  if (text.find("joints") != std::string_view::npos)
    fuzz::demand_value_or_line(model::RobotModel::load(folder.with(text)));
  else
    fuzz::demand_value_or_line(
        runtime::RobotTuning::parse(std::string(text), "fuzz.yaml", first_robot()));
  return 0;
}
