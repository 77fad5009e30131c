#include "world/height_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace longmen::world {
namespace {

constexpr int kSideMax = 4096;
constexpr std::size_t kCellsMax = 400'000;  // what fits into one event of a record
constexpr double kCellMin_m = 0.005;
constexpr double kCellMax_m = 1.0;
constexpr double kPlaceMax_m = 1e5;
constexpr float kHeightMax_m = 30.0f;
constexpr double kUnit_m = 0.001;  // of encoded heights
constexpr int kMedianReach = 2;    // cells to each side
constexpr int kMeanReach = 4;
constexpr float kSameLevel_m = 0.05f;

constexpr std::string_view kMagic = "LONGMEN HEIGHT MAP 1\n";
struct Header {
  double corner_x_m, corner_y_m, cell_m;
  std::int32_t columns, rows;
};
static_assert(std::endian::native == std::endian::little);

}  // namespace

Result<HeightMap> HeightMap::create(Grid grid) {
  if (!grid.corner_W_m.allFinite() || grid.corner_W_m.cwiseAbs().maxCoeff() > kPlaceMax_m)
    return fail(ErrorCode::kInvalidArgument, "the corner of a height map must be finite");
  if (!(grid.cell_m >= kCellMin_m && grid.cell_m <= kCellMax_m))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("cell_m is {}, must be {} to {}", grid.cell_m, kCellMin_m, kCellMax_m));
  if (grid.columns < 1 || grid.rows < 1 || grid.columns > kSideMax || grid.rows > kSideMax ||
      static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows) > kCellsMax)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a height map of {} by {} cells; valid: 1 to {} a side, {} in all",
                            grid.columns, grid.rows, kSideMax, kCellsMax));
  const auto count = static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows);
  if (grid.heights_m.size() != count)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} heights for {} cells", grid.heights_m.size(), count));
  for (std::size_t k = 0; k < count; ++k)
    if (!(std::abs(grid.heights_m[k]) <= kHeightMax_m))
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("the height of cell {} is {} m, must be a number within {} m", k,
                              grid.heights_m[k], kHeightMax_m));
  return HeightMap(std::move(grid));
}

std::string HeightMap::encode() const {
  const Header header{grid_.corner_W_m.x(), grid_.corner_W_m.y(), grid_.cell_m, grid_.columns,
                      grid_.rows};
  std::string bytes(kMagic);
  bytes.resize(kMagic.size() + sizeof header + 2 * grid_.heights_m.size());
  char* at = bytes.data() + kMagic.size();
  std::memcpy(at, &header, sizeof header);
  at += sizeof header;
  for (const float height : grid_.heights_m) {
    const auto units = static_cast<std::int16_t>(std::lround(height / kUnit_m));
    std::memcpy(at, &units, 2);
    at += 2;
  }
  return bytes;
}

Result<HeightMap> HeightMap::decode(std::string_view bytes) {
  const std::size_t head = kMagic.size() + sizeof(Header);
  if (bytes.size() < head || bytes.substr(0, kMagic.size()) != kMagic ||
      (bytes.size() - head) % 2 != 0 || bytes.size() - head > 2 * kCellsMax)
    return fail(ErrorCode::kParse, "not a height map");
  Header header{};
  std::memcpy(&header, bytes.data() + kMagic.size(), sizeof header);
  Grid grid;
  grid.corner_W_m = {header.corner_x_m, header.corner_y_m};
  grid.cell_m = header.cell_m;
  grid.columns = header.columns;
  grid.rows = header.rows;
  grid.heights_m.resize((bytes.size() - head) / 2);
  const char* at = bytes.data() + head;
  for (float& height : grid.heights_m) {
    std::int16_t units = 0;
    std::memcpy(&units, at, 2);
    at += 2;
    height = static_cast<float>(units * kUnit_m);
  }
  return create(std::move(grid));
}

double HeightMap::height_m(const Eigen::Vector2d& p_W) const noexcept {
  const Eigen::Vector2d cell = (p_W - grid_.corner_W_m) / grid_.cell_m;
  // Clamped before they become integers; what is not a number ends at the corner.
  const auto index = [](double at, int count) {
    return at > 0.0 ? static_cast<int>(std::min(at, static_cast<double>(count - 1))) : 0;
  };
  const int i = index(cell.x(), grid_.columns);
  const int j = index(cell.y(), grid_.rows);
  return static_cast<double>(grid_.heights_m[grid_.index(i, j)]);
}

HeightMap HeightMap::smoothed() const {
  HeightMap out = *this;
  std::array<float, (2 * kMedianReach + 1) * (2 * kMedianReach + 1)> window{};
  const auto at = [&](int i, int j) {
    const int row = std::clamp(j, 0, grid_.rows - 1), column = std::clamp(i, 0, grid_.columns - 1);
    return grid_.heights_m[grid_.index(column, row)];
  };
  for (int j = 0; j < grid_.rows; ++j) {
    for (int i = 0; i < grid_.columns; ++i) {
      std::size_t n = 0;
      for (int dj = -kMedianReach; dj <= kMedianReach; ++dj)
        for (int di = -kMedianReach; di <= kMedianReach; ++di) window[n++] = at(i + di, j + dj);
      const auto middle = window.begin() + window.size() / 2;
      std::nth_element(window.begin(), middle, window.end());
      float sum = 0.0f;
      int count = 0;
      for (int dj = -kMeanReach; dj <= kMeanReach; ++dj)
        for (int di = -kMeanReach; di <= kMeanReach; ++di) {
          const float height = at(i + di, j + dj);
          if (std::abs(height - *middle) > kSameLevel_m) continue;
          sum += height;
          ++count;
        }
      out.grid_.heights_m[grid_.index(i, j)] =
          count > 0 ? sum / static_cast<float>(count) : *middle;
    }
  }
  return out;
}

}  // namespace longmen::world
