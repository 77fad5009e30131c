#include "trial/ground_map.h"

#include "core/random.h"

namespace longmen::trial {
namespace {

constexpr std::uint64_t kStreamMap = 103;
constexpr double kCell_m = 0.02;
// What the map shows: the way ahead of the start, and a little behind and beside it.
constexpr double kBehind_m = 1.0;
constexpr double kAhead_m = 15.0;
constexpr double kBeside_m = 1.5;

}  // namespace

Result<world::HeightMap> ground_map(const io::Terrain& terrain, double error_m,
                                    std::uint64_t seed) {
  Random random = Random::stream(seed, kStreamMap);
  const auto error = [&] { return random.uniform(-error_m, error_m); };
  const Eigen::Vector3d shift_m(error(), error(), error());
  const io::Ground ground = io::build_ground(terrain);
  world::HeightMap::Grid grid;
  grid.corner_W_m = {-kBehind_m, -kBeside_m};
  grid.cell_m = kCell_m;
  grid.columns = static_cast<int>((kBehind_m + kAhead_m) / kCell_m);
  grid.rows = static_cast<int>(2.0 * kBeside_m / kCell_m);
  grid.heights_m.reserve(static_cast<std::size_t>(grid.columns) *
                         static_cast<std::size_t>(grid.rows));
  for (int j = 0; j < grid.rows; ++j)
    for (int i = 0; i < grid.columns; ++i) {
      const Eigen::Vector2d p_W =
          grid.corner_W_m + kCell_m * Eigen::Vector2d(i + 0.5, j + 0.5) - shift_m.head<2>();
      grid.heights_m.push_back(
          static_cast<float>(io::height_m(ground, p_W.x(), p_W.y()) + shift_m.z() + error()));
    }
  return world::HeightMap::create(std::move(grid));
}

}  // namespace longmen::trial
