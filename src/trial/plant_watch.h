#pragma once

#include <limits>
#include <optional>

#include "io/sim/sim_plant.h"
#include "trial/episode_result.h"
#include "trial/metrics.h"
#include "trial/rising.h"
#include "trial/scenario.h"

namespace longmen::trial {

/// Watches the simulated robot of a scenario by its truth: the body's metrics, and the smallest
/// margins until a fall.
class PlantWatch {
 public:
  /// `plant` must outlive this.
  PlantWatch(const Scenario& scenario, const io::SimPlant& plant);

  /// Once each control period, after the plant has moved.
  void step();
  /// From now on this is what the body is asked for, in the place of the scenario's commands.
  void command(const CommandRow& row) { metrics_.command(row); }

  [[nodiscard]] bool fell() const { return metrics_.fell(); }
  /// At its end, or 1 s after a fall; where it gets up, when it has stood for 2 s.
  [[nodiscard]] bool is_over() const;
  /// All that the plant knows of the run.
  void fill(EpisodeResult& result) const;

 private:
  const io::SimPlant& plant_;
  std::uint64_t seed_;
  Tick ticks_max_;
  Metrics metrics_;
  std::optional<Rising> rising_;  ///< of scenarios in which it gets up
  std::int64_t links_touched_ = 0;
  bool links_touched_before_ = false;
  double range_margin_min_rad_ = std::numeric_limits<double>::max();
  double speed_share_max_ = 0.0;
};

}  // namespace longmen::trial
