#include "trial/statistics.h"

#include <algorithm>
#include <cmath>

namespace longmen::trial {
namespace {

constexpr double kZ95 = 1.959963984540054;

double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

}  // namespace

double sign_test_p(std::size_t first, std::size_t second) {
  const auto n = static_cast<double>(first + second);
  double tail = 0.0;
  for (std::size_t k = 0; k <= std::min(first, second); ++k)
    tail += std::exp(log_choose(n, static_cast<double>(k)) - n * std::log(2.0));
  return std::min(1.0, 2.0 * tail);
}

MeanDifference mean_difference(const std::vector<double>& differences) {
  MeanDifference result;
  if (differences.empty()) return result;
  const auto n = static_cast<double>(differences.size());
  for (const double d : differences) result.mean += d / n;
  if (differences.size() < 2) return result;
  double squares = 0.0;
  for (const double d : differences) squares += (d - result.mean) * (d - result.mean);
  result.half_width_95 = kZ95 * std::sqrt(squares / (n - 1) / n);
  return result;
}

}  // namespace longmen::trial
