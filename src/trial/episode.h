#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "core/result.h"
#include "io/sim/sim_plant.h"
#include "runtime/loop.h"
#include "runtime/policy_seat.h"
#include "trial/episode_result.h"
#include "trial/scenario.h"

namespace longmen::trial {

/// Where robots, worlds and rules are looked up by name.
struct DataFolders {
  std::filesystem::path robots;
  std::filesystem::path worlds;
  std::filesystem::path rules;
  std::filesystem::path policies;

  [[nodiscard]] static DataFolders under(const std::filesystem::path& root) {
    return {root / "robots", root / "worlds", root / "rules", root / "models" / "policies"};
  }
};

/// The folder of a robot given by name or path. Error: kNotFound, with the robots that there are.
Result<std::filesystem::path> find_robot(const std::string& name_or_folder,
                                         const std::filesystem::path& robots_folder);

/// The file of a motion policy given by name or path. Error: kNotFound, with the policies that
/// there are.
Result<std::filesystem::path> find_policy(const std::string& name_or_file,
                                          const std::filesystem::path& policies_folder);

struct EpisodeOptions {
  /// Record here. Absent: record to a file that is removed at the end, so that the run costs what a
  /// recorded run costs.
  std::optional<std::filesystem::path> record;
  bool recorded = true;  ///< false: no record at all
  bool timed = true;     ///< the parts of every tick; ten looks at the thread's clock in each
  bool joint_proposals = false;  ///< propose() will be used: replay takes proposals as inputs
};

/// One run of a scenario: the plant and the same loop that drives a robot, in lock-step.
class Episode {
 public:
  /// Errors: those of the files and names in the scenario.
  static Result<Episode> create(const Scenario& scenario, const DataFolders& folders,
                                const EpisodeOptions& options);

  /// From the coming tick on this velocity holds (heading frame), in the place of the scenario's
  /// commands. Speeds are cut to what a scenario may ask for. False: a value is no number.
  bool command(const Eigen::Vector2d& velocity_H_m_s, double yaw_rate_rad_s);
  /// From the coming tick on this is proposed to the motion gate in each tick, in the place of the
  /// trusted controller's command, which stays beside it. Any values; the gate judges them. False:
  /// the arrays are not [na], or the options did not announce it.
  bool propose(const ProposedCommand& proposal);
  /// The trusted controller drives again.
  void withdraw();

  /// One control period. False when the scenario is over: at its end, or 1 s after a fall.
  bool step();

  /// Closes the record. Errors: those of the record.
  Result<EpisodeResult> finish();

  [[nodiscard]] bool fell() const;
  [[nodiscard]] const io::SimPlant& plant() const;
  [[nodiscard]] const runtime::Loop& loop() const;
  [[nodiscard]] const model::RobotModel& robot() const;
  /// nullptr without a policy.
  [[nodiscard]] runtime::PolicySeat* policy();

  Episode(Episode&&) noexcept;
  ~Episode();

 private:
  struct Parts;
  explicit Episode(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace longmen::trial
