#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <variant>
#include <vector>

namespace longmen::io {

/// Grounds that a robot can be tried on. The robot starts at the origin, facing +x, on level ground
/// at z = 0, which reaches at least to `at_x_m`.
namespace terrain {
struct Flat {};
/// Square tiles of random height, uniform in [-height_max_m, height_max_m].
struct RandomBoxes {
  double height_max_m = 0.0;
  double size_m = 0.4;
  std::uint64_t seed = 1;
  double at_x_m = 1.0;
};
/// One step up (or down, height_m < 0), level behind it.
struct Step {
  double height_m = 0.0;
  double at_x_m = 1.0;
};
/// A flight of `count` steps up (or down, rise_m < 0), level behind it; or, with a landing, level
/// for landing_m and then as many steps back to height 0.
struct Stairs {
  double rise_m = 0.0;
  double run_m = 0.0;
  int count = 1;
  double landing_m = 0.0;  ///< 0: the level goes on
  double at_x_m = 1.0;
};
/// A plane that rises (pitch_rad > 0) or falls ahead.
struct Slope {
  double pitch_rad = 0.0;
  double at_x_m = 1.0;
};
}  // namespace terrain

using Terrain = std::variant<terrain::Flat, terrain::RandomBoxes, terrain::Step, terrain::Stairs,
                             terrain::Slope>;

/// A box fixed to the world; rotated by `pitch_rad` about +y (positive: its front goes down).
struct GroundBox {
  Eigen::Vector3d centre_W = Eigen::Vector3d::Zero();
  Eigen::Vector3d half_size_m = Eigen::Vector3d::Zero();
  double pitch_rad = 0.0;
};

/// A terrain as an infinite plane and boxes on it.
struct Ground {
  double plane_z_m = 0.0;
  std::vector<GroundBox> boxes;
};

[[nodiscard]] Ground build_ground(const Terrain& terrain);

/// Height of the ground at a point of the XY plane. Real-time safe.
[[nodiscard]] double height_m(const Ground& ground, double x_m, double y_m) noexcept;

}  // namespace longmen::io
