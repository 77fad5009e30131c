#include "runtime/robot_tuning.h"

#include "config/config_reader.h"

namespace longmen::runtime {
namespace {

Result<RobotTuning> read(const YAML::Node& root, const std::string& where,
                         const model::RobotModel& model) {
  RobotTuning tuning;
  config::Reader reader(root, where);
  const YAML::Node estimation = reader.child("estimation", false);
  const YAML::Node gait = reader.child("gait", false);
  const YAML::Node control = reader.child("control", false);
  const YAML::Node get_up = reader.child("get_up", false);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  if (estimation.IsDefined()) {
    auto part = estimation::read_estimator_config(estimation, reader.path("estimation"));
    if (!part) return tl::make_unexpected(part.error());
    tuning.estimation = *part;
  }
  if (gait.IsDefined()) {
    auto part = planning::GaitConfig::read(gait, reader.path("gait"), model);
    if (!part) return tl::make_unexpected(part.error());
    tuning.gait = *part;
  }
  if (control.IsDefined()) {
    auto part = control::WholeBodyConfig::read(control, reader.path("control"), model);
    if (!part) return tl::make_unexpected(part.error());
    tuning.control = *part;
  }
  if (get_up.IsDefined()) {
    auto part = control::GetUpConfig::read(get_up, reader.path("get_up"), model);
    if (!part) return tl::make_unexpected(part.error());
    tuning.get_up = std::move(*part);
  }
  return tuning;
}

}  // namespace

Result<RobotTuning> RobotTuning::load(const model::RobotModel& model) {
  const auto file = model.directory() / "tuning.yaml";
  const auto root = config::load_yaml(file);
  if (!root) return tl::make_unexpected(root.error());
  return read(*root, file.string(), model);
}

Result<RobotTuning> RobotTuning::parse(const std::string& text, const std::string& where,
                                       const model::RobotModel& model) {
  const auto root = config::parse_yaml(text, where);
  if (!root) return tl::make_unexpected(root.error());
  return read(*root, where, model);
}

}  // namespace longmen::runtime
