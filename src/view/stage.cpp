#include "view/stage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace longmen::view {
namespace {

Result<void> copy(const std::vector<double>& values, const char* name, std::size_t count,
                  mjtNum* destination) {
  if (values.size() != count)
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("a pose has {} numbers of {}, the scene {}", values.size(), name, count));
  if (!std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); }))
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} of a pose is not finite", name));
  std::copy(values.begin(), values.end(), destination);
  return {};
}

/// Poses that the scene gives to its mocap bodies.
void put_people_back(const mjModel& model, mjData& data) {
  for (int b = 1; b < model.nbody; ++b) {
    const int mocap = model.body_mocapid[b];
    if (mocap < 0) continue;
    std::copy_n(model.body_pos + 3 * b, 3, data.mocap_pos + 3 * mocap);
    std::copy_n(model.body_quat + 4 * b, 4, data.mocap_quat + 4 * mocap);
  }
}

}  // namespace

Result<Stage> Stage::create(const mjModel& model) {
  Stage stage;
  stage.model_.reset(mj_copyModel(nullptr, &model));
  if (stage.model_) stage.data_.reset(mj_makeData(stage.model_.get()));
  if (!stage.data_) return fail(ErrorCode::kInternal, "no memory for a copy of the scene");
  return stage;
}

Result<void> Stage::put(const Pose& pose) {
  const auto nq = static_cast<std::size_t>(model_->nq);
  const auto nmocap = static_cast<std::size_t>(model_->nmocap);
  if (auto done = copy(pose.qpos, "qpos", nq, data_->qpos); !done) return done;
  put_people_back(*model_, *data_);
  if (!pose.mocap_pos.empty())
    if (auto done = copy(pose.mocap_pos, "mocap_pos", 3 * nmocap, data_->mocap_pos); !done)
      return done;
  if (!pose.mocap_quat.empty())
    if (auto done = copy(pose.mocap_quat, "mocap_quat", 4 * nmocap, data_->mocap_quat); !done)
      return done;
  mj_kinematics(model_.get(), data_.get());
  mj_comPos(model_.get(), data_.get());
  mj_camlight(model_.get(), data_.get());
  return {};
}

Result<int> Stage::root_of(const std::string& body) const {
  if (!body.empty()) {
    const int id = mj_name2id(model_.get(), mjOBJ_BODY, body.c_str());
    if (id > 0) return model_->body_rootid[id];
  }
  std::vector<std::string> free_bodies;
  int only = -1;
  for (int b = 1; b < model_->nbody; ++b) {
    const int joint = model_->body_jntadr[b];
    if (joint < 0 || model_->jnt_type[joint] != mjJNT_FREE) continue;
    only = b;
    const char* name = mj_id2name(model_.get(), mjOBJ_BODY, b);
    free_bodies.emplace_back(name != nullptr ? name : "?");
  }
  if (free_bodies.empty())
    return fail(ErrorCode::kUnknownName, "nothing in the scene can move freely");
  if (body.empty() && free_bodies.size() == 1) return only;
  return fail(ErrorCode::kUnknownName, fmt::format("unknown body '{}'; those that move freely: {}",
                                                   body, fmt::join(free_bodies, ", ")));
}

}  // namespace longmen::view
