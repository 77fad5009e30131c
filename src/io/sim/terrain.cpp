#include "io/sim/terrain.h"

#include <cmath>
#include <numbers>

#include "core/random.h"

namespace longmen::io {
namespace {

constexpr double kHalfWidth_m = 3.0;  // of tiles: room for lateral drift
constexpr double kTilesLength_m = 20.0;
constexpr double kBehind_m = 6.0;     // level ground behind the start
constexpr double kFar_m = 60.0;       // "for ever" for steps, stairs and slopes
constexpr double kThickness_m = 1.0;  // of boxes: no foot goes through
constexpr double kSeam_m = 1e-9;      // where boxes meet there is no gap

/// A box with its top at `top_z_m`, from x0 to x1 and y0 to y1.
GroundBox slab(double x0, double x1, double y0, double y1, double top_z_m,
               double thickness_m = kThickness_m) {
  return {{0.5 * (x0 + x1), 0.5 * (y0 + y1), top_z_m - 0.5 * thickness_m},
          {0.5 * (x1 - x0), 0.5 * (y1 - y0), 0.5 * thickness_m},
          0.0};
}

GroundBox start_platform(double at_x_m) { return slab(-kBehind_m, at_x_m, -kFar_m, kFar_m, 0.0); }

Ground build(const terrain::Flat&) { return {}; }

Ground build(const terrain::RandomBoxes& t) {
  Ground ground{.plane_z_m = -t.height_max_m, .boxes = {}};
  ground.boxes.push_back(start_platform(t.at_x_m));
  Random random = Random::stream(t.seed, 0);
  const int rows = static_cast<int>(std::ceil(kTilesLength_m / t.size_m));
  const int columns_a_side = static_cast<int>(std::ceil(kHalfWidth_m / t.size_m));
  for (int row = 0; row < rows; ++row) {
    for (int column = -columns_a_side; column < columns_a_side; ++column) {
      const double x = t.at_x_m + row * t.size_m;
      const double y = column * t.size_m;
      ground.boxes.push_back(
          slab(x, x + t.size_m, y, y + t.size_m, random.uniform(-t.height_max_m, t.height_max_m)));
    }
  }
  return ground;
}

Ground build(const terrain::Step& t) {
  if (t.height_m >= 0.0)
    return {.plane_z_m = 0.0,
            .boxes = {slab(t.at_x_m, t.at_x_m + kFar_m, -kFar_m, kFar_m, t.height_m)}};
  return {.plane_z_m = t.height_m, .boxes = {start_platform(t.at_x_m)}};
}

Ground build(const terrain::Stairs& t) {
  const double last_z_m = t.rise_m * t.count;
  Ground ground{.plane_z_m = std::min(0.0, last_z_m), .boxes = {}};
  if (t.rise_m < 0.0) ground.boxes.push_back(start_platform(t.at_x_m));
  const double thickness_m = std::max(kThickness_m, std::abs(last_z_m) + 0.1);
  const double top_x_m = t.at_x_m + (t.count - 1) * t.run_m;
  const double back_x_m = t.landing_m > 0.0 ? top_x_m + t.landing_m : top_x_m + kFar_m;
  for (int i = 1; i <= t.count; ++i) {
    const double x0 = t.at_x_m + (i - 1) * t.run_m;
    const double x1 = i == t.count ? back_x_m : x0 + t.run_m;
    ground.boxes.push_back(slab(x0, x1, -kFar_m, kFar_m, t.rise_m * i, thickness_m));
  }
  if (t.landing_m <= 0.0) return ground;
  for (int i = 1; i <= t.count; ++i) {
    const double x0 = back_x_m + (i - 1) * t.run_m;
    const double x1 = i == t.count ? x0 + kFar_m : x0 + t.run_m;
    ground.boxes.push_back(slab(x0, x1, -kFar_m, kFar_m, t.rise_m * (t.count - i), thickness_m));
  }
  return ground;
}

Ground build(const terrain::Slope& t) {
  const double length_m = kFar_m;
  const double s = std::sin(t.pitch_rad);
  const double c = std::cos(t.pitch_rad);
  // The middle of the box: half its length along the slope from the edge at (at_x, 0), half its
  // thickness below the surface.
  const Eigen::Vector3d along(c, 0.0, s);
  const Eigen::Vector3d up(-s, 0.0, c);
  const Eigen::Vector3d edge(t.at_x_m, 0.0, 0.0);
  Ground ground{.plane_z_m = std::min(0.0, length_m * s) - (t.pitch_rad < 0.0 ? 1.0 : 0.0),
                .boxes = {}};
  if (t.pitch_rad < 0.0) ground.boxes.push_back(start_platform(t.at_x_m));
  ground.boxes.push_back({edge + 0.5 * length_m * along - 0.5 * kThickness_m * up,
                          {0.5 * length_m, kFar_m, 0.5 * kThickness_m},
                          -t.pitch_rad});
  return ground;
}

}  // namespace

Ground build_ground(const Terrain& terrain) {
  return std::visit([](const auto& t) { return build(t); }, terrain);
}

double height_m(const Ground& ground, double x_m, double y_m) noexcept {
  double top = ground.plane_z_m;
  for (const GroundBox& box : ground.boxes) {
    if (std::abs(y_m - box.centre_W.y()) > box.half_size_m.y() + kSeam_m) continue;
    if (box.pitch_rad == 0.0) {
      if (std::abs(x_m - box.centre_W.x()) <= box.half_size_m.x() + kSeam_m)
        top = std::max(top, box.centre_W.z() + box.half_size_m.z());
      continue;
    }
    const double s = std::sin(box.pitch_rad);
    const double c = std::cos(box.pitch_rad);
    const double along = (x_m - box.centre_W.x() - box.half_size_m.z() * s) / c;
    if (std::abs(along) > box.half_size_m.x() + kSeam_m) continue;
    top = std::max(top, box.centre_W.z() + box.half_size_m.z() * c - along * s);
  }
  return top;
}

}  // namespace longmen::io
