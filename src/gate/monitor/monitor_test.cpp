#include "gate/monitor/monitor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/allocation_counter.h"
#include "core/random.h"

namespace longmen::gate::monitor {
namespace {

const std::vector<std::string> kX = {"x"};

Monitor monitor(const std::string& text, double period_s = 1.0) {
  return Monitor::create(Formula::parse(text).value(), kX, period_s).value();
}

std::vector<double> run(Monitor& monitor, const std::vector<double>& xs) {
  std::vector<double> out;
  for (const double x : xs) out.push_back(monitor.update(std::vector<double>{x}));
  return out;
}

TEST(Monitor, WithinTenSecondsItMustHaveBeenPutDown) {
  Monitor held = monitor("once[0:10] (x < 0.5)");
  for (int k = 0; k < 10; ++k) EXPECT_GE(held.update(std::vector<double>{k == 0 ? 0.0 : 1.0}), 0.0);
  EXPECT_GE(held.update(std::vector<double>{1.0}), 0.0);  // 10 s ago it was empty
  EXPECT_LT(held.update(std::vector<double>{1.0}), 0.0);
  EXPECT_GE(held.update(std::vector<double>{0.0}), 0.0);
}

TEST(Monitor, WhatLooksAheadIsKnownAsMuchLater) {
  Monitor m = monitor("always[0:2] (x >= 0)");
  EXPECT_EQ(m.horizon(), 2);
  const auto out = run(m, {1, 2, 3, -1, 5, 0});
  EXPECT_EQ(out[0], std::numeric_limits<double>::infinity());
  EXPECT_EQ(out[2], 1.0);
  EXPECT_EQ(out[3], -1.0);
}

TEST(Monitor, WindowsAreInSecondsWhateverThePeriod) {
  Monitor coarse = monitor("historically[0:1] (x >= 0)", 0.5);
  EXPECT_EQ(run(coarse, {-1, 1, 1, 1}), (std::vector<double>{-1, -1, -1, 1}));
}

TEST(Monitor, WhatIsNotANumberIsNotKept) {
  Monitor m = monitor("once[0:2] (x >= 0)");
  run(m, {1, 1, 1});
  EXPECT_LT(m.update(std::vector<double>{std::nan("")}), 0.0);
  double last = 0.0;
  for (int k = 0; k < 10; ++k) last = m.update(std::vector<double>{1.0});
  EXPECT_EQ(last, 1.0);
}

TEST(Monitor, NamesTheSignalsThatThereAre) {
  const auto made = Monitor::create(Formula::parse("y > 1").value(), kX, 1.0);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kUnknownName);
  EXPECT_NE(made.error().message.find("signals: x"), std::string::npos);
  EXPECT_FALSE(Monitor::create(Formula::parse("once[0:3600] (x > 1)").value(), kX, 1e-4));
  EXPECT_FALSE(Monitor::create(Formula::parse("(x > 1) since[0:3600] (x > 2)").value(), kX, 0.02));
  EXPECT_FALSE(Monitor::create(Formula::parse("once[0:1] (always[0:1] (x > 1))").value(), kX, 1.0));
}

TEST(Monitor, TakesNoMemoryAndBeginsAnew) {
  Monitor m = monitor("always[0:20] ((x > 0) since[1:50] (once[3:40] (x > 0.2)))");
  Random random(3);
  std::vector<double> xs;
  for (int k = 0; k < 1000; ++k) xs.push_back(random.normal());
  std::vector<double> first(xs.size()), again(xs.size());
  const AllocationScope scope;
  for (std::size_t k = 0; k < xs.size(); ++k) first[k] = m.update({&xs[k], 1});
  m.reset();
  for (std::size_t k = 0; k < xs.size(); ++k) again[k] = m.update({&xs[k], 1});
  EXPECT_EQ(scope.count(), 0u);
  EXPECT_EQ(first, again);
}

}  // namespace
}  // namespace longmen::gate::monitor
