#pragma once

#include <Eigen/Core>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace longmen::world {

/// Heights of the ground on a square grid along the axes of W, as a survey or a camera gives them:
/// noisy, and as a whole a little off. Beyond its edges the ground is taken to go on level.
class HeightMap {
 public:
  /// Cell (i, j) covers [i, i + 1) x [j, j + 1) cells from the corner along X and Y; its height is
  /// heights_m[index(i, j)].
  struct Grid {
    Eigen::Vector2d corner_W_m = Eigen::Vector2d::Zero();
    double cell_m = 0.02;
    int columns = 0;  ///< along X
    int rows = 0;     ///< along Y
    std::vector<float> heights_m;

    /// Of a cell in heights_m.
    [[nodiscard]] std::size_t index(int column, int row) const noexcept {
      return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
             static_cast<std::size_t>(column);
    }
  };

  /// Errors: kInvalidArgument for a cell size or count out of bounds, for a number of heights that
  /// is not that of the cells, and for a height that is not finite or beyond 30 m.
  static Result<HeightMap> create(Grid grid);

  /// As bytes, with heights to the millimetre, and back. Errors of decode(): kParse, and those of
  /// create().
  [[nodiscard]] std::string encode() const;
  static Result<HeightMap> decode(std::string_view bytes);

  /// Of the cell at the point. Real-time safe.
  [[nodiscard]] double height_m(const Eigen::Vector2d& p_W) const noexcept;

  /// Each height replaced by the median of the square of five by five cells around it: single wrong
  /// heights go, straight edges stay.
  [[nodiscard]] HeightMap smoothed() const;

  [[nodiscard]] const Grid& grid() const noexcept { return grid_; }

 private:
  explicit HeightMap(Grid grid) : grid_(std::move(grid)) {}
  Grid grid_;
};

}  // namespace longmen::world
