#include "view/follow.h"

#include <mujoco/mujoco.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace longmen::view {
namespace {

constexpr double kRadPerDeg = std::numbers::pi / 180.0;
constexpr double kClearance_m = 0.3;  // between the camera and what it must not enter
constexpr double kDistanceMin_heights = 0.8;
constexpr double kEyeHeightMin_m = 0.25;
constexpr double kRise_deg = 22.0;  // added as the camera comes as near as it may
constexpr double kLookAheadMax_heights = 0.35;
constexpr double kLower_heights = 0.04;  // aimed below the middle: captions take the lower edge
constexpr double kRoomAhead_s = 0.8;     // a camera comes nearer this long before it must

constexpr double kBehind_deg = 170.0;  // bearing that shows an arm which the body would hide
constexpr double kGesture_heights = 0.12;
constexpr double kGestureSmoothing_s = 0.7;

/// The least value among neighbours within `reach_s`.
Track least_nearby(const Track& values, double reach_s, double period_s) {
  const auto reach = static_cast<std::ptrdiff_t>(std::lround(reach_s / period_s));
  Track result(values.size());
  for (auto i = values.begin(); i != values.end(); ++i) {
    const auto first = values.begin() + std::max<std::ptrdiff_t>(0, i - values.begin() - reach);
    const auto last = i + std::min<std::ptrdiff_t>(reach + 1, values.end() - i);
    result[static_cast<std::size_t>(i - values.begin())] = *std::min_element(first, last);
  }
  return result;
}

/// What a camera must stay out of: everything solid that stands still, but the ground.
class Surroundings {
 public:
  explicit Surroundings(const Stage& stage) : stage_(stage) {
    const mjModel& model = stage.model();
    for (int g = 0; g < model.ngeom; ++g) {
      const int body = model.geom_bodyid[g];
      const bool still = model.body_weldid[body] == 0 && model.body_mocapid[body] < 0;
      const bool primitive =
          model.geom_type[g] >= mjGEOM_SPHERE && model.geom_type[g] <= mjGEOM_BOX;
      if (still && primitive && model.geom_contype[g] != 0) geoms_.push_back(g);
    }
  }

  /// How far along a unit direction a camera can go, at most `distance_m`.
  [[nodiscard]] double free_distance_m(const Eigen::Vector3d& from_W,
                                       const Eigen::Vector3d& along_W, double distance_m) const {
    double free_m = distance_m;
    for (const int g : geoms_) {
      const mjData& data = stage_.data();
      const mjtNum hit = mju_rayGeom(data.geom_xpos + 3 * g, data.geom_xmat + 9 * g,
                                     stage_.model().geom_size + 3 * g, from_W.data(),
                                     along_W.data(), stage_.model().geom_type[g], nullptr);
      if (hit >= 0.0) free_m = std::min(free_m, hit - kClearance_m);
    }
    return std::max(free_m, 0.05 * distance_m);
  }

