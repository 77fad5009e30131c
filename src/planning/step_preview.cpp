#include "planning/step_preview.h"

#include <algorithm>
#include <cmath>

#include "math/rotation.h"

namespace longmen::planning {
namespace {

using Eigen::Vector2d;

constexpr double kReach_m = 0.62;      // from foot to foot
constexpr double kRiseNoise_m = 0.04;  // less is no step
constexpr double kFar_m = 10.0;
constexpr int kRiseSteps = 3;  // so many ahead count

}  // namespace

const StepPreview::Cell& StepPreview::cell(const Lane& lane, double at_m) {
  const int k = static_cast<int>(std::lround(at_m / kCell_m)) + kBehind;
  return lane[static_cast<std::size_t>(std::clamp(k, 0, kCells - 1))];
}

StepPreview::Landing StepPreview::nearest(const Lane& lane, const GaitConfig::Terrain& config,
                                          double wished_m, const Landing& from) noexcept {
  Landing best;
  double best_off = 1e9;
  for (int k = 0; k < kCells; ++k) {
    if (!lane[static_cast<std::size_t>(k)].is_safe) continue;
    // A stretch of safe places, cut where its height leaves the foot's reach.
    const auto usable = [&](int i) {
      const Cell& c = lane[static_cast<std::size_t>(i)];
      const double rise_m = c.height_m - from.height_m;
      return c.is_safe && rise_m < config.rise_max_m && -rise_m < config.drop_max_m;
    };
    if (!usable(k)) continue;
    int end = k;
    while (end + 1 < kCells && usable(end + 1)) ++end;
    Landing here;
    here.min_m = offset_m(k);
    here.max_m = offset_m(end);
    // Where the lane ends the ground does not.
    const double middle = 0.5 * (here.min_m + here.max_m);
    here.min_m = k > 0 ? std::min(here.min_m + config.margin_m, middle) : -kFar_m;
    here.max_m = end < kCells - 1 ? std::max(here.max_m - config.margin_m, middle) : kFar_m;
    here.at_m = std::clamp(wished_m, here.min_m, here.max_m);
    here.is_free = here.at_m == wished_m;
    const double off = std::abs(here.at_m - wished_m);
    if (off < best_off && std::abs(here.at_m - from.at_m) < kReach_m) {
      best = here;
      best_off = off;
    }
    k = end;
  }
  if (best_off > 1e8) {  // nowhere: beside the other foot, as if nothing were known
    best = from;
    best.is_free = false;
  } else {
    best.height_m = cell(lane, best.at_m).height_m;
  }
  return best;
}

void StepPreview::look(const FootingMap& ground, const GaitConfig::Terrain& config,
                       const Wish& wish) noexcept {
  const Eigen::Matrix2d R_WH = math::rotation_2d(wish.heading_rad);
  const int swinging = wish.stance == kLeft ? kRight : kLeft;
  for (const int side : {kLeft, kRight}) {
    const double y = side == swinging ? wish.width_m : 0.0;
    for (int k = 0; k < kCells; ++k) {
      const Footing footing =
          ground.at(side, wish.p_WS + R_WH * Vector2d(offset_m(k), y), wish.heading_rad);
      lanes_[static_cast<std::size_t>(side)][static_cast<std::size_t>(k)] = {
          footing.is_safe, footing.height_m, footing.slope.dot(R_WH.col(0))};
    }
  }
  const auto lane_of = [&](int step) -> const Lane& {
    return lanes_[static_cast<std::size_t>(step % 2 == 0 ? swinging : wish.stance)];
  };
  Landing start;
  start.height_m = wish.stance_height_m;
  std::array<double, kSteps> wished_m{};
  for (int i = 0; i < kSteps; ++i)
    wished_m[static_cast<std::size_t>(i)] = wish.first_m + i * wish.stride_m;
  const auto choose = [&] {
    Landing from = start;
    for (int i = 0; i < kSteps; ++i)
      landings_[static_cast<std::size_t>(i)] = from =
          nearest(lane_of(i), config, wished_m[static_cast<std::size_t>(i)], from);
  };
  choose();
  // The steps before the first one that an edge moves share its way among them.
  std::size_t moved = 0;
  while (moved < kSteps && landings_[moved].is_free) ++moved;
  if (moved > 0 && moved < kSteps) {
    const double to_m = landings_[moved].at_m;
    for (std::size_t i = 0; i < moved; ++i)
      wished_m[i] = to_m * static_cast<double>(i + 1) / static_cast<double>(moved + 1);
    choose();
    for (std::size_t i = 0; i < moved; ++i) landings_[i].is_free = false;
  }

  rise_m_ = drop_m_ = 0.0;
  double height = wish.stance_height_m, at = 0.0;
  double slope = cell(lanes_[static_cast<std::size_t>(wish.stance)], 0.0).slope;
  for (int i = 0; i < kSteps; ++i) {
    const Landing& landing = landings_[static_cast<std::size_t>(i)];
    const double slope_there = cell(lane_of(i), landing.at_m).slope;
    const double rise =
        landing.height_m - height - 0.5 * (slope + slope_there) * (landing.at_m - at);
    if (i < kRiseSteps && std::abs(rise) > kRiseNoise_m) {
      rise_m_ = std::max(rise_m_, std::abs(rise));
      drop_m_ = std::max(drop_m_, -rise);
    }
    slope = slope_there;
    height = landing.height_m;
    at = landing.at_m;
  }
}

}  // namespace longmen::planning
