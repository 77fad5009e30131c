#include "view/subject.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace longmen::view {
namespace {

constexpr double kSpeedWindow_s = 1.0;

double height_of_tree(const Stage& stage, int root) {
  const mjModel& model = stage.model();
  double low = mjMAXVAL, high = -mjMAXVAL;
  for (int g = 0; g < model.ngeom; ++g) {
    if (model.body_rootid[model.geom_bodyid[g]] != root) continue;
    const double z = stage.data().geom_xpos[3 * g + 2];
    low = std::min(low, z);
    high = std::max(high, z);
  }
  return std::max(high - low, 0.1);
}

/// The bodies of a tree on one side of its middle plane, told apart while it stands.
struct Sides {
  std::vector<int> left, right;
};

Sides tell_sides(const Stage& stage, int root, double yaw_rad) {
  const mjModel& model = stage.model();
  const mjtNum* com_W = stage.data().subtree_com + 3 * root;
  Sides sides;
  for (int b = root; b < model.nbody; ++b) {
    if (model.body_rootid[b] != root) continue;
    const mjtNum* p_WB = stage.data().xpos + 3 * b;
    const double to_left_m =
        -std::sin(yaw_rad) * (p_WB[0] - com_W[0]) + std::cos(yaw_rad) * (p_WB[1] - com_W[1]);
    (to_left_m > 0.0 ? sides.left : sides.right).push_back(b);
  }
  return sides;
}

/// Of what is above the centre of mass: legs do not count.
double reach_m(const Stage& stage, int root, const std::vector<int>& bodies) {
  const mjtNum* com_W = stage.data().subtree_com + 3 * root;
  double farthest_m = 0.0;
  for (const int b : bodies) {
    const mjtNum* p_WB = stage.data().xpos + 3 * b;
    if (p_WB[2] > com_W[2]) farthest_m = std::max(farthest_m, mju_dist3(p_WB, com_W));
  }
  return farthest_m;
}

}  // namespace

Track smooth(const Track& values, double sigma_s, double period_s) {
  const int reach = static_cast<int>(std::ceil(3.0 * sigma_s / period_s));
  if (reach == 0) return values;
  std::vector<double> weights(static_cast<std::size_t>(reach) + 1);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const double t = static_cast<double>(k) * period_s / sigma_s;
    weights[k] = std::exp(-0.5 * t * t);
  }
  const int n = static_cast<int>(values.size());
  Track result(values.size());
  for (int i = 0; i < n; ++i) {
    double sum = 0.0, weight_sum = 0.0;
    for (int j = std::max(0, i - reach); j <= std::min(n - 1, i + reach); ++j) {
      const double weight = weights[static_cast<std::size_t>(std::abs(j - i))];
      sum += weight * values[static_cast<std::size_t>(j)];
      weight_sum += weight;
    }
    result[static_cast<std::size_t>(i)] = sum / weight_sum;
  }
  return result;
}

double Subject::speed_m_s(std::size_t frame) const {
  const auto reach = static_cast<std::size_t>(std::lround(0.5 * kSpeedWindow_s / period_s));
  const std::size_t from = frame - std::min(frame, reach);
  const std::size_t to = std::min(frame + reach, x.size() - 1);
  if (from == to) return 0.0;
  const double way_m = std::hypot(x[to] - x[from], y[to] - y[from]);
  return way_m / (static_cast<double>(to - from) * period_s);
}

Result<Subject> observe(Stage& stage, const std::string& body, std::span<const Frame> frames) {
  const auto found = stage.root_of(body);
  if (!found) return tl::make_unexpected(found.error());
  const int root = *found;
  Subject subject;
  Sides sides;
  for (const Frame& frame : frames) {
    if (auto done = stage.put(frame.pose); !done) return tl::make_unexpected(done.error());
    const mjData& data = stage.data();
    if (subject.x.empty()) subject.height_m = height_of_tree(stage, root);
    subject.x.push_back(data.subtree_com[3 * root]);
    subject.y.push_back(data.subtree_com[3 * root + 1]);
    subject.z.push_back(data.subtree_com[3 * root + 2]);
    const mjtNum* R_WB = data.xmat + 9 * root;
    const double yaw = std::atan2(R_WB[3], R_WB[0]);
    if (subject.yaw.empty()) sides = tell_sides(stage, root, yaw);
    subject.left_reach.push_back(reach_m(stage, root, sides.left));
    subject.right_reach.push_back(reach_m(stage, root, sides.right));
    const double before = subject.yaw.empty() ? yaw : subject.yaw.back();
    subject.yaw.push_back(before + std::remainder(yaw - before, 2.0 * std::numbers::pi));
  }
  const double duration_s = frames.empty() ? 0.0 : frames.back().time_s - frames.front().time_s;
  if (duration_s > 0.0) subject.period_s = duration_s / static_cast<double>(frames.size() - 1);
  return subject;
}

}  // namespace longmen::view
