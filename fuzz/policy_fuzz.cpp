// Motion policies as plain weights, from anybody.

#include <string>

#include "core/types.h"
#include "policy/network.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using longmen::policy::Network;
  auto network = Network::parse(fuzz::text(data, size), "walk.policy");
  fuzz::demand_value_or_line(network);
  if (!network) return 0;
  fuzz::demand(network->joints() >= 1 && network->joints() <= longmen::kMaxJoints, "joints");
  fuzz::demand(
      network->outputs() == network->joints() || network->outputs() == 2 * network->joints(),
      "an output or two for each joint");
  const Eigen::VectorXf input = Eigen::VectorXf::Ones(network->inputs());
  fuzz::demand(network->evaluate(input).size() == network->outputs(), "outputs as its file says");
  return 0;
}
