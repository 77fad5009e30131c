// Rule packs of both gates.

#include "gate/motion/motion_rules.h"
#include "gate/plan/rule_pack.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text(data, size));
  fuzz::demand_value_or_line(longmen::gate::parse_motion_rules(text, "fuzz.yaml"));
  fuzz::demand_value_or_line(longmen::gate::plan::RulePack::parse(text, "fuzz.yaml"));
  return 0;
}
