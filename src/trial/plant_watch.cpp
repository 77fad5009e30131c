#include "trial/plant_watch.h"

#include <algorithm>
#include <cmath>

namespace longmen::trial {
namespace {

constexpr double kAfterFall_s = 1.0;  // enough to see it
constexpr double kAfterRise_s = 2.0;  // and whether it stays up

}  // namespace

PlantWatch::PlantWatch(const Scenario& scenario, const io::SimPlant& plant)
    : plant_(plant),
      seed_(scenario.seed),
      ticks_max_(std::max<Tick>(1, std::llround(scenario.duration_s / kTick_s))),
      metrics_(scenario, plant.home_height_m(), plant.mass_kg(), kTick_s) {
  if (scenario.gets_up)
    rising_.emplace(scenario.world ? io::Ground{} : io::build_ground(scenario.terrain),
                    plant.home_height_m(), kTick_s);
}

void PlantWatch::step() {
  const io::Truth& truth = plant_.truth();
  metrics_.step(truth);
  if (rising_) rising_->step(truth);
  if (metrics_.fell()) return;
  if (truth.links_touch && !links_touched_before_) ++links_touched_;
  links_touched_before_ = truth.links_touch;
  const io::JointLimits& limits = plant_.limits();
  for (Eigen::Index j = 0; j < truth.joint_position_rad.size(); ++j) {
    const double q = truth.joint_position_rad[j];
    range_margin_min_rad_ = std::min(
        {range_margin_min_rad_, q - limits.position_min_rad[j], limits.position_max_rad[j] - q});
    speed_share_max_ = std::max(
        speed_share_max_, std::abs(truth.joint_velocity_rad_s[j]) / limits.speed_max_rad_s[j]);
  }
}

bool PlantWatch::is_over() const {
  if (plant_.tick() >= ticks_max_) return true;
  if (rising_) {
    const auto& up_at_s = rising_->result().up_at_s;
    return up_at_s && plant_.truth().time_s >= *up_at_s + kAfterRise_s;
  }
  return metrics_.fell() && plant_.truth().time_s >= metrics_.fell_at_s() + kAfterFall_s;
}

void PlantWatch::fill(EpisodeResult& result) const {
  result.seed = seed_;
  result.body = metrics_.finish();
  if (rising_) result.rising = rising_->result();
  result.violations = plant_.violations();
  result.people = plant_.people_touched();
  result.links_touched = links_touched_;
  result.range_margin_min_rad = range_margin_min_rad_;
  result.speed_share_max = speed_share_max_;
  result.unsolved_physics_steps = plant_.unsolved_steps();
  result.state_hash = plant_.state_hash().hex();
}

}  // namespace longmen::trial
