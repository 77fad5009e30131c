#include "io/sim/terrain_look.h"

#include <algorithm>
#include <array>

namespace longmen::io {
namespace {

constexpr const char* kTiles = "terrain/tiles";
constexpr int kBackdropGroup = 1;  // drawn, casts no shadow (worlds/README.md)

template <typename T, std::size_t n>
void set(T (&destination)[n], const std::array<double, n>& values) {
  for (std::size_t i = 0; i < n; ++i) destination[i] = static_cast<T>(values[i]);
}

void add_sky(mjSpec& spec) {
  mjsTexture& sky = *mjs_addTexture(&spec, nullptr);
  mjs_setName(sky.element, "terrain/sky");
  sky.type = mjTEXTURE_SKYBOX;
  sky.builtin = mjBUILTIN_GRADIENT;
  set(sky.rgb1, {0.40, 0.58, 0.78});
  set(sky.rgb2, {0.90, 0.93, 0.95});
  sky.width = 256;
  sky.height = 6 * 256;
}

/// Square tiles of one metre, so that distance can be read off the ground.
void add_tiles(mjSpec& spec) {
  mjsTexture& texture = *mjs_addTexture(&spec, nullptr);
  mjs_setName(texture.element, kTiles);
  texture.type = mjTEXTURE_2D;
  texture.builtin = mjBUILTIN_CHECKER;
  texture.mark = mjMARK_EDGE;
  set(texture.rgb1, {0.50, 0.53, 0.56});
  set(texture.rgb2, {0.54, 0.57, 0.60});
  set(texture.markrgb, {0.64, 0.67, 0.70});
  texture.width = texture.height = 256;

  mjsMaterial& material = *mjs_addMaterial(&spec, nullptr);
  mjs_setName(material.element, kTiles);
  mjs_setInStringVec(material.textures, mjTEXROLE_RGB, kTiles);
  material.texuniform = true;
  set(material.texrepeat, {0.5, 0.5});  // the texture holds two by two
  material.specular = 0.2f;
  material.reflectance = 0.08f;
}

void add_light(mjSpec& spec, const std::array<double, 3>& direction,
               const std::array<double, 3>& colour, bool casts_shadow) {
  mjsLight& light = *mjs_addLight(mjs_findBody(&spec, "world"), nullptr);
  light.type = mjLIGHT_DIRECTIONAL;
  light.pos[2] = 10.0;
  set(light.dir, direction);
  set(light.diffuse, colour);
  set(light.specular, {0.2, 0.2, 0.2});
  light.castshadow = casts_shadow;
}

}  // namespace

void add_terrain_look(mjSpec& spec) {
  add_sky(spec);
  add_tiles(spec);
  set(spec.visual.headlight.ambient, {0.44, 0.45, 0.47});
  set(spec.visual.headlight.diffuse, {0.06, 0.06, 0.06});
  set(spec.visual.headlight.specular, {0.0, 0.0, 0.0});
  set(spec.visual.rgba.haze, {0.84, 0.88, 0.92, 1.0});
  spec.visual.map.znear = 0.02f;
  spec.visual.map.zfar = 30.0f;
  spec.stat.extent = 4.0;
  add_light(spec, {0.42, 0.34, -0.84}, {0.66, 0.61, 0.52}, true);
  add_light(spec, {-0.6, -0.3, -0.5}, {0.22, 0.24, 0.28}, false);
}

void paint_ground(mjsGeom& plane) {
  mjs_setString(plane.material, kTiles);
  plane.group = kBackdropGroup;
}

void paint_box(mjsGeom& box, int index) {
  const double shade = 0.05 * (index % 4);
  set(box.rgba, {0.58 + shade, 0.54 + shade, 0.47 + shade, 1.0});
}

}  // namespace longmen::io
