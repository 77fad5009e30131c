#include "control/get_up_config.h"

#include <fmt/format.h>

#include "config/config_reader.h"

namespace longmen::control {
namespace {

constexpr std::size_t kFramesMax = 32;

Result<GetUpConfig::Frame> read_frame(const YAML::Node& node, const std::string& where,
                                      const model::RobotModel& model, const JointVector& before) {
  GetUpConfig::Frame frame;
  frame.position_rad = before;
  config::Reader reader(node, where);
  reader.required("s", frame.duration_s, {.min = 0.05, .max = 10.0});
  for (int j = 0; j < model.na(); ++j) {
    const model::JointInfo& joint = model.joint(j);
    reader.optional(joint.name, frame.position_rad[j],
                    {.min = joint.position_min_rad, .max = joint.position_max_rad});
  }
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return frame;
}

Result<GetUpConfig::Motion> read_motion(const YAML::Node& list, const std::string& where,
                                        const model::RobotModel& model) {
  if (!list.IsSequence() || list.size() == 0 || list.size() > kFramesMax)
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("must be a list of 1 to {} frames, each {{s: seconds, JOINT: rad, ...}}",
                    kFramesMax),
        where);
  GetUpConfig::Motion motion;
  for (const auto& entry : list) {
    auto frame = read_frame(entry, fmt::format("{}[{}]", where, motion.size()), model,
                            motion.empty() ? model.home_rad() : motion.back().position_rad);
    if (!frame) return tl::make_unexpected(frame.error());
    motion.push_back(std::move(*frame));
  }
  return motion;
}

}  // namespace

Result<GetUpConfig> GetUpConfig::read(const YAML::Node& node, const std::string& where,
                                      const model::RobotModel& model) {
  GetUpConfig c;
  config::Reader reader(node, where);
  reader.optional("stiffness_1_rad", c.stiffness_1_rad, {.min = 0.1, .max = 20.0});
  reader.optional("damping_s", c.damping_s, {.min = 0.001, .max = 1.0});
  reader.optional("speed_share", c.speed_share, {.min = 0.05, .max = 1.0});
  for (const auto& [key, motion] :
       {std::pair{"lie", &c.lie}, std::pair{"roll", &c.roll}, std::pair{"rise", &c.rise}}) {
    const YAML::Node list = reader.child(key, true);
    if (!reader.ok()) break;
    auto frames = read_motion(list, reader.path(key), model);
    if (!frames) return tl::make_unexpected(frames.error());
    *motion = std::move(*frames);
  }
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return c;
}

}  // namespace longmen::control
