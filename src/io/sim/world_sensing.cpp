#include "io/sim/world_sensing.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace longmen::io {

WorldSensing::WorldSensing(const WorldSensingOptions& options, double step_s, std::uint64_t seed)
    : options_(options),
      random_(seed),
      ghosts_(Random::stream(seed, 1)),
      sights_(Random::stream(seed, 2)),
      period_steps_(std::max<std::int64_t>(1, std::llround(options.period_s / step_s))),
      age_steps_(std::llround(options.age_s / step_s)) {
  for (std::size_t i = 0; i < kMaxObjects; ++i) {
    object_bias_m_[i] = draw(options.object_bias_m);
    object_bias_rad_[i] = draw(options.object_bias_rad);
  }
}

Eigen::Vector3d WorldSensing::draw(double sigma) noexcept {
  Eigen::Vector3d drawn;
  for (int i = 0; i < 3; ++i) drawn[i] = sigma * sights_.normal();
  return options_.noisy ? drawn : Eigen::Vector3d(Eigen::Vector3d::Zero());
}

void WorldSensing::step(const Truth& truth, const std::vector<world::Person>& people) noexcept {
  const std::int64_t phase = step_ % period_steps_;
  if (phase == 0) measure(truth, people);
  if (phase == age_steps_) arrived_ = pending_;
  ++step_;
}

void WorldSensing::measure(const Truth& truth, const std::vector<world::Person>& people) noexcept {
  pending_ = Shot{};
  const double noise = options_.noisy ? 1.0 : 0.0;
  // Every draw is made every time, so that one option does not shift the draws of another.
  const bool missing = random_.uniform() < options_.missing;
  const bool outlier = random_.uniform() < options_.outlier;
  const double direction_rad = random_.uniform(-std::numbers::pi, std::numbers::pi);
  PoseFix& fix = pending_.fix;
  fix.present = options_.pose_fix && !(options_.noisy && missing);
  fix.measured_tick = truth.tick;
  fix.p_WB = truth.p_WB;
  for (int i = 0; i < 3; ++i) fix.p_WB[i] += noise * options_.position_sigma_m * random_.normal();
  fix.yaw_WB_rad = std::remainder(
      truth.yaw_rad() + noise * options_.yaw_sigma_rad * random_.normal(), 2.0 * std::numbers::pi);
  if (outlier && options_.noisy)
    fix.p_WB.head<2>() +=
        options_.outlier_m * Eigen::Vector2d(std::cos(direction_rad), std::sin(direction_rad));

  for (std::size_t i = 0; i < people.size(); ++i) {
    const bool unseen = random_.uniform() < options_.person_missing && options_.noisy;
    const double dx_m = noise * options_.person_sigma_m * random_.normal();
    const double dy_m = noise * options_.person_sigma_m * random_.normal();
    if (unseen || pending_.detection_count == kMaxDetections) continue;
    Detection& seen = pending_.detections[static_cast<std::size_t>(pending_.detection_count++)];
    seen.source_id = static_cast<std::int32_t>(i);
    seen.is_person = true;
    seen.measured_tick = truth.tick;
    const Eigen::Vector2d p_W = people[i].position_at(truth.time_s);
    seen.p_WO = {p_W.x() + dx_m, p_W.y() + dy_m, 0.0};
    seen.radius_m = people[i].radius_m;
    seen.height_m = people[i].height_m;
  }

  sight_objects(truth);

  const bool haunted = ghosts_.uniform() < options_.ghost;
  const double ghost_rad = ghosts_.uniform(-std::numbers::pi, std::numbers::pi);
  const double ghost_m = options_.ghost_m * ghosts_.uniform();
  if (!haunted || pending_.detection_count == kMaxDetections) return;
  Detection& ghost = pending_.detections[static_cast<std::size_t>(pending_.detection_count++)];
  ghost.is_person = true;
  ghost.measured_tick = truth.tick;
  ghost.p_WO = {truth.p_WB.x() + ghost_m * std::cos(ghost_rad),
                truth.p_WB.y() + ghost_m * std::sin(ghost_rad), 0.0};
  ghost.radius_m = 0.3;
  ghost.height_m = 1.7;
}

void WorldSensing::sight_objects(const Truth& truth) noexcept {
  for (int i = 0; i < truth.object_count; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    const bool unseen = sights_.uniform() < options_.object_missing && options_.noisy;
    const Eigen::Vector3d off_m = object_bias_m_[slot] + draw(options_.object_sigma_m);
    const Eigen::Vector3d off_rad = object_bias_rad_[slot] + draw(options_.object_sigma_rad);
    if (unseen) continue;
    ObjectSighting& seen = pending_.sightings[static_cast<std::size_t>(pending_.sighting_count++)];
    seen.object = i;
    seen.measured_tick = truth.tick;
    seen.p_WO = truth.objects[slot].p_WO + off_m;
    const double angle_rad = off_rad.norm();
    seen.q_WO = truth.objects[slot].q_WO;
    if (angle_rad > 0.0) seen.q_WO = Eigen::AngleAxisd(angle_rad, off_rad / angle_rad) * seen.q_WO;
  }
}

void WorldSensing::deliver(SensorFrame& frame) const noexcept {
  frame.pose_fix = arrived_.fix;
  frame.detection_count = arrived_.detection_count;
  frame.detections = arrived_.detections;
  frame.sighting_count = arrived_.sighting_count;
  frame.sightings = arrived_.sightings;
}

void WorldSensing::end_tick() noexcept { arrived_ = Shot{}; }

}  // namespace longmen::io
