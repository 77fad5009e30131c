#pragma once

#include <chrono>
#include <functional>
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
/// robot's process, where the plan gate decides, and holds the lease while the agent is there. What
/// the agent proposes is the agent's own, by the name that it gives itself: no shipped model's.
class McpTools {
 public:
  using Json = nlohmann::ordered_json;
  /// Takes an answer: one line.
  using Say = std::function<void(const std::string&)>;

  McpTools(std::unique_ptr<agent::Agent> agent, world::World world, gate::plan::PlanGate gate,
           std::optional<wall::Client> robot)
      : agent_(std::move(agent)),
        world_(std::move(world)),
        gate_(std::move(gate)),
        robot_(std::move(robot)) {}

  /// Takes one JSON-RPC message, a line. Its answer is said once, now or in attend(); a
  /// notification, and a call that is cancelled, have none.
  void take(const std::string& line, const Say& say);
  /// To be called a few times a second: keeps the lease and takes up what the robot says.
  Result<void> attend();
  /// The agent is gone: the lease goes back, which is a hold.
  void leave();

 private:
  using Time = std::chrono::steady_clock::time_point;
  /// A call of act that has no answer yet.
  struct Waiting {
    Json id;
    Say say;
    std::string plan;  ///< to be proposed when the lease has armed the robot; then empty
    Tick leased_at = 0;
    std::uint64_t request = 0;  ///< of the lease, then of the proposal
    bool to_the_end = false;    ///< of the motion, not only of the judgement
    bool is_approved = false;
    Tick approved_at = 0;
    Time until;
  };

  [[nodiscard]] std::optional<Json> handle(const Json& request, const Say& say);
  std::optional<Json> call(const Json& id, const std::string& tool, const Json& arguments,
                           const Say& say);
  Json look() const;
  Json plan(const Json& arguments) const;
  Result<Plan> read_plan(const Json& arguments) const;
  /// Nothing: the answer comes later.
  std::optional<Json> act(const Json& id, const Json& arguments, const Say& say);
  Result<void> take_lease();
  Result<void> propose(const std::string& plan);
  void end_act(const Json& result);
  void take_state(const wall::State& state);
  void take_receipt(const wall::Receipt& receipt);
  void take_verdict(const wall::Event& event, const Json& verdict);
  Json stop();
  void take_up(const wall::Message& message);

  std::unique_ptr<agent::Agent> agent_;
  world::World world_;
  gate::plan::PlanGate gate_;
  std::optional<wall::Client> robot_;
  std::optional<wall::State> state_;
  std::string agent_name_ = "mcp";  ///< under which it proposes
  Time last_beat_{};
  bool has_lease_ = false;
  std::optional<Waiting> waiting_;
  Json verdict_;                 ///< the last one
  Json events_ = Json::array();  ///< the last ones
};

}  // namespace longmen::app
