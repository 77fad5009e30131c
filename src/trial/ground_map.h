#pragma once

#include <cstdint>

#include "core/result.h"
#include "io/sim/terrain.h"
#include "world/height_map.h"

namespace longmen::trial {

/// What the robot is told of a terrain: its heights in cells of 2 cm, the whole of it displaced
/// along X, Y and Z by up to `error_m` each, and each height off by up to `error_m` besides, all
/// uniform and drawn by the seed.
[[nodiscard]] Result<world::HeightMap> ground_map(const io::Terrain& terrain, double error_m,
                                                  std::uint64_t seed);

}  // namespace longmen::trial
