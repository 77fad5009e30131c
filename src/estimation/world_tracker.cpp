#include "estimation/world_tracker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "estimation/sensor_fault.h"

namespace longmen::estimation {
namespace {

constexpr double kSizeMax_m = 10.0;
constexpr double kSizeWeight = 0.1;  // of a new detection, for height and size

}  // namespace

Result<void> WorldTrackerConfig::validate() const {
  const struct {
    const char* name;
    double value;
  } positive[] = {{"detection_sigma_m", detection_sigma_m},
                  {"acceleration_sigma_m_s2", acceleration_sigma_m_s2},
                  {"start_speed_sigma_m_s", start_speed_sigma_m_s},
                  {"gate_nis", gate_nis},
                  {"age_max_s", age_max_s},
                  {"detection_age_max_s", detection_age_max_s}};
  for (const auto& entry : positive)
    if (!(entry.value > 0.0 && std::isfinite(entry.value)))
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} is {}, must be above 0", entry.name, entry.value));
  return {};
}

Result<WorldTracker> WorldTracker::create(const WorldTrackerConfig& config, double period_s) {
  if (auto valid = config.validate(); !valid) return tl::make_unexpected(valid.error());
  if (!(period_s >= 1e-4 && period_s <= 0.01))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("period_s is {}, must be 0.0001 to 0.01", period_s));
  return WorldTracker(config, period_s);
}

WorldTracker::WorldTracker(const WorldTrackerConfig& config, double period_s)
    : config_(config), dt_s_(period_s), age_max_(std::llround(config.age_max_s / period_s)) {}

std::uint32_t WorldTracker::tick(const SensorFrame& frame, WorldState& world) noexcept {
  std::uint32_t faults = 0;
  const int count = std::clamp(frame.detection_count, 0, kMaxDetections);
  if (count > 0) {
    std::array<bool, kMaxDetections> open{};  // usable, and no track's yet
    for (int i = 0; i < count; ++i) {
      const auto slot = static_cast<std::size_t>(i);
      open[slot] = usable(frame.detections[slot], frame.tick);
      if (!open[slot]) faults |= kDetectionInvalid;
    }
    assign(frame, open);
    for (std::size_t i = 0; i < open.size(); ++i)
      if (open[i]) begin_track(frame.detections[i]);
  }

  world = WorldState{};
  world.tick = frame.tick;
  for (Filter& filter : filters_) {
    if (filter.id >= 0 && frame.tick - filter.seen_tick > age_max_) filter.id = -1;
    if (filter.id < 0) continue;
    Filter now = filter;
    predict(now, frame.tick);
    Track& track = world.tracks[static_cast<std::size_t>(world.track_count++)];
    track.id = now.id;
    track.is_person = now.is_person;
    track.p_WO = {now.p_W.x(), now.p_W.y(), now.z_W_m};
    track.v_WO = {now.v_W.x(), now.v_W.y(), 0.0};
    track.radius_m = now.radius_m;
    track.height_m = now.height_m;
    track.position_sigma_m = std::sqrt(now.Ppp);
    track.velocity_sigma_m_s = std::sqrt(now.Pvv);
    track.age_s = static_cast<double>(frame.tick - now.seen_tick) * dt_s_;
  }
  return faults;
}

bool WorldTracker::usable(const Detection& d, Tick now) const noexcept {
  const double age_s = static_cast<double>(now - d.measured_tick) * dt_s_;
  return age_s >= 0.0 && age_s <= config_.detection_age_max_s && d.p_WO.allFinite() &&
         d.p_WO.cwiseAbs().maxCoeff() < kPlaceMax_m && d.radius_m > 0.0 &&
         d.radius_m < kSizeMax_m && d.height_m > 0.0 && d.height_m < kSizeMax_m;
}

