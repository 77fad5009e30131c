// What the barriers of the whole body cost where they bind: a robot in any posture, fast, among
// people, all joints driven at random. Counts only what the loop's thread does: see() and keep().
//   gate_bench ROBOT_DIR RULES_YAML [TICKS]

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "core/random.h"
#include "gate/motion/body_barriers.h"
#include "gate/motion/joint_limits.h"

namespace {

using namespace longmen;

double thread_cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

/// Near home, at up to a third of its speeds.
void move(const model::RobotModel& model, Random& random, RobotState& state) {
  for (int j = 0; j < model.na(); ++j) {
    const model::JointInfo& joint = model.joint(j);
    state.joint_position_rad[j] =
        std::clamp(model.home_rad()[j] + 0.3 * random.normal(), joint.position_min_rad + 0.05,
                   joint.position_max_rad - 0.05);
    state.joint_velocity_rad_s[j] = 0.3 * joint.velocity_max_rad_s * random.uniform(-1, 1);
  }
}

/// As many as are tracked, all within reach.
void crowd(Random& random, WorldState& world) {
  world.track_count = kMaxTracks;
  for (Track& track : world.tracks) {
    const double angle = random.uniform(-3.14, 3.14);
    const double away_m = random.uniform(0.6, 1.2);
    track = {};
    track.is_person = true;
    track.radius_m = 0.25;
    track.height_m = 1.7;
    track.p_WO = {away_m * std::cos(angle), away_m * std::sin(angle), 0.0};
  }
}

void print(const char* name, std::vector<double>& us) {
  if (us.empty()) return;
  std::sort(us.begin(), us.end());
  const auto at = [&](double share) {
    return us[static_cast<std::size_t>(share * static_cast<double>(us.size() - 1))];
  };
  fmt::print("{:<16} n {:>6}  p50 {:6.1f}  p99 {:6.1f}  p99.9 {:6.1f}  max {:7.1f} us\n", name,
             us.size(), at(0.5), at(0.99), at(0.999), us.back());
}

/// @param is_foreign  the torques are somebody else's than the trusted controller's: a share of
/// each speed is held back, and every joint helps to keep every barrier. Else a joint of the legs
/// leaves the arms alone, and an arm the legs, which keeps fewer barriers of postures that nobody
/// means.
void measure(const model::RobotModel& model, const gate::MotionLimits& rules, int ticks,
             bool is_foreign) {
  gate::BodyBarriers barriers(model, rules);
  const gate::JointLimits limits = gate::joint_limits_of(model);
  const int na = model.na();
  std::vector<gate::JointBarrier> joints(static_cast<std::size_t>(na));
  RobotState state;
  state.valid = true;
  state.p_WB.z() = model.home_height_m();
  state.joint_position_rad = model.home_rad();
  state.joint_velocity_rad_s.setZero(na);
  WorldState world;
  JointVector wanted = JointVector::Zero(na), lo = wanted, hi = wanted, tau = wanted;
  const double speed_share = is_foreign ? 1.0 - rules.speed_margin_share : 1.0;
  Random random(1);
  std::vector<double> calm_us, binding_us;
  std::size_t kept = 0;
  for (int i = 0; i < ticks; ++i) {
    move(model, random, state);
    crowd(random, world);
    const double begin = thread_cpu_us();
    barriers.see(state, world);
    for (int j = 0; j < na; ++j) {
      const double inertia = barriers.joint_inertia()[j];
      const double unsure = rules.inertia_uncertainty;
      gate::JointBarrier& joint = joints[static_cast<std::size_t>(j)];
      joint = {limits.position_min_rad[j],
               limits.position_max_rad[j],
               speed_share * limits.speed_max_rad_s[j],
               limits.torque_max_Nm[j],
               (1.0 - unsure) * inertia,
               (1.0 + unsure) * inertia,
               rules.brake_torque_share * limits.torque_max_Nm[j] /
                   ((1.0 + unsure) * limits.inertia_max_kgm2[j]),
               rules.reaction_s};
      const auto allowed =
          joint.interval(state.joint_position_rad[j], state.joint_velocity_rad_s[j]);
      lo[j] = allowed.lo;
      hi[j] = allowed.hi;
      wanted[j] = limits.torque_max_Nm[j] * random.normal();
    }
    tau = wanted.cwiseMax(lo).cwiseMin(hi);
    const auto outcome = barriers.keep(joints, wanted, lo, hi, tau, is_foreign);
    (outcome.changed ? binding_us : calm_us).push_back(thread_cpu_us() - begin);
    kept += outcome.changed && outcome.kept ? 1 : 0;
  }
  fmt::print(
      "{}: {} barriers, torques {}; all kept on {} of {} binding ticks, else given way by "
      "priority\n",
      model.name(), barriers.barrier_count(),
      is_foreign ? "of somebody else" : "of the trusted controller", kept, binding_us.size());
  print("nothing binds", calm_us);
  print("binding", binding_us);
}

}  // namespace

int main(int argc, char** argv) {
  const int ticks = argc > 3 ? std::atoi(argv[3]) : 20000;
  if (argc < 3 || ticks < 1) {
    fmt::print(stderr, "usage: gate_bench ROBOT_DIR RULES_YAML [TICKS]\n");
    return 2;
  }
  const auto model = model::RobotModel::load(argv[1]);
  if (!model) {
    fmt::print(stderr, "{}\n", model.error().text());
    return 2;
  }
  const auto rules = gate::load_motion_rules(argv[2]);
  if (!rules) {
    fmt::print(stderr, "{}\n", rules.error().text());
    return 2;
  }
  for (const bool is_foreign : {true, false}) measure(*model, rules->limits, ticks, is_foreign);
}
