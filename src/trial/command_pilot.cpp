#include "trial/command_pilot.h"

#include "trial/metrics.h"

namespace longmen::trial {

const Goal& CommandPilot::tick(const View& view) noexcept {
  const CommandRow row = command_at(rows_, view.state.time_s);
  goal_.locomotion = row.stands() ? Goal::Locomotion::kStand : Goal::Locomotion::kWalk;
  goal_.velocity_H_m_s = {row.vx_m_s, row.vy_m_s};
  goal_.yaw_rate_rad_s = row.yaw_rate_rad_s;
  return goal_;
}

}  // namespace longmen::trial