 private:
  const Stage& stage_;
  std::vector<int> geoms_;
};

/// Unit vector from the target to the camera.
Eigen::Vector3d direction(double bearing_rad, double elevation_rad) {
  return {std::cos(elevation_rad) * std::cos(bearing_rad),
          std::cos(elevation_rad) * std::sin(bearing_rad), std::sin(elevation_rad)};
}

std::vector<Eigen::Vector3d> targets(const Subject& subject, const CameraOptions& options,
                                     double period_s) {
  const Track x = smooth(subject.x, options.position_smoothing_s, period_s);
  const Track y = smooth(subject.y, options.position_smoothing_s, period_s);
  const Track z = smooth(subject.z, 2.0 * options.position_smoothing_s, period_s);
  const auto last = x.size() - 1;
  const auto ahead = [&](const Track& track, std::size_t i) {
    if (last == 0) return 0.0;
    const std::size_t from = i == 0 ? 0 : i - 1, to = std::min(i + 1, last);
    const double speed = (track[to] - track[from]) / (static_cast<double>(to - from) * period_s);
    return speed * options.look_ahead_s;
  };
  Track ahead_x, ahead_y;
  for (std::size_t i = 0; i <= last; ++i) {
    Eigen::Vector2d lead(ahead(x, i), ahead(y, i));
    const double limit = kLookAheadMax_heights * subject.height_m;
    if (lead.norm() > limit) lead *= limit / lead.norm();
    ahead_x.push_back(lead.x());
    ahead_y.push_back(lead.y());
  }
  ahead_x = smooth(ahead_x, options.heading_smoothing_s, period_s);
  ahead_y = smooth(ahead_y, options.heading_smoothing_s, period_s);
  std::vector<Eigen::Vector3d> result;
  for (std::size_t i = 0; i <= last; ++i)
    result.emplace_back(x[i] + ahead_x[i], y[i] + ahead_y[i],
                        z[i] - kLower_heights * subject.height_m);
  return result;
}

/// How far an arm is stretched out, 0 as at first to 1.
Track gesture(const Track& reach_m, double height_m, double period_s) {
  Track result;
  for (const double reach : reach_m)
    result.push_back(
        std::clamp((reach - reach_m.front()) / (kGesture_heights * height_m), 0.0, 1.0));
  return smooth(result, kGestureSmoothing_s, period_s);
}

/// Distances that the room allows on one side, smoothed so that the camera glides.
struct Side {
  std::vector<Eigen::Vector3d> towards_camera;
  Track distance_m;
  double room_m = 0.0;  ///< mean distance
};

Side see_from(const Surroundings& surroundings, const std::vector<Eigen::Vector3d>& targets_W,
              const Track& bearing_rad, double distance_m, double height_m,
              const CameraOptions& options, double period_s) {
  const auto glide = [&](const Track& allowed) {
    return smooth(least_nearby(allowed, kRoomAhead_s, period_s), 0.5 * kRoomAhead_s, period_s);
  };
  Side side;
  Track allowed;
  const double elevation_rad = options.elevation_deg * kRadPerDeg;
  for (std::size_t i = 0; i < bearing_rad.size(); ++i)
    allowed.push_back(surroundings.free_distance_m(
        targets_W[i], direction(bearing_rad[i], elevation_rad), distance_m));
  allowed = glide(allowed);
  // The nearer, the higher: close up it must look down on the robot to show it whole.
  for (std::size_t i = 0; i < bearing_rad.size(); ++i) {
    const double nearness =
        (distance_m - allowed[i]) / std::max(distance_m - kDistanceMin_heights * height_m, 1e-6);
    const double rise_rad = kRise_deg * kRadPerDeg * std::clamp(nearness, 0.0, 1.0);
    side.towards_camera.push_back(direction(bearing_rad[i], elevation_rad + rise_rad));
    const double free_m =
        surroundings.free_distance_m(targets_W[i], side.towards_camera[i], distance_m);
    side.distance_m.push_back(std::min(allowed[i], free_m));
    side.room_m += side.distance_m[i] / static_cast<double>(bearing_rad.size());
  }
  return side;
}

}  // namespace

std::vector<Camera> follow(const Stage& stage, const Subject& subject,
                           const CameraOptions& options) {
  if (subject.x.empty()) return {};
  const double period_s = subject.period_s;
  const auto targets_W = targets(subject, options, period_s);
  const Track heading = smooth(subject.yaw, options.heading_smoothing_s, period_s);

  const Surroundings surroundings(stage);
  const double distance_m = options.distance_heights * subject.height_m;
  const auto side_at = [&](double sign) {
    const Track& hidden_reach = sign > 0.0 ? subject.right_reach : subject.left_reach;
    const Track behind = gesture(hidden_reach, subject.height_m, period_s);
    Track bearing_rad;
    for (std::size_t i = 0; i < heading.size(); ++i) {
      const double side_deg =
          std::lerp(options.bearing_deg, std::max(options.bearing_deg, kBehind_deg), behind[i]);
      bearing_rad.push_back(heading[i] + sign * side_deg * kRadPerDeg);
    }
    return see_from(surroundings, targets_W, bearing_rad, distance_m, subject.height_m, options,
                    period_s);
  };
  const Side left = side_at(1.0), right = side_at(-1.0);
  const Side& side = left.room_m > right.room_m ? left : right;

  std::vector<Camera> cameras(targets_W.size());
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    cameras[i].target_W = targets_W[i];
    cameras[i].eye_W = targets_W[i] + side.distance_m[i] * side.towards_camera[i];
    cameras[i].eye_W.z() = std::max(cameras[i].eye_W.z(), kEyeHeightMin_m);
  }
  return cameras;
}

}  // namespace longmen::view
