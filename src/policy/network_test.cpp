#include "policy/network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "core/allocation_counter.h"

namespace longmen::policy {
namespace {

std::string numbers(std::initializer_list<float> values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), std::data(values), bytes.size());
  return bytes;
}

/// Two inputs, two hidden, one joint.
std::string file(const std::string& activation, const std::string& tail) {
  return "longmen policy 1\n{\"robot\":\"toy\",\"joints\":1,\"inputs\":2,\"hidden\":[2],"
         "\"outputs\":1,\"activation\":\"" +
         activation + "\"}\n" + tail;
}
std::string weights(float last = 0.25f) {
  return numbers({1, 0, 2, 1}) + numbers({1, 2, 3, -4, 0.5f, 0}) + numbers({1, -2, last});
}

TEST(Network, EvaluatesWhatItsFileSays) {
  auto relu = Network::parse(file("relu", weights()), "toy").value();
  EXPECT_EQ(relu.robot(), "toy");
  EXPECT_EQ(relu.joints(), 1);
  EXPECT_EQ(relu.inputs(), 2);
  EXPECT_EQ(relu.outputs(), 1);
  const Eigen::Vector2f input(2, 3);  // x = (2, 3); W x + b = (8.5, -6)
  EXPECT_FLOAT_EQ(relu.evaluate(input)[0], 8.5f + 0.25f);
  auto tanh = Network::parse(file("tanh", weights()), "toy").value();
  EXPECT_NEAR(tanh.evaluate(input)[0], std::tanh(8.5) - 2 * std::tanh(-6.0) + 0.25, 1e-5);
  const AllocationScope scope;
  (void)tanh.evaluate(input);
  EXPECT_EQ(scope.count(), 0u);
}

TEST(Network, TakesNothingButExactlyAPolicy) {
  const std::string good = file("tanh", weights());
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(Network::parse(good.substr(0, size), "toy").error().code, ErrorCode::kParse);
  EXPECT_FALSE(Network::parse(good + '\0', "toy"));
  EXPECT_FALSE(Network::parse(file("tanh", weights(std::nanf(""))), "toy"));
  EXPECT_FALSE(
      Network::parse(file("tanh", weights(std::numeric_limits<float>::infinity())), "toy"));
  EXPECT_FALSE(Network::parse(file("sine", weights()), "toy"));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = good;
    changed.replace(changed.find(from), from.size(), to);
    return Network::parse(changed, "toy");
  };
  EXPECT_FALSE(with("\"joints\":1", "\"joints\":0"));
  EXPECT_FALSE(with("\"joints\":1", "\"joints\":49"));
  EXPECT_FALSE(with("\"joints\":1", "\"joints\":1.5"));
  EXPECT_FALSE(with("\"inputs\":2", "\"inputs\":1000000000"));
  EXPECT_FALSE(with("\"outputs\":1", "\"outputs\":3"));
  EXPECT_FALSE(with("[2]", "[513]"));
  EXPECT_FALSE(with("[2]", "[2,2,2,2,2,2,2]"));
  EXPECT_FALSE(with("\"robot\":\"toy\"", "\"robots\":\"toy\""));
  EXPECT_FALSE(with("policy 1", "policy 2"));
  EXPECT_FALSE(Network::parse(std::string(kNetworkFileMax_bytes + 1, 'x'), "toy"));
}

}  // namespace
}  // namespace longmen::policy
