#pragma once

#include <Eigen/Core>
#include <string>

#include "skills/free_ahead.h"
#include "skills/skill.h"
#include "skills/walk_to.h"

namespace longmen::skills {

/// How a person may drive the body by hand.
struct FollowStreamConfig {
  double silent_max_s = 0.25;  ///< an older command is none: the body comes to a stand
  double over_s = 3.0;         ///< of silence: the step is through
  double yaw_rate_max_rad_s = 0.6;
  double look_s = 1.6;  ///< a velocity is taken only where the way is free for so long
};

/// Walks as somebody outside commands, within bounds: never faster than the approved plan says, nor
/// slow zones; towards things, people, zones and the floor's edge only as far as walking keeps from
/// them, and slower before. Only the approved
/// source is heard, and only what it says from the step's beginning on. When it falls silent the
/// body comes to a stand, and after a while the step is through. Real-time safe.
class FollowStream {
 public:
  /// What the approved step says.
  struct Bounds {
    std::string source;
    double speed_m_s = 0.0;
    double time_s = 0.0;
  };

  FollowStream(Ground& ground, const WalkToConfig& walk, const FollowStreamConfig& config,
               Bounds bounds, double period_s, double tick_period_s);

  [[nodiscard]] SkillTick tick(const SkillView& view, Goal& goal) noexcept;
  /// Of the time that it may last.
  [[nodiscard]] double progress() const noexcept;

 private:
  [[nodiscard]] bool is_heard(const SkillView& view) const noexcept;
  [[nodiscard]] StreamCommand bounded(const StreamCommand& command) const noexcept;

  FreeAhead ahead_;
  WalkToConfig walk_;
  FollowStreamConfig config_;
  Bounds bounds_;
  double period_s_;
  double tick_period_s_;
  Tick since_ = -1;  ///< what was commanded before the step began is not for it
  double time_s_ = 0.0;
  double silent_s_ = 0.0;
};

}  // namespace longmen::skills
