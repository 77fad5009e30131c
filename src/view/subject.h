#pragma once

#include <span>
#include <vector>

#include "core/result.h"
#include "view/frame.h"
#include "view/stage.h"

namespace longmen::view {

/// One number for every frame of a run.
using Track = std::vector<double>;

/// Weighted mean over neighbours in time, exp(-dt^2 / 2 sigma^2); at both ends over what there is.
[[nodiscard]] Track smooth(const Track& values, double sigma_s, double period_s);

/// Whom a film is about: where it is, frame by frame.
struct Subject {
  Track x, y, z;                  ///< its centre of mass in W, in metres
  Track yaw;                      ///< of its root, in radians, without jumps
  Track left_reach, right_reach;  ///< how far from the centre of mass, and above it, an arm goes
  double height_m = 0.0;          ///< at the first frame
  double period_s = 1.0;          ///< mean time between frames

  /// Mean speed over the second around a frame: the way from half a second before to half a second
  /// after, so that the sway of a walk is no speed.
  [[nodiscard]] double speed_m_s(std::size_t frame) const;
};

/// Follows the tree that `body` belongs to through the poses; an empty name: the first body that
/// moves freely. Errors: kUnknownName; kInvalidArgument for poses of another scene.
Result<Subject> observe(Stage& stage, const std::string& body, std::span<const Frame> frames);

}  // namespace longmen::view
