// Plan messages from an untrusted side: read, written again, and judged by the plan gate.

#include <filesystem>

#include "core/plan_message.h"
#include "gate/plan/plan_gate.h"
#include "target.h"
#include "world/world.h"

namespace {
using namespace longmen;
namespace plan_gate = longmen::gate::plan;

const std::filesystem::path kRoot = LONGMEN_SOURCE_DIR;

const world::World& factory() {
  static const world::World loaded = world::load_world(kRoot / "worlds/factory").value();
  return loaded;
}
const plan_gate::PlanGate& gate_of_plans() {
  static const plan_gate::PlanGate made = plan_gate::PlanGate::load(kRoot / "rules").value();
  return made;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view message = fuzz::text(data, size);
  const auto plan = decode_plan(message);
  fuzz::demand_value_or_line(plan);
  if (plan) {
    const auto written = encode_plan(*plan);
    fuzz::demand(written.has_value(), "what was read can be written");
    const auto again = decode_plan(*written);
    fuzz::demand(again.has_value(), "what was written can be read");
    fuzz::demand(encode_plan(*again).value() == *written, "one plan has one encoding");
  }
  const auto start = plan_gate::Situation::at_start(factory());
  const plan_gate::Approval approval = gate_of_plans().approve(message, factory(), start, {});
  const bool may_run = approval.verdict.status == VerdictStatus::kApproved ||
                       approval.verdict.status == VerdictStatus::kRepaired;
  fuzz::demand(approval.plan.has_value() == may_run, "only an approved plan can run");
  fuzz::demand(plan.has_value() || !may_run, "what cannot be read is never approved");
  return 0;
}
