#pragma once

#include <span>

#include "planning/gait_config.h"

namespace longmen::planning {

/// When in a swing the foot moves ahead and how high it rises. Phases are shares of the swing.
struct SwingShape {
  double start_phase = 0.0;   ///< it rises on the spot until then
  double arrive_phase = 1.0;  ///< it is above its foothold from then on
  double apex_phase = 0.461;
  double apex_m = 0.063;  ///< above the higher of lift-off and landing
  /// The way down begins this long before the apex: where foothold and time still move, the end of
  /// the way up would be rushed.
  double apex_lead_s = 0.002;
};

/// The gentlest shape that clears the ground: `highest_m[i]` is the highest ground about the sole
/// when it has gone i / (size - 1) of its way, relative to the stance sole like lift_off_m and
/// landing_m. If none clears it, the one that comes nearest. Real-time safe.
[[nodiscard]] SwingShape clearing_shape(std::span<const double> highest_m, double lift_off_m,
                                        double landing_m, double duration_s, double clearance_m,
                                        const GaitConfig::Swing& config) noexcept;

}  // namespace longmen::planning
