#include "view/renderer.h"

#include <fmt/format.h>
#include <mujoco/mujoco.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

#include "view/gl_context.h"
#include "view/smooth_edges.h"
#include "view/stage.h"

namespace longmen::view {
namespace {

constexpr int kSizeMin_px = 64;
constexpr int kSizeMax_px = 4096;
constexpr int kSpareShapes = 256;  // beyond the model's own
constexpr int kBackdropGroup = 1;
constexpr int kFineSamples = 2;          // a fine picture is drawn this many times larger each way
constexpr double kShadowSize_m = 0.035;  // what is smaller throws no shadow that one would see
constexpr float kShadowReach_m = 5.5F;   // shadows fall this far around what the camera looks at
constexpr float kSunDistance_m = 12.0F;  // the sun stands this far off, as its shadows see it
constexpr double kDegPerRad = 180.0 / M_PI;

int samples(Quality quality) { return quality == Quality::kFine ? kFineSamples : 1; }

void set_quality(mjModel& model, const RendererOptions& options) {
  const bool fine = options.quality == Quality::kFine;
  model.vis.global.offwidth = options.width_px * samples(options.quality);
  model.vis.global.offheight = options.height_px * samples(options.quality);
  auto& quality = model.vis.quality;
  // Software OpenGL draws four times the pixels in less time than it needs for multisampling, and
  // the shadows' edges become smooth too.
  quality.offsamples = 0;
  quality.shadowsize = fine ? 4096 : 1536;
  quality.numslices = fine ? 40 : 18;
  quality.numstacks = fine ? 20 : 5;
  // Light from afar falls evenly on a flat face: it need not be cut up.
  quality.numquads = 1;
  model.vis.map.shadowclip = kShadowReach_m / static_cast<float>(model.stat.extent);
}

void show_looks_alone(mjvOption& option) {
  mjv_defaultOption(&option);
  for (int group = 0; group < mjNGROUP; ++group) {
    option.geomgroup[group] = group < 3 ? 1 : 0;
    option.sitegroup[group] = 0;
  }
}

mjvCamera to_mujoco(const Camera& camera) {
  mjvCamera result;
  mjv_defaultCamera(&result);
  const Eigen::Vector3d sight = camera.target_W - camera.eye_W;
  result.distance = std::max(sight.norm(), 1e-3);
  result.azimuth = std::atan2(sight.y(), sight.x()) * kDegPerRad;
  result.elevation = std::atan2(sight.z(), sight.head<2>().norm()) * kDegPerRad;
  for (int i = 0; i < 3; ++i) result.lookat[i] = camera.target_W[i];
  return result;
}

/// What is backdrop or tiny casts no shadow, and the sun's shadows are kept sharp by gathering them
/// round the camera's target. It moves in steps, so that they do not shimmer as it follows.
void arrange_shadows(const mjModel& model, const Camera& camera, mjvScene& scene) {
  for (int i = 0; i < scene.ngeom; ++i) {
    mjvGeom& shape = scene.geoms[i];
    if (shape.objtype != mjOBJ_GEOM) continue;
    const bool is_small = model.geom_rbound[shape.objid] < kShadowSize_m;
    if (is_small || model.geom_group[shape.objid] == kBackdropGroup) shape.category = mjCAT_DECOR;
  }
  for (int i = 0; i < scene.nlight; ++i) {
    mjvLight& light = scene.lights[i];
    if (light.type != mjLIGHT_DIRECTIONAL) continue;
    for (int k = 0; k < 3; ++k)
      light.pos[k] =
          static_cast<float>(std::round(camera.target_W[k])) - kSunDistance_m * light.dir[k];
  }
}

/// Mean of each `by` x `by` pixels.
void shrink(const Image& large, int by, Image& small) {
  const int count = by * by;
  for (int y = 0; y < small.height_px; ++y)
    for (int x = 0; x < small.width_px; ++x)
      for (int channel = 0; channel < 3; ++channel) {
        int sum = count / 2;
        for (int j = 0; j < by; ++j)
          for (int i = 0; i < by; ++i) sum += large.at(x * by + i, y * by + j)[channel];
        small.at(x, y)[channel] = static_cast<std::uint8_t>(sum / count);
      }
}

void flip_rows(Image& image) {
  const std::size_t row = 3 * static_cast<std::size_t>(image.width_px);
  for (int top = 0, bottom = image.height_px - 1; top < bottom; ++top, --bottom)
    std::swap_ranges(image.at(0, top), image.at(0, top) + row, image.at(0, bottom));
}

}  // namespace

struct Renderer::Impl {
  Impl(Stage stage_in, GlContext gl_in) : stage(std::move(stage_in)), gl(std::move(gl_in)) {
    mjv_defaultScene(&scene);
    mjr_defaultContext(&context);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (const auto current = gl.make_current()) mjr_freeContext(&context);
    mjv_freeScene(&scene);
  }