void WorldTracker::predict(Filter& f, Tick tick) const noexcept {
  const double dt = static_cast<double>(tick - f.tick) * dt_s_;
  if (dt == 0.0) return;
  // White acceleration of density s: over dt it adds s^2 [dt^3/3, dt^2/2; dt^2/2, dt]. A detection
  // a little older than the track is met by going back, which knows no less.
  const double q = config_.acceleration_sigma_m_s2 * config_.acceleration_sigma_m_s2 * std::abs(dt);
  f.p_W += dt * f.v_W;
  f.Ppp += dt * (2.0 * f.Ppv + dt * f.Pvv) + q * dt * dt / 3.0;
  f.Ppv += dt * f.Pvv + 0.5 * q * dt;
  f.Pvv += q;
  f.tick = tick;
}

double WorldTracker::nis(const Filter& filter, const Detection& detection) const noexcept {
  Filter then = filter;
  predict(then, detection.measured_tick);
  const double s = then.Ppp + config_.detection_sigma_m * config_.detection_sigma_m;
  return (detection.p_WO.head<2>() - then.p_W).squaredNorm() / s;
}

void WorldTracker::update(Filter& f, const Detection& detection) const noexcept {
  predict(f, detection.measured_tick);
  const double s = f.Ppp + config_.detection_sigma_m * config_.detection_sigma_m;
  const Eigen::Vector2d innovation = detection.p_WO.head<2>() - f.p_W;
  const double gain_p = f.Ppp / s;
  const double gain_v = f.Ppv / s;
  f.p_W += gain_p * innovation;
  f.v_W += gain_v * innovation;
  f.Pvv -= gain_v * f.Ppv;
  f.Ppv -= gain_p * f.Ppv;
  f.Ppp -= gain_p * f.Ppp;
  f.z_W_m += kSizeWeight * (detection.p_WO.z() - f.z_W_m);
  f.radius_m += kSizeWeight * (detection.radius_m - f.radius_m);
  f.height_m += kSizeWeight * (detection.height_m - f.height_m);
  f.seen_tick = std::max(f.seen_tick, detection.measured_tick);
}

void WorldTracker::assign(const SensorFrame& frame,
                          std::array<bool, kMaxDetections>& open) noexcept {
  // The nearest pair first, each track and each detection once.
  std::array<bool, kMaxTracks> taken{};
  for (;;) {
    double best_nis = config_.gate_nis;
    std::size_t best_track = kMaxTracks;
    std::size_t best_detection = 0;
    for (std::size_t t = 0; t < filters_.size(); ++t) {
      if (filters_[t].id < 0 || taken[t]) continue;
      for (std::size_t d = 0; d < open.size(); ++d) {
        if (!open[d] || frame.detections[d].is_person != filters_[t].is_person) continue;
        const double distance = nis(filters_[t], frame.detections[d]);
        if (distance >= best_nis) continue;
        best_nis = distance;
        best_track = t;
        best_detection = d;
      }
    }
    if (best_track == kMaxTracks) return;
    update(filters_[best_track], frame.detections[best_detection]);
    taken[best_track] = true;
    open[best_detection] = false;
  }
}

void WorldTracker::begin_track(const Detection& detection) noexcept {
  // A free place, else that of the track unseen for longest: the present counts more than the past.
  Filter* place = &filters_[0];
  for (Filter& filter : filters_) {
    if (filter.id < 0) {
      place = &filter;
      break;
    }
    if (filter.seen_tick < place->seen_tick) place = &filter;
  }
  if (place->id >= 0 && place->seen_tick >= detection.measured_tick) return;
  *place = Filter{};
  place->id = next_id_++;
  place->is_person = detection.is_person;
  place->tick = detection.measured_tick;
  place->seen_tick = detection.measured_tick;
  place->p_W = detection.p_WO.head<2>();
  place->z_W_m = detection.p_WO.z();
  place->radius_m = detection.radius_m;
  place->height_m = detection.height_m;
  place->Ppp = config_.detection_sigma_m * config_.detection_sigma_m;
  place->Pvv = config_.start_speed_sigma_m_s * config_.start_speed_sigma_m_s;
}

}  // namespace longmen::estimation
