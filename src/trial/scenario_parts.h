#pragma once

#include "core/result.h"
#include "io/sim/sim_plant.h"
#include "model/robot_model.h"
#include "runtime/session.h"
#include "trial/episode.h"
#include "trial/scenario.h"

namespace longmen::trial {

/// The robot's side of a scenario: the session that drives a robot, too.
/// @param foreign_proposals  somebody else than the controller may propose
/// Errors: those of the files and names in the scenario.
Result<runtime::Session> session_of(const Scenario& scenario, const DataFolders& folders,
                                    bool foreign_proposals);

/// The simulated robot of a scenario, in its world. Errors: those of the files and names.
Result<io::SimPlant> plant_of(const Scenario& scenario, const DataFolders& folders,
                              const model::RobotModel& robot);

/// The map of the ground that the scenario gives the robot, if it does, as an input of the run.
Result<void> give_map(const Scenario& scenario, runtime::Session& session);

/// The scenario's inputs: the authority's leases, and velocity commands as their times come.
class ScenarioInputs {
 public:
  /// What the rows say at that time goes to the session when it is another than before.
  void command(const std::vector<CommandRow>& rows, Tick tick, runtime::Session& session);
  /// Faults that begin in this tick.
  static void faults(const std::vector<FaultRow>& rows, Tick tick, runtime::Session& session);
  static void lease(std::span<const gate::ArmingEvent> events, runtime::Session& session);

 private:
  std::optional<CommandRow> commanded_;
};

}  // namespace longmen::trial
