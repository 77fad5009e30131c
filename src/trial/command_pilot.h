#pragma once

#include <vector>

#include "runtime/pilot.h"
#include "trial/scenario.h"

namespace longmen::trial {

/// Flies the velocity rows of a scenario: where skills would be otherwise.
class CommandPilot final : public runtime::Pilot {
 public:
  explicit CommandPilot(std::vector<CommandRow> rows) : rows_(std::move(rows)) {}

  [[nodiscard]] const Goal& tick(const View& view) noexcept override;

 private:
  std::vector<CommandRow> rows_;
  Goal goal_;
};

}  // namespace longmen::trial
