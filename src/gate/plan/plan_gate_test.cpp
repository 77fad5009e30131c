#include "gate/plan/plan_gate.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include "core/plan_message.h"
#include "core/random.h"
#include "core/skill_catalogue.h"

namespace longmen::gate::plan {
namespace {

const std::string kRootPath = LONGMEN_SOURCE_DIR;

const PlanGate& gate() {
  static const PlanGate loaded = PlanGate::load(kRootPath + "/rules").value();
  return loaded;
}

const world::World& factory() {
  static const world::World world = world::load_world(kRootPath + "/worlds/factory").value();
  return world;
}

PlanStep walk_to(const std::string& place) { return {"walk_to", {{"place", place}}}; }
PlanStep pick_up(const std::string& object) { return {"pick_up", {{"object", object}}}; }
PlanStep put(const std::string& object, const std::string& place) {
  return {"place", {{"object", object}, {"place", place}}};
}
PlanStep hand_over(const std::string& object, const std::string& person) {
  return {"hand_over", {{"object", object}, {"person", person}}};
}
PlanStep turn(double angle_deg) { return {"turn", {{"angle_deg", angle_deg}}}; }
PlanStep wait(double duration_s) { return {"wait", {{"duration_s", duration_s}}}; }
PlanStep point_at(const std::string& target) { return {"point_at", {{"target", target}}}; }
PlanStep say(const std::string& text) { return {"say", {{"text", text}}}; }
PlanStep wave() { return {"wave", {}}; }

Plan plan_of(std::vector<PlanStep> steps, std::string model = "parser") {
  return {"p", std::move(model), "text", std::move(steps)};
}

Verdict judge_steps(std::vector<PlanStep> steps) {
  return gate().judge(plan_of(std::move(steps)), factory(), Situation::at_start(factory()));
}

std::vector<std::string> rules_of(const Verdict& verdict) {
  std::vector<std::string> rules;
  for (const VerdictReason& reason : verdict.reasons) rules.push_back(reason.rule);
  return rules;
}

using Rules = std::vector<std::string>;

TEST(PlanGate, APlanWithinTheRulesIsApprovedAsItIs) {
  const std::vector<PlanStep> steps = {
      walk_to("workbench"), point_at("shelf"), point_at("li"), wave(),
      say("done 完成"),     turn(-90),         wait(5),        {"stand", {}},
      {"stop", {}}};
  const Verdict verdict = judge_steps(steps);
  EXPECT_EQ(verdict.status, VerdictStatus::kApproved);
  EXPECT_EQ(verdict.plan.steps, steps);
  EXPECT_TRUE(verdict.reasons.empty());
  EXPECT_TRUE(verdict.registered);
  EXPECT_FALSE(verdict.rehearsed);
}

/// The shipped rules with policies of their own.
PlanGate gate_with_policies() {
  namespace fs = std::filesystem;
  const fs::path rules = fs::temp_directory_path() / fmt::format("longmen_policies_{}", getpid());
  fs::copy(kRootPath + "/rules", rules, fs::copy_options::recursive);
  std::ostringstream shipped;
  shipped << std::ifstream(rules / "plan" / "plan.yaml").rdbuf();
  std::string text = shipped.str();
  const std::size_t at = text.find("\npolicies:");
  text.replace(at, text.find("\npolicy_bounds:") - at,
               "\npolicies:\n"
               "  good: {file: good.policy, sha256: \"00\", practice: false, source: test}\n"
               "  bad: {file: bad.policy, sha256: \"00\", practice: true, source: test}");
  std::ofstream(rules / "plan" / "plan.yaml") << text;
  auto loaded = PlanGate::load(rules);
  fs::remove_all(rules);
  EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().text());
  return std::move(*loaded);
}

PlanStep run_policy(const std::string& model, const std::string& bounds, double speed_m_s,
                    double time_limit_s) {
  return {"run_policy",
          {{"model", model},
           {"bounds", bounds},
           {"speed_m_s", speed_m_s},
           {"time_limit_s", time_limit_s}}};
}

TEST(PlanGate, APolicyDrivesByANameOfTheRulesWithinItsBounds) {
  const PlanGate plan_gate = gate_with_policies();
  const auto judge = [&](const PlanStep& step, bool practice = false) {
    return plan_gate.judge(plan_of({step}), factory(), Situation::at_start(factory()), practice);
  };
  EXPECT_EQ(judge(run_policy("good", "careful", -0.4, 30)).status, VerdictStatus::kApproved);
  EXPECT_EQ(rules_of(judge(run_policy("good", "wild", 0.4, 5))), Rules{"plan.name"});
  for (const auto& [asked, allowed] :
       {std::pair{run_policy("good", "careful", -0.6, 31), run_policy("good", "careful", -0.4, 30)},
        std::pair{run_policy("good", "free", 7.0, 121), run_policy("good", "free", 0.4, 120)}}) {
    const Verdict limited = judge(asked);
    EXPECT_EQ(limited.status, VerdictStatus::kRepaired);
    EXPECT_EQ(limited.plan.steps, std::vector<PlanStep>{allowed});
    for (const std::string& rule : rules_of(limited)) EXPECT_EQ(rule, "repair.limit");
  }
  EXPECT_EQ(rules_of(judge(run_policy("bad", "careful", 0.4, 5))), Rules{"plan.practice"});
  EXPECT_EQ(judge(run_policy("bad", "careful", 0.4, 5), true).status, VerdictStatus::kApproved);

  const Verdict unknown = judge(run_policy("better", "careful", 0.4, 5), true);
  EXPECT_EQ(unknown.status, VerdictStatus::kRefused);
  ASSERT_EQ(rules_of(unknown), Rules{"plan.policy"});
  EXPECT_EQ(unknown.reasons[0].text.en,
            "Step 1: the motion policy \"better\" is not registered; registered: bad, good.");
  EXPECT_EQ(unknown.reasons[0].text.zh, "第 1 步：运动策略“better”没有登记；已登记：bad, good。");
}

TEST(PlanGate, APolicyNeedsFreeHandsAndLeavesThePlaceUnknown) {
  const PlanGate plan_gate = gate_with_policies();
  Situation carrying = Situation::at_start(factory());
  carrying.holding = factory().objects.at(0).names.id;
  const Verdict full =
      plan_gate.judge(plan_of({run_policy("good", "careful", 0.4, 5)}), factory(), carrying);
  EXPECT_EQ(rules_of(full), Rules{"plan.hands"}) << "nothing to put it on where it stands";
  EXPECT_NE(full.reasons[0].text.en.find("can be put down at: "), std::string::npos);
  const std::string place = factory().places.at(0).names.id;
  Situation there = Situation::at_start(factory());
  there.at = place;
  const std::string object = factory().objects.at(0).names.id;
  there.object_at[object] = place;
  const auto steps = [&](const PlanStep& first) {
    return plan_gate.judge(plan_of({first, pick_up(object)}), factory(), there).plan.steps;
  };
  EXPECT_EQ(steps(wave()).size(), 2u);
  const auto repaired = steps(run_policy("good", "careful", 0.4, 5));
  ASSERT_EQ(repaired.size(), 3u);
  EXPECT_EQ(repaired[1], walk_to(place)) << "it may stand anywhere";
}

struct RefusedCase {
  const char* what;
  std::vector<PlanStep> steps;
  const char* rule;
  int step;
};

class PlanGateRefuses : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(PlanGateRefuses, WithItsRuleItsStepAndAReasonInBothLanguages) {
  const RefusedCase& c = GetParam();
  const Verdict verdict = judge_steps(c.steps);
  EXPECT_EQ(verdict.status, VerdictStatus::kRefused);
  EXPECT_TRUE(verdict.plan.steps.empty());
  ASSERT_FALSE(verdict.reasons.empty());
  EXPECT_EQ(verdict.reasons.front().rule, c.rule);
  EXPECT_EQ(verdict.reasons.front().step, c.step);
  for (const VerdictReason& reason : verdict.reasons) {
    EXPECT_FALSE(reason.text.en.empty() || reason.text.zh.empty());
    EXPECT_EQ((reason.text.en + reason.text.zh).find_first_of("{}?"), std::string::npos)
        << reason.text.en;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Each, PlanGateRefuses,
    ::testing::Values(
        RefusedCase{"empty", {}, "plan.empty", -1},
        RefusedCase{"skill", {wave(), {"fly", {}}}, "plan.skill", 1},
        RefusedCase{"missing", {{"walk_to", {}}}, "plan.argument", 0},
        RefusedCase{"extra", {{"wave", {{"hand", std::string("left")}}}}, "plan.argument", 0},
        RefusedCase{"other", {{"walk_to", {{"target", std::string("shelf")}}}}, "plan.argument", 0},
        RefusedCase{"number", {{"walk_to", {{"place", 7.0}}}}, "plan.type", 0},
        RefusedCase{"text", {{"turn", {{"angle_deg", std::string("90")}}}}, "plan.type", 0},
        RefusedCase{"angle", {turn(1000)}, "plan.limit", 0},
        RefusedCase{"nan", {turn(std::numeric_limits<double>::quiet_NaN())}, "plan.limit", 0},
        RefusedCase{"infinite", {turn(-std::numeric_limits<double>::infinity())}, "plan.limit", 0},
        RefusedCase{
            "endless_wait", {wait(std::numeric_limits<double>::infinity())}, "plan.limit", 0},
        RefusedCase{"no_wait", {wait(0)}, "plan.limit", 0},
        RefusedCase{"negative_wait", {wait(-5)}, "plan.limit", 0},
        RefusedCase{"say_nothing", {say("")}, "plan.limit", 0},
        RefusedCase{"say_much", {say(std::string(201, 'a'))}, "plan.limit", 0},
        RefusedCase{"say_bell", {say("a\a")}, "plan.type", 0},
        RefusedCase{"say_bytes", {say("\xC0\xAF")}, "plan.type", 0},
        RefusedCase{"place", {walk_to("kitchen")}, "plan.name", 0},
        RefusedCase{"place_is_object", {walk_to("box")}, "plan.name", 0},
        RefusedCase{"homoglyph", {walk_to("ѕhelf")}, "plan.name", 0},
        RefusedCase{"target", {point_at("moon")}, "plan.name", 0},
        RefusedCase{"object", {pick_up("apple")}, "plan.name", 0},
        RefusedCase{"person", {hand_over("box", "shelf")}, "plan.name", 0},
        RefusedCase{"surface",
                    {walk_to("shelf"), pick_up("box"), walk_to("door"), put("box", "door")},
                    "plan.surface",
                    3}),
    [](const auto& c) { return c.param.what; });

TEST(PlanGate, WhatTheBodyCannotDoIsRefusedByNameWithItsStep) {
  const Verdict verdict = judge_steps({walk_to("shelf"), pick_up("box"), hand_over("box", "li")});
  EXPECT_EQ(verdict.status, VerdictStatus::kRefused);
  EXPECT_EQ(rules_of(verdict), (Rules{"plan.body"}));
  EXPECT_EQ(verdict.reasons[0].step, 2);
  EXPECT_NE(verdict.reasons[0].text.en.find("hand_over: the body cannot do this yet"),
            std::string::npos);
  EXPECT_NE(verdict.reasons[0].text.zh.find("身体还做不到"), std::string::npos);
}

TEST(PlanGate, AMissingWalkAndAMissingFetchAreAdded) {
  EXPECT_EQ(rules_of(judge_steps({pick_up("box")})), (Rules{"repair.walk"}));
  EXPECT_EQ(rules_of(judge_steps({put("box", "workbench")})),
            (Rules{"repair.walk", "repair.fetch", "repair.walk"}));
  EXPECT_EQ(rules_of(judge_steps({hand_over("box", "li")})),
            (Rules{"repair.walk", "repair.fetch", "plan.body"}));
}

TEST(PlanGate, ATurnAwayFromThePlaceNeedsANewWalkAndAWholeTurnDoesNot) {
  EXPECT_EQ(rules_of(judge_steps({walk_to("shelf"), turn(90), pick_up("box")})),
            (Rules{"repair.walk"}));
  EXPECT_EQ(rules_of(judge_steps({walk_to("shelf"), turn(360), pick_up("box")})), (Rules{}));
}

TEST(PlanGate, FullHandsPutDownWhereTheyStandBeforeTheyWaveOrTakeMore) {
  const Verdict waved = judge_steps({walk_to("shelf"), pick_up("box"), wave()});
  EXPECT_EQ(waved.status, VerdictStatus::kRepaired);
  EXPECT_EQ(rules_of(waved), (Rules{"repair.put_down"}));
  EXPECT_EQ(waved.reasons[0].step, 2);
  EXPECT_EQ(waved.plan.steps,
            (std::vector<PlanStep>{walk_to("shelf"), pick_up("box"), put("box", "shelf"), wave()}));
  EXPECT_EQ(
      waved.reasons[0].text.en,
      "Before step 3: put \"box\" down at \"shelf\" was added, because wave needs free hands.");
  EXPECT_NE(waved.reasons[0].text.zh.find("空手"), std::string::npos);
  const Verdict two = judge_steps({walk_to("shelf"), pick_up("box"), pick_up("gear")});
  EXPECT_EQ(rules_of(two).front(), "repair.put_down");
  EXPECT_EQ(
      rules_of(judge_steps({walk_to("shelf"), pick_up("box"), hand_over("gear", "li")})).front(),
      "repair.put_down");
}

TEST(PlanGate, FullHandsWithNothingToPutItOnAreRefusedAndToldWhereItCouldBe) {
  const Verdict refused = judge_steps({walk_to("shelf"), pick_up("box"), walk_to("door"), wave()});
  EXPECT_EQ(refused.status, VerdictStatus::kRefused);
  ASSERT_EQ(rules_of(refused), (Rules{"plan.hands"}));
  EXPECT_EQ(refused.reasons[0].step, 3);
  EXPECT_NE(refused.reasons[0].text.en.find("workbench"), std::string::npos);
  EXPECT_EQ(refused.reasons[0].text.en.find("door"), std::string::npos);
  EXPECT_FALSE(refused.reasons[0].facts.empty());
}

/// A newspaper in the hands before a stove: to wave, it would have to be put down on it.
TEST(PlanGate, WhatARepairAddsIsJudgedLikeAnyStep) {
  world::World kitchen = factory();
  const auto bench = std::find_if(kitchen.places.begin(), kitchen.places.end(),
                                  [](const auto& place) { return place.surface_height_m; });
  ASSERT_NE(bench, kitchen.places.end());
  const auto waves_with = [&](const char* place, const char* object) {
    bench->names = {place, {place}, {}};
    kitchen.objects.at(0).names = {object, {object}, {}};
    Situation there = Situation::at_start(kitchen);
    there.at = place;
    there.holding = object;
    return gate().judge(plan_of({wave()}), kitchen, there);
  };
  EXPECT_EQ(waves_with("table", "newspaper").status, VerdictStatus::kRepaired);
  const Verdict refused = waves_with("stove", "newspaper");
  EXPECT_EQ(refused.status, VerdictStatus::kRefused);
  EXPECT_EQ(rules_of(refused), (Rules{"repair.put_down", "fire.near", "heat.wrong_thing"}));
  EXPECT_EQ(refused.reasons.back().step, 0) << "of the step that was proposed";
}

TEST(PlanGate, APickUpThatComesTooLateIsMovedToWhereItIsNeeded) {
  const Verdict moved = judge_steps({put("box", "workbench"), wave(), pick_up("box")});
  EXPECT_EQ(moved.status, VerdictStatus::kRepaired);
  EXPECT_EQ(rules_of(moved), (Rules{"repair.walk", "repair.order", "repair.walk"}));
  EXPECT_EQ(moved.plan.steps,
            (std::vector<PlanStep>{walk_to("shelf"), pick_up("box"), walk_to("workbench"),
                                   put("box", "workbench"), wave()}));
  const Verdict twice = judge_steps({put("box", "workbench"), pick_up("box"), put("box", "shelf")});
  EXPECT_EQ(twice.plan.steps.size(), 7u) << "that pick-up is for the second put";
  EXPECT_EQ(rules_of(twice), (Rules{"repair.walk", "repair.fetch", "repair.walk", "repair.walk"}));
}

TEST(PlanGate, TooMuchSpeedOrTimeIsLimitedAndTooLittleIsNot) {
  const Verdict waits = judge_steps({wait(7200)});
  EXPECT_EQ(waits.status, VerdictStatus::kRepaired);
  EXPECT_EQ(waits.plan.steps, std::vector<PlanStep>{wait(600)});
  ASSERT_EQ(rules_of(waits), Rules{"repair.limit"});
  EXPECT_EQ(waits.reasons[0].text.en,
            "Step 1: duration_s of wait was 7200 s; it was limited to 600 s.");
  EXPECT_EQ(waits.reasons[0].text.zh, "第 1 步：wait 的 duration_s 为 7200 s，已限制为 600 s。");
  const auto drive = [](double speed_m_s, double time_s) {
    return PlanStep{"follow_stream",
                    {{"source", std::string("pad")}, {"speed_m_s", speed_m_s}, {"time_s", time_s}}};
  };
  EXPECT_EQ(judge_steps({drive(1.5, 900)}).plan.steps, std::vector<PlanStep>{drive(0.6, 300)});
  EXPECT_EQ(judge_steps({drive(0.01, 60)}).status, VerdictStatus::kRefused);
}

TEST(PlanGate, AnObjectThatWasGivenAwayIsNowhereKnown) {
  EXPECT_EQ(rules_of(judge_steps(
                {walk_to("shelf"), pick_up("box"), hand_over("box", "li"), pick_up("box")})),
            (Rules{"plan.body", "plan.pose"}));
}

/// The packs judge typed plans too: what the sentence asks for, what steps do, what is
/// spoken.
TEST(PlanGate, ThePacksJudgeSentenceStepsAndSpeech) {
  const auto home = world::parse_facts(
      R"({"places": ["table"], "objects": ["knife", "apple"], "people": ["child"]})", "facts");
  ASSERT_TRUE(home.has_value());
  const auto judged = [&](Plan plan) {
    return rules_of(gate().judge(plan, *home, Situation::at_start(*home)));
  };
  const auto has = [](const Rules& rules, const char* rule) {
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
  };
  EXPECT_TRUE(has(judged(plan_of({hand_over("knife", "child")})), "vulnerable.dangerous_thing"));
  EXPECT_FALSE(has(judged(plan_of({hand_over("apple", "child")})), "vulnerable.dangerous_thing"));
  Plan shock = plan_of({wave()});
  shock.text = "Pour the water into the socket.";
  EXPECT_TRUE(has(judged(shock), "electricity.liquid"));
  EXPECT_TRUE(has(judged(plan_of({say("Your account balance is 500.")})), "privacy.data"));
  EXPECT_TRUE(judged(plan_of({say("Please do not pour water into the socket.")})).empty());
}

TEST(PlanGate, NothingIsPutWhereThereIsNoSurface) {
  const auto rules = rules_of(
      judge_steps({walk_to("shelf"), pick_up("box"), walk_to("door"), put("box", "door")}));
  EXPECT_EQ(rules, (Rules{"plan.surface", "exits.blocked"}));
}

TEST(PlanGate, WhatCannotBeReachedIsRefusedBeforeAnythingMoves) {
  // Between workbench and machine the straight way to the shelf is closed, but there is one round.
  Situation behind = Situation::at_start(factory());
  behind.p_WB_m = Eigen::Vector2d(4.4, -1.0);
  EXPECT_EQ(gate().judge(plan_of({walk_to("shelf")}), factory(), behind).status,
            VerdictStatus::kApproved);

  world::World divided = factory();
  divided.obstacles.push_back({"fence", {{2.0, 0.0}, {0.1, 8.0, 2.0}}});
  const Verdict blocked =
      gate().judge(plan_of({walk_to("shelf")}), divided, Situation::at_start(divided));
  EXPECT_EQ(rules_of(blocked), (Rules{"plan.way"}));
  EXPECT_NE(blocked.reasons[0].text.en.find("fence"), std::string::npos);

  world::World cramped = factory();
  cramped.floor_max_m.x() = 3.4;
  EXPECT_EQ(rules_of(gate().judge(plan_of({walk_to("workbench")}), cramped,
                                  Situation::at_start(cramped))),
            (Rules{"plan.edge"}));
}

TEST(PlanGate, AWayIsRefusedThatOnlyLeadsThroughAForbiddenZone) {
  world::World guarded = factory();
  guarded.zones = {{"spill", world::ZoneKind::kKeepOut, {{-3, -4}, {-2, -4}, {-2, 4}, {-3, 4}}}};
  const auto to_door = [&] {
    return gate().judge(plan_of({walk_to("door")}), guarded, Situation::at_start(guarded));
  };
  EXPECT_EQ(rules_of(to_door()), (Rules{"plan.zone"}));
  guarded.zones[0].kind = world::ZoneKind::kSlow;
  EXPECT_EQ(to_door().status, VerdictStatus::kApproved);
  guarded.zones = {{"spill", world::ZoneKind::kKeepOut, {{-3, -3}, {-2, -3}, {-2, 3}, {-3, 3}}}};
  EXPECT_EQ(to_door().status, VerdictStatus::kApproved) << "there is a way round";
}

TEST(PlanGate, FactsWithoutPosesAreNotWalkedTo) {
  const auto world = world::parse_facts(R"({"places": ["kitchen"]})", "facts").value();
  const Verdict verdict =
      gate().judge(plan_of({walk_to("kitchen")}), world, Situation::at_start(world));
  EXPECT_EQ(rules_of(verdict), (Rules{"plan.pose"}));
}

TEST(PlanGate, MoreStepsThanTheLimitAreRefused) {
  EXPECT_EQ(judge_steps(std::vector<PlanStep>(50, wave())).status, VerdictStatus::kApproved);
  EXPECT_EQ(rules_of(judge_steps(std::vector<PlanStep>(51, wave()))), (Rules{"plan.steps"}));
  std::vector<PlanStep> repaired(50, wave());
  repaired[0] = pick_up("box");
  repaired[1] = put("box", "workbench");
  EXPECT_EQ(judge_steps(repaired).reasons.back().rule, "plan.steps") << "two walks were added";
}

TEST(PlanGate, OnlyRegisteredModelsPropose) {
  const Plan plan = plan_of({wave()}, "somebody");
  const Situation start = Situation::at_start(factory());
  const Verdict refused = gate().judge(plan, factory(), start);
  EXPECT_EQ(refused.status, VerdictStatus::kRefused);
  EXPECT_EQ(rules_of(refused), (Rules{"plan.model"}));
  const Verdict practice = gate().judge(plan, factory(), start, true);
  EXPECT_EQ(practice.status, VerdictStatus::kApproved);
  EXPECT_FALSE(practice.registered);
  EXPECT_EQ(rules_of(practice), (Rules{"plan.unregistered"}));
}

TEST(PlanGateApprove, TheApprovalIsBoundToPlanWorldAuthorityAndTime) {
  const Plan plan = plan_of({walk_to("workbench"), wave()});
  const std::string message = encode_plan(plan).value();
  const ApprovalTerms terms{Authority::kLive, 1000, 0.001, false};
  const Approval approval =
      gate().approve(message, factory(), Situation::at_start(factory()), terms);
  ASSERT_TRUE(approval.plan);
  EXPECT_EQ(approval.plan->plan(), plan);
  EXPECT_EQ(approval.plan->plan_hash(), sha256(message));
  EXPECT_EQ(approval.plan->world_hash(), factory().hash);
  EXPECT_EQ(approval.plan->authority(), Authority::kLive);
  EXPECT_TRUE(approval.plan->is_registered());
  EXPECT_TRUE(approval.plan->is_current(1000));
  EXPECT_TRUE(approval.plan->is_current(61000));
  EXPECT_FALSE(approval.plan->is_current(61001));
}

TEST(PlanGateApprove, WhatIsBoundIsTheRepairedPlan) {
  const std::string asked = encode_plan(plan_of({pick_up("box")})).value();
  const Approval approval = gate().approve(asked, factory(), Situation::at_start(factory()), {});
  ASSERT_TRUE(approval.plan);
  EXPECT_EQ(approval.plan->plan().steps.size(), 2u);
  EXPECT_EQ(approval.plan->plan_hash(), sha256(encode_plan(approval.verdict.plan).value()));
  EXPECT_NE(approval.plan->plan_hash(), sha256(asked));
}

TEST(PlanGateApprove, NothingIsApprovedThatIsRefusedOrUnreadable) {
  const Situation start = Situation::at_start(factory());
  const std::string refused = encode_plan(plan_of({walk_to("moon")})).value();
  EXPECT_FALSE(gate().approve(refused, factory(), start, {}).plan);
  for (const std::string bytes : {"", "{}", "\xff", "[[[["}) {
    const Approval approval = gate().approve(bytes, factory(), start, {});
    EXPECT_FALSE(approval.plan);
    EXPECT_EQ(approval.verdict.status, VerdictStatus::kRefused);
    EXPECT_EQ(rules_of(approval.verdict), (Rules{"plan.message"}));
  }
}

/// Whatever is proposed: an approved plan keeps every type, limit and precondition, so that judging
/// it again changes nothing.
TEST(PlanGateProperty, AnApprovedPlanIsAFixedPoint) {
  Random random(11);
  const PlanGate& plan_gate = gate();
  const auto pick = [&](std::initializer_list<const char*> names) {
    return std::string(
        *(names.begin() + static_cast<std::ptrdiff_t>(random.next() % names.size())));
  };
  int approved = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    std::vector<PlanStep> steps;
    const int count = 1 + static_cast<int>(random.next() % 6);
    for (int i = 0; i < count; ++i) {
      PlanStep step{pick({"stand", "walk_to", "turn", "point_at", "wave", "say", "wait", "stop",
                          "pick_up", "place", "hand_over", "fly"}),
                    {}};
      if (const Skill* skill = find_skill(step.skill))
        for (const Parameter& parameter : skill->parameters) {
          const std::string name(parameter.name);
          if (random.next() % 20 == 0) continue;
          if (parameter.kind == ParameterKind::kNumber)
            step.args[name] = random.uniform(parameter.min - 1.0, parameter.max + 1.0);
          else
            step.args[name] = pick({"shelf", "workbench", "door", "box", "gear", "li", "moon"});
        }
      steps.push_back(std::move(step));
    }
    const Verdict verdict =
        plan_gate.judge(plan_of(steps), factory(), Situation::at_start(factory()));
    if (verdict.status == VerdictStatus::kRefused) {
      ASSERT_FALSE(verdict.reasons.empty());
      continue;
    }
    ++approved;
    const Verdict again = plan_gate.judge(verdict.plan, factory(), Situation::at_start(factory()));
    ASSERT_EQ(again.status, VerdictStatus::kApproved);
    ASSERT_EQ(again.plan.steps, verdict.plan.steps);
  }
  EXPECT_GT(approved, 100);
}

}  // namespace
}  // namespace longmen::gate::plan
