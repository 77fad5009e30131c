#include "view/scene_document.h"

#include <mujoco/mujoco.h>

#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <span>

namespace longmen::view {
namespace {

using nlohmann::json;

constexpr int kVisibleGroupMax = 2;
constexpr int kNoShadowGroup = 1;
constexpr int kTextureMax_px = 64;  // larger ones are told by their mean colour
constexpr double kRounding = 1e4;

std::string base64(std::span<const std::uint8_t> bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve(4 * (bytes.size() + 2) / 3);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = (group << 8) | (i + k < bytes.size() ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k <= bytes.size() ? kDigits[(group >> (18 - 6 * k)) & 63] : '=';
  }
  return text;
}

template <typename T>
std::string base64_of(const T* values, std::size_t count) {
  return base64({reinterpret_cast<const std::uint8_t*>(values), count * sizeof(T)});
}

template <typename T>
json rounded(const T* values, int count) {
  json list = json::array();
  for (int i = 0; i < count; ++i)
    list.push_back(std::round(static_cast<double>(values[i]) * kRounding) / kRounding);
  return list;
}

const char* type_name(int type) {
  switch (type) {
    case mjGEOM_PLANE:
      return "plane";
    case mjGEOM_SPHERE:
      return "sphere";
    case mjGEOM_CAPSULE:
      return "capsule";
    case mjGEOM_ELLIPSOID:
      return "ellipsoid";
    case mjGEOM_CYLINDER:
      return "cylinder";
    case mjGEOM_BOX:
      return "box";
    case mjGEOM_MESH:
      return "mesh";
    default:
      return nullptr;
  }
}

/// Collects what geoms refer to, each once.
class SceneWriter {
 public:
  explicit SceneWriter(const mjModel& model) : model_(model) {}

  json write() {
    json bodies = json::array();
    for (int b = 0; b < model_.nbody; ++b) {
      const char* name = mj_id2name(&model_, mjOBJ_BODY, b);
      bodies.push_back(name != nullptr ? name : "");
    }
    json geoms = json::array();
    for (int g = 0; g < model_.ngeom; ++g)
      if (const json geom = write_geom(g); !geom.is_null()) geoms.push_back(geom);
    return {{"bodies", bodies},
            {"geoms", geoms},
            {"materials", materials_},
            {"meshes", meshes_},
            {"textures", textures_}};
  }

 private:
  json write_geom(int g) {
    const char* type = type_name(model_.geom_type[g]);
    if (type == nullptr || model_.geom_group[g] > kVisibleGroupMax) return {};
    const mjtNum* q = model_.geom_quat + 4 * g;  // wxyz
    const std::array<mjtNum, 4> xyzw = {q[1], q[2], q[3], q[0]};
    json geom = {{"body", model_.geom_bodyid[g]},
                 {"type", type},
                 {"size", rounded(model_.geom_size + 3 * g, 3)},
                 {"position_m", rounded(model_.geom_pos + 3 * g, 3)},
                 {"quaternion", rounded(xyzw.data(), 4)},
                 {"material", material_of(g)},
                 {"shadow", model_.geom_group[g] != kNoShadowGroup}};
    if (model_.geom_type[g] == mjGEOM_MESH) geom["mesh"] = mesh_of(model_.geom_dataid[g]);
    return geom;
  }

  std::size_t material_of(int g) {
    const int id = model_.geom_matid[g];
    const float* rgba = model_.geom_rgba + 4 * g;
    std::array<float, 4> color = {rgba[0], rgba[1], rgba[2], rgba[3]};
    const std::pair<int, std::array<float, 4>> key{id, color};
    if (const auto known = material_index_.find(key); known != material_index_.end())
      return known->second;
    json material = {{"shine", 0.3}, {"glow", 0.0}};
    if (id >= 0) {
      // A geom's own colour replaces its material's unless it is the default grey.
      const float* own = model_.mat_rgba + 4 * id;
      const bool is_default = color == std::array<float, 4>{0.5f, 0.5f, 0.5f, 1.0f};
      if (is_default) color = {own[0], own[1], own[2], own[3]};
      material["shine"] = model_.mat_shininess[id];
      material["glow"] = model_.mat_emission[id];
      paint(id, color, material);
    }
    material["color"] = rounded(color.data(), 4);
    materials_.push_back(material);
    material_index_[key] = materials_.size() - 1;
    return materials_.size() - 1;
  }

  void paint(int material_id, std::array<float, 4>& color, json& material) {
    const int texture = model_.mat_texid[mjNTEXROLE * material_id + mjTEXROLE_RGB];
    if (texture < 0 || model_.tex_nchannel[texture] != 3) return;
    const int width = model_.tex_width[texture];
    const int height = model_.tex_height[texture];
    const mjtByte* data = model_.tex_data + model_.tex_adr[texture];
    if (model_.tex_type[texture] == mjTEXTURE_2D && width <= kTextureMax_px &&
        height <= kTextureMax_px) {
      material["texture"] = texture_of(texture);
      material["repeat"] = rounded(model_.mat_texrepeat + 2 * material_id, 2);
      return;
    }
    std::array<double, 3> sum{};
    const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t c = 0; c < 3; ++c) sum[c] += data[3 * p + c];
    for (std::size_t c = 0; c < 3; ++c)
      color[c] *= static_cast<float>(sum[c] / (255.0 * static_cast<double>(pixels)));
  }

  std::size_t texture_of(int texture) {
    if (const auto known = texture_index_.find(texture); known != texture_index_.end())
      return known->second;
    const auto width = static_cast<std::size_t>(model_.tex_width[texture]);
    const auto height = static_cast<std::size_t>(model_.tex_height[texture]);
    textures_.push_back(
        {{"width", width},
         {"height", height},
         {"rgb", base64_of(model_.tex_data + model_.tex_adr[texture], 3 * width * height)}});
    return texture_index_[texture] = textures_.size() - 1;
  }

  std::size_t mesh_of(int mesh) {
    if (const auto known = mesh_index_.find(mesh); known != mesh_index_.end()) return known->second;
    const auto vertices = static_cast<std::size_t>(model_.mesh_vertnum[mesh]);
    const auto faces = static_cast<std::size_t>(model_.mesh_facenum[mesh]);
    meshes_.push_back(
        {{"vertices", base64_of(model_.mesh_vert + 3 * model_.mesh_vertadr[mesh], 3 * vertices)},
         {"faces", base64_of(model_.mesh_face + 3 * model_.mesh_faceadr[mesh], 3 * faces)}});
    return mesh_index_[mesh] = meshes_.size() - 1;
  }

  const mjModel& model_;
  json materials_ = json::array();
  json meshes_ = json::array();
  json textures_ = json::array();
  std::map<std::pair<int, std::array<float, 4>>, std::size_t> material_index_;
  std::map<int, std::size_t> mesh_index_;
  std::map<int, std::size_t> texture_index_;
};

}  // namespace

std::string scene_document(const mjModel& model) { return SceneWriter(model).write().dump(); }

}  // namespace longmen::view
