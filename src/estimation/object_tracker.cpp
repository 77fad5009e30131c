#include "estimation/object_tracker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "estimation/sensor_fault.h"

namespace longmen::estimation {
namespace {

constexpr double kUnitTolerance = 1e-3;

}  // namespace

Result<void> ObjectTrackerConfig::validate() const {
  const struct {
    const char* name;
    double value;
  } positive[] = {{"position_sigma_m", position_sigma_m},
                  {"rotation_sigma_rad", rotation_sigma_rad},
                  {"position_bias_m", position_bias_m},
                  {"walk_m_sqrt_s", walk_m_sqrt_s},
                  {"held_walk_m_sqrt_s", held_walk_m_sqrt_s},
                  {"gate_nis", gate_nis},
                  {"surprises_max", static_cast<double>(surprises_max)},
                  {"sighting_age_max_s", sighting_age_max_s}};
  for (const auto& entry : positive)
    if (!(entry.value > 0.0 && std::isfinite(entry.value)))
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} is {}, must be above 0", entry.name, entry.value));
  return {};
}

Result<ObjectTracker> ObjectTracker::create(const ObjectTrackerConfig& config, double period_s) {
  if (auto valid = config.validate(); !valid) return tl::make_unexpected(valid.error());
  if (!(period_s >= 1e-4 && period_s <= 0.01))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("period_s is {}, must be 0.0001 to 0.01", period_s));
  return ObjectTracker(config, period_s);
}

ObjectTracker::ObjectTracker(const ObjectTrackerConfig& config, double period_s)
    : config_(config), dt_s_(period_s) {}

std::uint32_t ObjectTracker::tick(const SensorFrame& frame, int held, WorldState& world) noexcept {
  std::uint32_t faults = 0;
  const int count = std::clamp(frame.sighting_count, 0, kMaxObjects);
  for (int i = 0; i < count; ++i) {
    const ObjectSighting& sighting = frame.sightings[static_cast<std::size_t>(i)];
    if (usable(sighting, frame.tick))
      update(filters_[static_cast<std::size_t>(sighting.object)], sighting,
             sighting.object == held ? config_.held_walk_m_sqrt_s : config_.walk_m_sqrt_s);
    else
      faults |= kDetectionInvalid;
  }
  world.object_count = 0;
  for (std::size_t k = 0; k < filters_.size(); ++k) {
    const Filter& filter = filters_[k];
    TrackedObject& object = world.objects[k];
    object = TrackedObject{};
    if (!filter.known) continue;
    world.object_count = static_cast<int>(k) + 1;
    object.known = true;
    object.p_WO = filter.p_W;
    object.q_WO = filter.q_W;
    object.position_sigma_m =
        std::hypot(std::sqrt(filter.variance) * config_.position_sigma_m, config_.position_bias_m);
    object.age_s = static_cast<double>(frame.tick - filter.tick) * dt_s_;
  }
  return faults;
}

bool ObjectTracker::usable(const ObjectSighting& s, Tick now) const noexcept {
  const double age_s = static_cast<double>(now - s.measured_tick) * dt_s_;
  return s.object >= 0 && s.object < kMaxObjects && age_s >= 0.0 &&
         age_s <= config_.sighting_age_max_s && s.p_WO.allFinite() &&
         s.p_WO.cwiseAbs().maxCoeff() < kPlaceMax_m && s.q_WO.coeffs().allFinite() &&
         std::abs(s.q_WO.norm() - 1.0) < kUnitTolerance;
}

void ObjectTracker::update(Filter& f, const ObjectSighting& s,
                           double walk_m_sqrt_s) const noexcept {
  if (f.known) {
    if (s.measured_tick <= f.tick) return;
    const double dt = static_cast<double>(s.measured_tick - f.tick) * dt_s_;
    const double walk = walk_m_sqrt_s / config_.position_sigma_m;
    f.variance += walk * walk * dt;
    f.tick = s.measured_tick;
    const double total = f.variance + 1.0;
    const double away = (s.p_WO - f.p_W).norm() / config_.position_sigma_m;
    const double turned = f.q_W.angularDistance(s.q_WO) / config_.rotation_sigma_rad;
    if ((away * away + turned * turned) / total <= config_.gate_nis) {
      const double gain = f.variance / total;
      f.p_W += gain * (s.p_WO - f.p_W);
      f.q_W = f.q_W.slerp(gain, s.q_WO).normalized();
      f.variance -= gain * f.variance;
      f.surprises = 0;
      return;
    }
    if (++f.surprises < config_.surprises_max) return;
  }
  f = Filter{};
  f.known = true;
  f.tick = s.measured_tick;
  f.p_W = s.p_WO;
  f.q_W = s.q_WO.normalized();
  f.variance = 1.0;
}

}  // namespace longmen::estimation
