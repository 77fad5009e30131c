#pragma once

#include <mujoco/mujoco.h>

#include <memory>
#include <string>

#include "core/result.h"
#include "view/frame.h"

namespace longmen::view {

struct ModelDeleter {
  void operator()(mjModel* model) const { mj_deleteModel(model); }
};
struct DataDeleter {
  void operator()(mjData* data) const { mj_deleteData(data); }
};

/// A scene of one's own to put poses into: a copy of the model, and MuJoCo's working memory.
class Stage {
 public:
  /// Error: kInternal when memory is short.
  static Result<Stage> create(const mjModel& model);

  /// Moves everything to `pose`. Error: kInvalidArgument for a pose of another model, or one that
  /// is not finite.
  Result<void> put(const Pose& pose);

  /// The root of the tree that a body belongs to; an empty name: the only body with a free
  /// joint. Error: kUnknownName, with the valid names.
  [[nodiscard]] Result<int> root_of(const std::string& body) const;

  [[nodiscard]] mjModel& model() { return *model_; }
  [[nodiscard]] const mjModel& model() const { return *model_; }
  [[nodiscard]] mjData& data() { return *data_; }
  [[nodiscard]] const mjData& data() const { return *data_; }

 private:
  Stage() = default;
  std::unique_ptr<mjModel, ModelDeleter> model_;
  std::unique_ptr<mjData, DataDeleter> data_;
};

}  // namespace longmen::view
