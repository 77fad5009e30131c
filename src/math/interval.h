#pragma once

namespace longmen::math {

/// What a number lies in, ends included.
struct Interval {
  double low = 0.0;
  double high = 1.0;
};

}  // namespace longmen::math
