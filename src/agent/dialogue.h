#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/agent.h"

namespace longmen::agent {

/// What became of a plan.
struct Outcome {
  std::string cause;  ///< in a line, for the record and for people
  std::string seen;   ///< the verdict, or what was observed of its steps: JSON, data to the agent
};

/// One request, and the agent that may plan anew when it sees what became of its plan. Each plan is
/// for the same request and goes to the plan gate like any other.
class Dialogue {
 public:
  static constexpr int kReplansMax = 2;
  static constexpr std::size_t kSeenMax_bytes = 1600;

  /// Agent and world must outlive it.
  Dialogue(const Agent& agent, const world::World& world, std::string request)
      : agent_(&agent), world_(&world), request_(std::move(request)) {}

  /// What the agent says to the request.
  Answer open();
  /// What it says now; a plan has the outcome's cause. Nothing when it cannot replan, has done so
  /// kReplansMax times, or its last answer was no plan. Of more than kSeenMax_bytes nothing is
  /// told.
  std::optional<Answer> after(const Outcome& outcome);

 private:
  Answer say(std::string words);

  const Agent* agent_;
  const world::World* world_;
  std::string request_;
  std::vector<Exchange> exchanges_;
};

}  // namespace longmen::agent
