#pragma once

#include <Eigen/Core>
#include <array>

#include "planning/footing.h"

namespace longmen::planning {

/// The next steps on a known ground, along the heading.
class StepPreview {
 public:
  static constexpr int kSteps = 4;

  /// What the gait asks for. Offsets along the heading are from the stance sole's origin.
  struct Wish {
    int stance = kLeft;
    Eigen::Vector2d p_WS = Eigen::Vector2d::Zero();  ///< origin of the stance sole
    double heading_rad = 0.0;
    double width_m = 0.0;          ///< of the first step, to the left positive
    double first_m = 0.0;          ///< where it would land on level ground ...
    double stride_m = 0.0;         ///< ... and how much farther each of the next
    double stance_height_m = 0.0;  ///< on the map
  };
  struct Landing {
    double at_m = 0.0;
    double min_m = 0.0;  ///< the safe stretch about it
    double max_m = 0.0;
    double height_m = 0.0;
    bool is_free = true;  ///< no edge moved it
  };

  /// Looks at both lanes of the feet and chooses. Real-time safe.
  void look(const FootingMap& ground, const GaitConfig::Terrain& config, const Wish& wish) noexcept;
  [[nodiscard]] const std::array<Landing, kSteps>& landings() const { return landings_; }
  /// The largest step up or down among those ahead that is no slope, and the largest down.
  [[nodiscard]] double rise_m() const { return rise_m_; }
  [[nodiscard]] double drop_m() const { return drop_m_; }

 private:
  static constexpr double kCell_m = 0.02;
  static constexpr int kBehind = 40, kCells = 100;
  struct Cell {
    bool is_safe = false;
    double height_m = 0.0;
    double slope = 0.0;
  };
  using Lane = std::array<Cell, kCells>;
  [[nodiscard]] static double offset_m(int cell) { return (cell - kBehind) * kCell_m; }
  static Landing nearest(const Lane& lane, const GaitConfig::Terrain& config, double wished_m,
                         const Landing& from) noexcept;
  [[nodiscard]] static const Cell& cell(const Lane& lane, double at_m);

  std::array<Lane, kFeet> lanes_{};
  std::array<Landing, kSteps> landings_{};
  double rise_m_ = 0.0;
  double drop_m_ = 0.0;
};

}  // namespace longmen::planning
