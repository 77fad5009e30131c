#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace longmen::gate::plan {

/// Who may propose plans. The register of models will answer this; until then the rule pack does.
class ModelRegister {
 public:
  virtual ~ModelRegister() = default;
  [[nodiscard]] virtual bool may_propose(std::string_view model) const = 0;
  [[nodiscard]] virtual std::vector<std::string> registered() const = 0;
};

/// The models that are shipped with the program, as the rule pack names them.
class ShippedModels final : public ModelRegister {
 public:
  explicit ShippedModels(std::vector<std::string> models) : models_(std::move(models)) {}

  [[nodiscard]] bool may_propose(std::string_view model) const override {
    return std::find(models_.begin(), models_.end(), model) != models_.end();
  }
  [[nodiscard]] std::vector<std::string> registered() const override { return models_; }

 private:
  std::vector<std::string> models_;
};

}  // namespace longmen::gate::plan
