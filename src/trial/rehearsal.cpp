#include "trial/rehearsal.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "core/random.h"
#include "skills/fault_text.h"
#include "trial/process_pool.h"

namespace longmen::trial {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kFirstSeed = 1'000'000;
constexpr double kPersonShift_m = 0.3;
constexpr double kPersonDelay_s = 3.0;
constexpr double kPersonPace_min = 0.8, kPersonPace_max = 1.25;

Json to_json(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

std::optional<double> number(const Json& json, const char* key) {
  return json.at(key).is_null() ? std::nullopt : std::optional(json.at(key).get<double>());
}

Json to_json(const RehearsedCopy& copy) {
  return {{"seed", copy.seed},
          {"plan_hash", copy.plan_hash},
          {"goal_met", copy.goal_met},
          {"steps_done", copy.steps_done},
          {"fault", copy.fault},
          {"fell", copy.fell},
          {"too_fast_touches", copy.too_fast_touches},
          {"touches", copy.touches},
          {"person_distance_min_m", to_json(copy.person_distance_min_m)},
          {"dcm_error_max_m", copy.dcm_error_max_m},
          {"tilt_max_rad", copy.tilt_max_rad},
          {"torque_share_max", copy.torque_share_max},
          {"position_error_m", to_json(copy.position_error_m)},
          {"heading_error_rad", to_json(copy.heading_error_rad)},
          {"object_error_m", to_json(copy.object_error_m)},
          {"gate_changed_share", copy.gate_changed_share},
          {"duration_s", copy.duration_s}};
}

RehearsedCopy copy_of(const Json& json) {
  RehearsedCopy copy;
  copy.seed = json.at("seed").get<std::uint64_t>();
  copy.plan_hash = json.at("plan_hash").get<std::string>();
  copy.goal_met = json.at("goal_met").get<bool>();
  copy.steps_done = json.at("steps_done").get<int>();
  copy.fault = json.at("fault").get<std::string>();
  copy.fell = json.at("fell").get<bool>();
  copy.too_fast_touches = json.at("too_fast_touches").get<std::int64_t>();
  copy.touches = json.at("touches").get<std::int64_t>();
  copy.person_distance_min_m = number(json, "person_distance_min_m");
  copy.dcm_error_max_m = json.at("dcm_error_max_m").get<double>();
  copy.tilt_max_rad = json.at("tilt_max_rad").get<double>();
  copy.torque_share_max = json.at("torque_share_max").get<double>();
  copy.position_error_m = number(json, "position_error_m");
  copy.heading_error_rad = number(json, "heading_error_rad");
  copy.object_error_m = number(json, "object_error_m");
  copy.gate_changed_share = json.at("gate_changed_share").get<double>();
  copy.duration_s = json.at("duration_s").get<double>();
  return copy;
}

/// Follows the margins of a mission, tick by tick.
void watch(const Mission& mission, RehearsedCopy& copy) {
  const io::Truth& truth = mission.plant().truth();
  const JointVector& limit_Nm = mission.plant().limits().torque_max_Nm;
  const double share = (truth.motor_torque_Nm.array().abs() / limit_Nm.array()).maxCoeff();
  copy.torque_share_max = std::max(copy.torque_share_max, share);
  const double up = (truth.q_WB * Eigen::Vector3d::UnitZ()).z();
  copy.tilt_max_rad = std::max(copy.tilt_max_rad, std::acos(std::clamp(up, -1.0, 1.0)));
  const WholeBodyReference& reference = mission.session().loop().reference();
  copy.dcm_error_max_m =
      std::max(copy.dcm_error_max_m, (reference.dcm_W - reference.dcm_reference_W).norm());
}

Result<Json> run_copy(const std::string& message, runtime::Session session, MissionOptions options,
                      std::uint64_t seed) {
  RehearsedCopy copy;
  copy.seed = options.seed = seed;
  options.people = people_otherwise(options.people.value_or(session.world().people), seed);
  auto mission = Mission::create(std::move(session), options);
  if (!mission) return tl::make_unexpected(mission.error());
  mission->propose(message);
  if (const skills::PlanExecutor* executor = mission->session().executor()) {
    copy.plan_hash = executor->approval().plan_hash().hex();
    while (mission->step()) watch(*mission, copy);
  }
  const MissionResult result = mission->finish();
  if (result.record_error) return tl::make_unexpected(*result.record_error);
  copy.goal_met = result.goal_met;
  copy.steps_done = result.steps_done;
  copy.fault = skills::fault_text(result.fault).en;
  copy.fell = result.fell;
  copy.touches = result.people.touches;
  copy.too_fast_touches = result.people.too_fast;
  copy.person_distance_min_m = result.people.distance_min_m;
  copy.position_error_m = result.position_error_m;
  copy.heading_error_rad = result.heading_error_rad;
  copy.object_error_m = result.object_error_m;
  if (result.gate.ticks > 0)
    copy.gate_changed_share =
        static_cast<double>(result.gate.changed) / static_cast<double>(result.gate.ticks);
  copy.duration_s = result.duration_s;
  return to_json(copy);
}

/// The greatest, or with `least` the least, of what the copies have.
template <typename Of>
Json worst(const std::vector<RehearsedCopy>& copies, bool least, const Of& of) {
  std::optional<double> found;
  for (const RehearsedCopy& copy : copies) {
    const std::optional<double> value = of(copy);
    if (value && (!found || (least ? *value < *found : *value > *found))) found = value;
  }
  return to_json(found);
}

}  // namespace

std::vector<world::Person> people_otherwise(std::vector<world::Person> people, std::uint64_t seed) {
  Random random(seed ^ 0x70656f706c65ull);
  for (world::Person& person : people) {
    const Eigen::Vector2d shift_m(random.uniform(-kPersonShift_m, kPersonShift_m),
                                  random.uniform(-kPersonShift_m, kPersonShift_m));
    const double pace = random.uniform(kPersonPace_min, kPersonPace_max);
    const double delay_s = random.uniform(0.0, kPersonDelay_s);
    if (person.p_W_m) *person.p_W_m += shift_m;
    if (person.path.empty()) continue;
    for (world::WayPoint& point : person.path) {
      point.p_W_m += shift_m;
      point.time_s /= pace;
    }
    // A path begins anew after its last point: who is late stands there first.
    for (std::size_t k = 1; k < person.path.size(); ++k) person.path[k].time_s += delay_s;
  }
  return people;
}

Result<std::optional<runtime::Rehearsed>> Rehearsal::summary() const {
  runtime::Rehearsed rehearsed;
  rehearsed.copies = static_cast<int>(copies.size());
  for (const RehearsedCopy& copy : copies) {
    if (copy.plan_hash.empty()) return std::nullopt;
    if (rehearsed.plan_hash.empty()) rehearsed.plan_hash = copy.plan_hash;
    if (rehearsed.plan_hash != copy.plan_hash)
      return fail(ErrorCode::kInternal, "the plan gate approved different plans in rehearsal");
    if (!copy.is_safe()) ++rehearsed.unsafe;
  }
  if (copies.empty()) return std::nullopt;
  const auto count = [&](const auto& is) {
    return std::count_if(copies.begin(), copies.end(), is);
  };
  using Copy = RehearsedCopy;
  using Value = std::optional<double>;
  const Json json = {
      {"fell", count([](const Copy& c) { return c.fell; })},
      {"goal_missed", count([](const Copy& c) { return !c.goal_met; })},
      {"touched_too_fast", count([](const Copy& c) { return c.too_fast_touches > 0; })},
      {"touched", count([](const Copy& c) { return c.touches > 0; })},
      {"person_distance_min_m",
       worst(copies, true, [](const Copy& c) { return c.person_distance_min_m; })},
      {"dcm_error_max_m",
       worst(copies, false, [](const Copy& c) -> Value { return c.dcm_error_max_m; })},
      {"tilt_max_rad", worst(copies, false, [](const Copy& c) -> Value { return c.tilt_max_rad; })},
      {"torque_share_max",
       worst(copies, false, [](const Copy& c) -> Value { return c.torque_share_max; })},
      {"position_error_max_m",
       worst(copies, false, [](const Copy& c) { return c.position_error_m; })},
      {"heading_error_max_rad",
       worst(copies, false, [](const Copy& c) { return c.heading_error_rad; })},
      {"object_error_max_m", worst(copies, false, [](const Copy& c) { return c.object_error_m; })},
      {"duration_max_s",
       worst(copies, false, [](const Copy& c) -> Value { return c.duration_s; })}};
  rehearsed.worst_json = json.dump();
  return rehearsed;
}

Result<Rehearsal> rehearse(const std::string& message, const MissionOptions& options, int count,
                           int jobs) {
  const auto begin = std::chrono::steady_clock::now();
  MissionOptions ahead = options;
  ahead.record.clear();
  ahead.is_admitted = {};
  ahead.authority = Authority::kRehearsal;
  // Robot, world and rules are read once; each child has them as its own copy of the memory.
  auto session = Mission::session_of(ahead);
  if (!session) return tl::make_unexpected(session.error());
  Rehearsal rehearsal;
  rehearsal.copies.resize(static_cast<std::size_t>(count));
  const auto done = run_processes(
      static_cast<std::size_t>(count), jobs,
      [&](std::size_t k) {
        return run_copy(message, std::move(*session), ahead, options.seed + kFirstSeed + k);
      },
      [](std::size_t k) { return "copy " + std::to_string(k + 1) + " of the rehearsal"; },
      [&](std::size_t k, const Json& json) {
        rehearsal.copies[k] = copy_of(json);
        return true;
      });
  if (!done) return tl::make_unexpected(done.error());
  rehearsal.wall_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return rehearsal;
}

}  // namespace longmen::trial