  Stage stage;
  GlContext gl;
  RendererOptions options;
  Image large;  ///< where more pixels are drawn than are wanted
  EdgeSmoother smoother;
  mjvOption looks{};
  mjvScene scene{};
  mjrContext context{};
};

Result<Renderer> Renderer::create(const mjModel& model, const RendererOptions& options) {
  const auto [smallest, largest] = std::minmax(options.width_px, options.height_px);
  if (smallest < kSizeMin_px || largest > kSizeMax_px)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a picture of {} x {} pixels; valid: {} to {}", options.width_px,
                            options.height_px, kSizeMin_px, kSizeMax_px));
  auto stage = Stage::create(model);
  if (!stage) return tl::make_unexpected(stage.error());
  set_quality(stage->model(), options);
  auto gl = GlContext::create();
  if (!gl) return tl::make_unexpected(gl.error());

  auto impl = std::make_unique<Impl>(std::move(*stage), std::move(*gl));
  const auto current = impl->gl.make_current();
  if (!current) return tl::make_unexpected(current.error());
  impl->options = options;
  if (const int scale = samples(options.quality); scale > 1)
    impl->large = Image(scale * options.width_px, scale * options.height_px);
  show_looks_alone(impl->looks);
  mjModel& own = impl->stage.model();
  mjv_makeScene(&own, &impl->scene, static_cast<int>(own.ngeom) + kSpareShapes);
  {
    // MuJoCo looks up OpenGL's functions in variables that all contexts share.
    static std::mutex one_at_a_time;
    const std::lock_guard lock(one_at_a_time);
    mjr_makeContext(&own, &impl->context, mjFONTSCALE_100);
  }
  mjr_setBuffer(mjFB_OFFSCREEN, &impl->context);
  if (impl->context.currentBuffer != mjFB_OFFSCREEN)
    return fail(ErrorCode::kUnsupported, "this OpenGL has no off-screen buffers");
  impl->scene.flags[mjRND_SHADOW] = 1;
  impl->scene.flags[mjRND_REFLECTION] = options.quality == Quality::kFine ? 1 : 0;
  return Renderer(std::move(impl));
}

Result<void> Renderer::draw(const Pose& pose, const Camera& camera, Image& image) {
  const auto current = impl_->gl.make_current();
  if (!current) return tl::make_unexpected(current.error());
  if (auto done = impl_->stage.put(pose); !done) return done;
  mjModel& model = impl_->stage.model();
  model.vis.global.fovy = static_cast<float>(camera.field_of_view_deg);
  mjvCamera eye = to_mujoco(camera);
  mjv_updateScene(&model, &impl_->stage.data(), &impl_->looks, nullptr, &eye,
                  mjCAT_STATIC | mjCAT_DYNAMIC, &impl_->scene);

  arrange_shadows(model, camera, impl_->scene);

  const auto& [width, height, quality] = impl_->options;
  const int scale = samples(quality);
  if (image.width_px != width || image.height_px != height) image = Image(width, height);
  Image& drawn = scale == 1 ? image : impl_->large;
  const mjrRect whole{0, 0, scale * width, scale * height};
  mjr_render(whole, &impl_->scene, &impl_->context);
  mjr_readPixels(drawn.rgb.data(), nullptr, whole, &impl_->context);
  flip_rows(drawn);  // OpenGL's rows come from the bottom
  if (scale > 1)
    shrink(drawn, scale, image);
  else
    impl_->smoother.apply(image);
  return {};
}

Renderer::Renderer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Renderer::Renderer(Renderer&&) noexcept = default;
Renderer& Renderer::operator=(Renderer&&) noexcept = default;
Renderer::~Renderer() = default;

}  // namespace longmen::view
