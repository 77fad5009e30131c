#include "gate/plan/temporal_trace.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "gate/plan/plan_gate.h"

namespace longmen::gate::plan {
namespace {

const std::filesystem::path kTraceRoot = LONGMEN_SOURCE_DIR;

const PlanGate& trace_gate() {
  static const PlanGate loaded = PlanGate::load(kTraceRoot / "rules").value();
  return loaded;
}

/// The factory, its box hot.
world::World hot_factory() {
  std::ifstream file(kTraceRoot / "worlds/factory/world.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  std::string yaml = text.str();
  const std::string mass = "    mass_kg: 3.0\n";
  yaml.replace(yaml.find(mass), mass.size(), mass + "    hot: true\n");
  return world::parse_world(yaml, "world.yaml").value();
}

std::vector<std::string> found(std::vector<PlanStep> steps, const world::World& world) {
  const Verdict verdict = trace_gate().judge({"p", "parser", "text", std::move(steps), {}}, world,
                                             Situation::at_start(world));
  std::vector<std::string> rules;
  for (const VerdictReason& reason : verdict.reasons)
    if (reason.rule.starts_with("time.")) rules.push_back(reason.rule);
  EXPECT_EQ(!rules.empty(), verdict.status == VerdictStatus::kRefused);
  return rules;
}

using Found = std::vector<std::string>;
const PlanStep kGo = {"walk_to", {{"place", std::string("shelf")}}};
const PlanStep kTake = {"pick_up", {{"object", std::string("box")}}};
const PlanStep kPut = {"place", {{"object", std::string("box")}, {"place", std::string("shelf")}}};
PlanStep rest(double s) { return {"wait", {{"duration_s", s}}}; }

TEST(TemporalTrace, SomethingHotIsPutDownWithinAMinuteOrThePlanIsRefused) {
  const world::World hot = hot_factory();
  EXPECT_EQ(found({kGo, kTake, kPut}, hot), Found{});
  EXPECT_EQ(found({kGo, kTake, rest(30), kPut}, hot), Found{});
  EXPECT_EQ(found({kGo, kTake, rest(70), kPut}, hot), Found{"time.hot_put_down"});
  const world::World cold = world::load_world(kTraceRoot / "worlds/factory").value();
  EXPECT_EQ(found({kGo, kTake, rest(70), kPut}, cold), Found{});
}

TEST(TemporalTrace, ARefusalNamesTheStepOfTheProposalAndTheMoment) {
  const world::World world = hot_factory();
  // The walk to the shelf is inserted: the waiting is the second step that was proposed.
  const Verdict verdict = trace_gate().judge({"p", "parser", "text", {kTake, rest(70), kPut}, {}},
                                             world, Situation::at_start(world));
  ASSERT_EQ(verdict.status, VerdictStatus::kRefused);
  const VerdictReason& reason = verdict.reasons.back();
  EXPECT_EQ(reason.rule, "time.hot_put_down");
  EXPECT_EQ(reason.step, 1);
  EXPECT_EQ(reason.facts.size(), 2u);
}

TEST(TemporalTrace, CarryingForMinutesIsRefused) {
  const world::World world = world::load_world(kTraceRoot / "worlds/factory").value();
  EXPECT_EQ(found({kGo, kTake, rest(200), rest(120), kPut}, world), Found{"time.carry_long"});
}

TEST(TemporalTrace, APlanMayBeginWithSomethingInTheHandsAndItsTimeCountsFromThere) {
  const world::World world = world::load_world(kTraceRoot / "worlds/factory").value();
  Situation holding = Situation::at_start(world);
  holding.holding = "box";
  const auto judged = [&](std::vector<PlanStep> steps) {
    return trace_gate().judge({"p", "parser", "text", std::move(steps), {}}, world, holding);
  };
  EXPECT_NE(judged({kPut}).status, VerdictStatus::kRefused);
  const Verdict late = judged({rest(200), rest(120), kPut});
  ASSERT_EQ(late.status, VerdictStatus::kRefused);
  EXPECT_EQ(late.reasons.back().rule, "time.carry_long");
}

}  // namespace
}  // namespace longmen::gate::plan
