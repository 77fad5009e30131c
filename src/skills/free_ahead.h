#pragma once

#include "skills/skill.h"
#include "skills/walk_to.h"

namespace longmen::skills {

/// How far a velocity may go on from where the body is: towards things, people and the floor's edge
/// only as far as walking keeps from them, people also where they will be. Real-time safe.
class FreeAhead {
 public:
  /// @param look_s  a velocity is free where the way is for so long.
  FreeAhead(Ground& ground, const WalkToConfig& walk, double look_s)
      : ground_(&ground), walk_(walk), look_s_(look_s) {}

  /// Looks round from where the body is now.
  void look_round(const SkillView& view) noexcept;
  /// How much of a velocity leads over the free floor: all, some, or 0.
  [[nodiscard]] double share(const Eigen::Vector2d& v_W_m_s) const noexcept;
  [[nodiscard]] bool is_in_slow_zone(const Eigen::Vector2d& v_W_m_s) const noexcept;

 private:
  Ground* ground_;
  WalkToConfig walk_;
  double look_s_;
  Eigen::Vector2d p_W_ = Eigen::Vector2d::Zero();
};

}  // namespace longmen::skills
