#pragma once

#include <string>

struct mjModel_;

namespace longmen::view {

/// A scene for a page to draw, as JSON:
///   {"bodies": [name], "geoms": [{"body", "type", "size", "position_m", "quaternion" (xyzw),
///    "material", "mesh"?, "shadow"}], "materials": [{"color" (rgba, 0 to 1), "shine", "glow",
///    "texture"?, "repeat"?}], "meshes": [{"vertices" (base64 of float32), "faces" (base64 of
///    uint32)}], "textures": [{"width", "height", "rgb" (base64)}]}
/// Only what is there to be seen: geoms of groups 0 to 2 (worlds/README.md). Poses of bodies come
/// from elsewhere, in the same order.
[[nodiscard]] std::string scene_document(const mjModel_& model);

}  // namespace longmen::view
