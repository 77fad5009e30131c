#pragma once

#include <memory>

#include "core/result.h"
#include "view/camera.h"
#include "view/frame.h"
#include "view/image.h"

struct mjModel_;

namespace longmen::view {

enum class Quality {
  kFast,  ///< for video: shadows, no reflections
  kFine,  ///< for single pictures: smooth edges, finer shadows, reflections
};

struct RendererOptions {
  int width_px = 960;
  int height_px = 540;
  Quality quality = Quality::kFast;
};

/// Draws a scene off-screen. Shapes of group 1 (backdrop: no shadow) and 2 are drawn, those of
/// group 3 and above (what collides) are not. Keeps its own copy of the model: nothing here can
/// touch a run. One instance belongs to one thread at a time; several can draw side by side.
class Renderer {
 public:
  /// Errors: kInvalidArgument for sizes outside 64 to 4096; kUnsupported without OpenGL.
  static Result<Renderer> create(const mjModel_& model, const RendererOptions& options);

  /// Draws the scene at `pose` into `image`, which takes the renderer's size.
  /// Error: kInvalidArgument for a pose of another model.
  Result<void> draw(const Pose& pose, const Camera& camera, Image& image);

  Renderer(Renderer&&) noexcept;
  Renderer& operator=(Renderer&&) noexcept;
  ~Renderer();

 private:
  struct Impl;
  explicit Renderer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longmen::view
