#pragma once

#include <mujoco/mujoco.h>

namespace longmen::io {

/// Light, sky and materials of a terrain without a world, for pictures alone: nothing here has a
/// part in the physics.
void add_terrain_look(mjSpec& spec);

/// What the ground and the boxes on it look like.
void paint_ground(mjsGeom& plane);
/// @param index  of the box; neighbours differ a little in shade
void paint_box(mjsGeom& box, int index);

}  // namespace longmen::io
