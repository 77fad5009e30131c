#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/robot_state.h"
#include "core/world_state.h"
#include "skills/grip.h"
#include "skills/skill.h"
#include "world/world.h"

namespace longmen::skills {

/// A quantity as it was measured when a step said that it was done, and what it had to be.
struct Observation {
  const char* what = "";  ///< with its unit; a literal
  double value = 0.0;
  double limit = 0.0;
  bool is_at_least = false;  ///< else at most

  /// False for NaN.
  [[nodiscard]] bool is_met() const noexcept {
    return is_at_least ? value >= limit : value <= limit;
  }
};

/// What was seen of a step's result: by sensors and estimates, never out of what was commanded.
class Evidence {
 public:
  static constexpr std::size_t kObservationsMax = 3;

  void at_most(const char* what, double value, double limit) noexcept {
    add({what, value, limit, false});
  }
  void at_least(const char* what, double value, double limit) noexcept {
    add({what, value, limit, true});
  }
  [[nodiscard]] std::span<const Observation> observations() const noexcept {
    return {items_.data(), count_};
  }
  /// False: no sensor can tell, as of words that were said.
  [[nodiscard]] bool is_observable() const noexcept { return count_ > 0; }
  /// All that was looked at is as it has to be.
  [[nodiscard]] bool is_met() const noexcept;

 private:
  void add(const Observation& observation) noexcept {
    if (count_ < kObservationsMax) items_[count_++] = observation;
  }
  std::array<Observation, kObservationsMax> items_{};
  std::size_t count_ = 0;
};

/// Stands at a pose, by the estimate, which must itself be sure enough.
[[nodiscard]] Evidence at_pose(const RobotState& state, const world::StandPose& pose,
                               double sigma_max_m) noexcept;
/// Stands still.
[[nodiscard]] Evidence at_rest(const RobotState& state) noexcept;
/// Has turned by an angle. @param turned_rad  as measured, unwrapped.
[[nodiscard]] Evidence has_turned(double turned_rad, double angle_rad) noexcept;
/// A motion policy has driven most of the time that it was let in; else the trusted walker did.
[[nodiscard]] Evidence has_driven(const PolicyState& policy) noexcept;
/// What the hands hold is seen between them.
[[nodiscard]] Evidence in_hands(const RobotState& state, const WorldState& world, const Grip& grip,
                                const CarryConfig& config) noexcept;
/// An object is seen where it was to stand, upright. @param spot_W  the middle of its underside.
[[nodiscard]] Evidence at_spot(const TrackedObject& seen, const Eigen::Vector3d& spot_W,
                               const CarryConfig& config) noexcept;

}  // namespace longmen::skills
