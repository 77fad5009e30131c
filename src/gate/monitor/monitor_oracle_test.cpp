#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/random.h"
#include "gate/monitor/monitor.h"

namespace longmen::gate::monitor {
namespace {

constexpr int kFormulas = 300;
constexpr int kSamples = 120;
const std::vector<std::string> kSignals = {"x", "y"};

/// A random formula; `looks_ahead`: may hold operators of the future.
std::string any_formula(Random& random, int depth, bool looks_ahead) {
  const auto below = [&](int n) { return static_cast<int>(random.uniform(0.0, n)); };
  if (depth == 0 || below(8) == 0)
    return fmt::format("({} {} {})", below(2) == 0 ? "y" : "x",
                       below(2) == 0 ? "<=" : ">=", below(5) - 2);
  const int from = below(4);
  const std::string window = fmt::format("[{}:{}]", from, from + below(8));
  const auto part = [&](bool ahead) { return any_formula(random, depth - 1, ahead); };
  switch (below(looks_ahead ? 10 : 7)) {
    case 0:
      return "(not " + part(looks_ahead) + ")";
    case 1:
      return "(" + part(looks_ahead) + " and " + part(looks_ahead) + ")";
    case 2:
      return "(" + part(looks_ahead) + " or " + part(looks_ahead) + ")";
    case 3:
      return "(" + part(looks_ahead) + " -> " + part(looks_ahead) + ")";
    case 4:
      return "(once" + window + " " + part(false) + ")";
    case 5:
      return "(historically" + window + " " + part(false) + ")";
    case 6:
      return "(" + part(false) + " since" + window + " " + part(false) + ")";
    case 7:
      return "(eventually" + window + " " + part(true) + ")";
    case 8:
      return "(always" + window + " " + part(true) + ")";
    default:
      return "(" + part(true) + " until" + window + " " + part(true) + ")";
  }
}

// The PyPI package rtamt says the same of random formulas over random traces, to the bit.
TEST(MonitorOracle, RtamtAgreesOnRandomFormulasAndTraces) {
  const auto file =
      std::filesystem::temp_directory_path() / fmt::format("longmen-temporal-{}.txt", getpid());
  std::ofstream out(file);
  Random random(11);
  for (int k = 0; k < kFormulas; ++k) {
    const std::string text = any_formula(random, 3, k % 2 == 0);
    const auto formula = Formula::parse(text);
    ASSERT_TRUE(formula) << text << ": " << formula.error().text();
    Monitor monitor = Monitor::create(*formula, kSignals, 1.0).value();
    out << text << '\n' << monitor.horizon() << '\n';
    for (int t = 0; t < kSamples; ++t) {
      const std::vector<double> values = {std::round(3.0 * random.normal()),
                                          std::round(3.0 * random.normal())};
      out << values[0] << ' ' << values[1] << ' ' << monitor.update(values) << '\n';
    }
  }
  out.close();
  const std::string command =
      fmt::format("'{}' '{}/src/gate/monitor/compare_with_rtamt.py' '{}' {}", LONGMEN_PYTHON,
                  LONGMEN_SOURCE_DIR, file.string(), kSamples);
  EXPECT_EQ(std::system(command.c_str()), 0) << "formulas and traces: " << file;
  if (!HasFailure()) std::filesystem::remove(file);
}

}  // namespace
}  // namespace longmen::gate::monitor
