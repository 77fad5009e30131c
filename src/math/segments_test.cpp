#include "math/segments.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace longmen::math {
namespace {

Eigen::Vector3d any_point(Random& random) {
  return {random.normal(), random.normal(), random.normal()};
}

TEST(Segments, NoSampledPairOfPointsIsNearer) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    const Eigen::Vector3d a0 = any_point(random);
    const Eigen::Vector3d b0 = any_point(random);
    const Eigen::Vector3d a1 = i % 7 == 0 ? a0 : any_point(random);
    Eigen::Vector3d b1 = i % 5 == 0 ? b0 : any_point(random);
    if (i % 3 == 0) b1 = b0 + 0.7 * (a1 - a0);  // parallel
    const NearestPoints found = nearest_points(a0, a1, b0, b1);
    const double distance = (found.first - found.second).norm();
    for (double s = 0.0; s <= 1.0; s += 0.05)
      for (double t = 0.0; t <= 1.0; t += 0.05)
        ASSERT_LE(distance, (a0 + s * (a1 - a0) - b0 - t * (b1 - b0)).norm() + 1e-9) << i;
    // The points lie on their segments.
    ASSERT_NEAR((found.first - a0).norm() + (a1 - found.first).norm(), (a1 - a0).norm(), 1e-9);
    ASSERT_NEAR((found.second - b0).norm() + (b1 - found.second).norm(), (b1 - b0).norm(), 1e-9);
  }
}

TEST(Segments, CrossingSegmentsTouch) {
  const NearestPoints found = nearest_points({-1, 0, 0}, {1, 0, 0}, {0, -1, 0}, {0, 1, 0});
  EXPECT_LT((found.first - found.second).norm(), 1e-12);
}

}  // namespace
}  // namespace longmen::math
