// Lines of `check --batch` from an untrusted side: read, and judged by the hazard base and the
// packs.

#include <filesystem>

#include "gate/plan/worded_plan.h"
#include "target.h"

namespace plan = longmen::gate::plan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const plan::HazardJudge judge =
      plan::HazardJudge::load(std::filesystem::path(LONGMEN_SOURCE_DIR) / "rules").value();
  const std::string line(fuzz::text(data, size));
  const auto worded = plan::parse_worded_plan(line, "fuzz");
  fuzz::demand_value_or_line(worded);
  const auto verdict = judge.judge(worded ? *worded : plan::WordedPlan{.instruction = line});
  fuzz::demand_value_or_line(verdict);
  return 0;
}
