#include "planning/swing_shape.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "math/quintic.h"

namespace longmen::planning {
namespace {

constexpr int kSamples = 20;
constexpr std::array kStarts{0.0, 0.1, 0.2, 0.3};
constexpr std::array kArrivals{1.0, 0.9, 0.8, 0.7};
constexpr std::array kApexPhases{0.461, 0.3, 0.38, 0.55, 0.64};
constexpr std::array kHigher_m{0.0, 0.03, 0.06};  // than the usual apex
// Near both ends the sole is as near to the ground as it has to be, and the map's noise may be
// above it; between them the clearance counts in full.
constexpr double kEnds = 0.3;
constexpr double kAllowed_m = 0.02;
constexpr double kApexLead_s = 0.04;
// A sole that has gone no farther than this share of its way is where it stood, clear of all.
constexpr double kStillThere = 0.02;
// What a mean metre too low costs in effort.
constexpr double kTooLow_1_m = 5000.0;

double way(double share) {  // of a rest-to-rest quintic
  const double s = std::clamp(share, 0.0, 1.0);
  return s * s * s * (10 + s * (-15 + 6 * s));
}

}  // namespace

SwingShape clearing_shape(std::span<const double> highest_m, double lift_off_m, double landing_m,
                          double duration_s, double clearance_m,
                          const GaitConfig::Swing& config) noexcept {
  const double top = std::max(lift_off_m, landing_m);
  SwingShape best;
  double best_cost = 1e9;
  for (const double higher : kHigher_m)
    for (const double apex_phase : kApexPhases) {
      SwingShape shape;
      shape.apex_lead_s = kApexLead_s;
      shape.apex_phase = apex_phase == kApexPhases[0] ? config.apex_phase : apex_phase;
      shape.apex_m = config.apex_m + higher;
      const double rise = top + shape.apex_m - lift_off_m, fall = top + shape.apex_m - landing_m;
      std::array<double, kSamples> z{};
      for (int i = 0; i < kSamples; ++i) {
        const double phase = (i + 0.5) / kSamples;
        if (phase < shape.apex_phase)
          z[static_cast<std::size_t>(i)] = lift_off_m + rise * way(phase / shape.apex_phase);
        else
          z[static_cast<std::size_t>(i)] =
              math::quintic_step(
                  {top + shape.apex_m, 0.0, 0.0}, {landing_m, -config.touchdown_speed_m_s, 0.0},
                  duration_s * (1 - shape.apex_phase), duration_s * (phase - shape.apex_phase))
                  .position;
      }
      const double up_s = shape.apex_phase, down_s = 1 - shape.apex_phase;
      const double lifting = rise / (up_s * up_s) + fall / (down_s * down_s);
      for (const double start : kStarts)
        for (const double arrive : kArrivals) {
          shape.start_phase = start;
          shape.arrive_phase = arrive;
          double low = 0.0;
          for (int i = 0; i < kSamples; ++i) {
            const double phase = (i + 0.5) / kSamples;
            const double share = way((phase - start) / (arrive - start));
            const double at = share * static_cast<double>(highest_m.size() - 1);
            const auto k = static_cast<std::size_t>(at);
            const double ground =
                std::max(highest_m[k], highest_m[std::min(k + 1, highest_m.size() - 1)]);
            const double inside = std::min(1.0, std::min(phase, 1 - phase) / kEnds);
            const double wanted = clearance_m * inside * inside - kAllowed_m * (1 - inside);
            if (share > kStillThere)
              low += std::max(0.0, ground + wanted - z[static_cast<std::size_t>(i)]) / kSamples;
          }
          const double going = 0.5 / ((arrive - start) * (arrive - start));
          const double cost = kTooLow_1_m * low + lifting + going;
          if (cost < best_cost) {
            best_cost = cost;
            best = shape;
          }
        }
    }
  return best;
}

}  // namespace longmen::planning
