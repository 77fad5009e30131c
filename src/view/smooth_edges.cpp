#include "view/smooth_edges.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace longmen::view {
namespace {

constexpr int kContrastMin = 14;         // of 255: below it an edge is not seen
constexpr int kContrastMinRelative = 9;  // and below 1/9 of the brightest neighbour
constexpr int kReach_px = 12;            // how far the ends of an edge are looked for

int brightness(const std::uint8_t* pixel) {
  return (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) >> 8;
}

/// How far the edge between a pixel and its neighbour `across` goes in the direction `along`, and
/// whether it ends towards the brighter side.
struct End {
  int distance_px = 0;
  bool found = false;
  bool brighter = false;
};

End find_end(const std::uint8_t* at, std::ptrdiff_t across, std::ptrdiff_t along, int room_px,
             int edge_brightness_2, int tolerance_2) {
  const int reach = std::min(kReach_px, room_px);
  for (int step = 1; step <= reach; ++step) {
    const int difference = at[step * along] + at[step * along + across] - edge_brightness_2;
    if (std::abs(difference) >= tolerance_2) return {step, true, difference > 0};
  }
  return {reach + 1, false, false};
}

}  // namespace

void EdgeSmoother::apply(Image& image) {
  const int width = image.width_px, height = image.height_px;
  if (width < 3 || height < 3) return;
  const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  brightness_.resize(count);
  source_ = image.rgb;
  for (std::size_t i = 0; i < count; ++i)
    brightness_[i] = static_cast<std::uint8_t>(brightness(&source_[3 * i]));

  for (int y = 1; y < height - 1; ++y) {
    const std::uint8_t* row = brightness_.data() + y * width;
    for (int x = 1; x < width - 1; ++x) {
      const std::uint8_t* at = row + x;
      const int middle = at[0], north = at[-width], south = at[width], west = at[-1], east = at[1];
      const int most = std::max({middle, north, south, west, east});
      const int least = std::min({middle, north, south, west, east});
      if (most - least < std::max(kContrastMin, most / kContrastMinRelative)) continue;

      const int north_west = at[-width - 1], north_east = at[-width + 1];
      const int south_west = at[width - 1], south_east = at[width + 1];
      const int lying = 2 * std::abs(north + south - 2 * middle) +
                        std::abs(north_west + south_west - 2 * west) +
                        std::abs(north_east + south_east - 2 * east);
      const int standing = 2 * std::abs(west + east - 2 * middle) +
                           std::abs(north_west + north_east - 2 * north) +
                           std::abs(south_west + south_east - 2 * south);
      const bool is_lying = lying >= standing;
      const int before = is_lying ? north : west, behind = is_lying ? south : east;
      const bool is_before = std::abs(before - middle) >= std::abs(behind - middle);
      const std::ptrdiff_t stride = is_lying ? width : 1;
      const std::ptrdiff_t across = is_before ? -stride : stride;
      const std::ptrdiff_t along = is_lying ? 1 : width;

      const int neighbour = is_before ? before : behind;
      const int edge_2 = middle + neighbour;
      const int tolerance_2 = std::max(1, std::abs(neighbour - middle) / 2);
      const int room_before = is_lying ? x : y;
      const int room_behind = is_lying ? width - 1 - x : height - 1 - y;
      const End one = find_end(at, across, -along, room_before, edge_2, tolerance_2);
      const End other = find_end(at, across, along, room_behind, edge_2, tolerance_2);
      const End& nearer = one.distance_px <= other.distance_px ? one : other;
      if (!nearer.found) continue;  // it lies along the grid: there is no stair
      // Where the nearer end turns to the pixel's own side, the line leaves the pixel whole.
      if (nearer.brighter == (middle > neighbour)) continue;
      const double length_px = one.distance_px + other.distance_px;
      const double share = 0.5 - nearer.distance_px / length_px;
      if (share <= 0.0) continue;
      const auto pixel = static_cast<std::ptrdiff_t>(y) * width + x;
      const std::uint8_t* own = source_.data() + 3 * pixel;
      const std::uint8_t* opposite = source_.data() + 3 * (pixel + across);
      std::uint8_t* result = image.at(x, y);
      for (int i = 0; i < 3; ++i)
        result[i] = static_cast<std::uint8_t>(std::lround(own[i] + share * (opposite[i] - own[i])));
    }
  }
}

}  // namespace longmen::view
