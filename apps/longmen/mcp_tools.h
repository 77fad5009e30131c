#pragma once

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "agent/agent.h"
#include "gate/plan/plan_gate.h"
#include "wall/client.h"
#include "world/world.h"

namespace longmen::app {

/// The tools that an outside agent gets over the Model Context Protocol: look, plan, check, act,
/// why, stop. Requests are untrusted JSON. look, plan and check need no robot; act proposes to the
/// robot's process, where the plan gate decides, and holds the lease while the agent is there.
class McpTools {
 public:
  using Json = nlohmann::ordered_json;

  McpTools(std::unique_ptr<agent::Agent> agent, world::World world, gate::plan::PlanGate gate,
           std::optional<wall::Client> robot)
      : agent_(std::move(agent)),
        world_(std::move(world)),
        gate_(std::move(gate)),
        robot_(std::move(robot)) {}

  /// One JSON-RPC message as a line; the answer as a line, nothing for a notification.
  std::optional<std::string> answer(const std::string& line);
  /// To be called a few times a second: keeps the lease and takes up what the robot says.
  Result<void> attend();
  /// The agent is gone: the lease goes back, which is a hold.
  void leave();

 private:
  [[nodiscard]] Json handle(const Json& request);
  Json call(const std::string& tool, const Json& arguments);
  Json look() const;
  Json plan(const Json& arguments) const;
  Result<Plan> read_plan(const Json& arguments) const;
  Json act(const Json& arguments);
  Json stop();
  void take_up(const wall::Message& message);

  std::unique_ptr<agent::Agent> agent_;
  world::World world_;
  gate::plan::PlanGate gate_;
  std::optional<wall::Client> robot_;
  std::optional<wall::State> state_;
  std::chrono::steady_clock::time_point last_beat_{};
  bool has_lease_ = false;
  std::uint64_t waits_for_ = 0;  ///< request whose verdict is not there yet
  Json verdict_;                 ///< the last one
  Json events_ = Json::array();  ///< the last ones
};

}  // namespace longmen::app
