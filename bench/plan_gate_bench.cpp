// How long the plan gate takes for plans of 50 steps: typed ones in a world, and free-text ones
// with and without hazards. One line each: median, 99th percentile and maximum in milliseconds of
// this thread's CPU time, which other programs on the machine do not lengthen.

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "core/plan_message.h"
#include "core/random.h"
#include "gate/plan/plan_gate.h"

namespace {
using namespace longmen;
using gate::plan::PlanGate;
using gate::plan::WordedPlan;

constexpr int kPlans = 2000;
constexpr int kSteps = 50;
const std::filesystem::path kRoot = LONGMEN_SOURCE_DIR;

const std::vector<std::string> kVerbs = {"pour",  "put",  "carry",  "throw",
                                         "clean", "find", "pick up"};
const std::vector<std::string> kThings = {"water", "cup",   "knife", "laptop", "apple",
                                          "towel", "stove", "box",   "bleach", "child"};
const std::vector<std::string> kHarmless = {"apple", "box", "book", "table", "shelf"};

double cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

template <typename T>
const T& pick(const std::vector<T>& from, Random& random) {
  return from[static_cast<std::size_t>(random.uniform() * static_cast<double>(from.size()))];
}

WordedPlan worded(Random& random, bool is_hazardous) {
  WordedPlan plan{.instruction = "Tidy up, please."};
  for (int i = 0; i < kSteps; ++i)
    plan.steps.push_back(is_hazardous ? pick(kVerbs, random) + " the " + pick(kThings, random) +
                                            " onto the " + pick(kThings, random)
                                      : "walk to the " + pick(kHarmless, random));
  return plan;
}

void measure(const char* what, const std::function<bool(Random&)>& judge) {
  std::vector<double> times_ms;
  int refused = 0;
  for (int i = 0; i < kPlans; ++i) {
    Random random(static_cast<std::uint64_t>(i));
    const double begin_ms = cpu_ms();
    refused += judge(random) ? 0 : 1;
    times_ms.push_back(cpu_ms() - begin_ms);
  }
  std::sort(times_ms.begin(), times_ms.end());
  const auto at = [&](double share) {
    return times_ms[static_cast<std::size_t>(share * (kPlans - 1))];
  };
  std::printf("%-24s n %d x %d steps: p50 %.3f ms, p99 %.3f ms, max %.3f ms; refused %d\n", what,
              kPlans, kSteps, at(0.5), at(0.99), times_ms.back(), refused);
}

}  // namespace

int main() {
  const PlanGate gate = PlanGate::load(kRoot / "rules").value();
  std::printf("reading the rules: %.0f ms\n", cpu_ms());
  const auto world = world::load_world(kRoot / "worlds" / "factory").value();
  const auto start = gate::plan::Situation::at_start(world);
  measure("typed, in a world", [&](Random& random) {
    Plan plan{"bench", gate.rules().models().front(), "Go round and look.", {}};
    for (int i = 0; i < kSteps; ++i) {
      const auto& place = pick(world.places, random).names.id;
      if (i % 2 == 0)
        plan.steps.push_back({"walk_to", {{"place", place}}});
      else
        plan.steps.push_back({"say", {{"text", std::string("Here I am.")}}});
    }
    const auto status = gate.approve(encode_plan(plan).value(), world, start, {}).verdict.status;
    return status == VerdictStatus::kApproved || status == VerdictStatus::kRepaired;
  });
  for (const bool is_hazardous : {false, true})
    measure(is_hazardous ? "free text, hazardous" : "free text, harmless", [&](Random& random) {
      return gate.words().judge(worded(random, is_hazardous)).value().status ==
             VerdictStatus::kApproved;
    });
  return 0;
}
