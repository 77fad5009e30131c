#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "io/sim/sim_plant.h"
#include "runtime/session.h"
#include "trial/episode_result.h"

namespace longmen::trial {

struct MissionOptions {
  std::filesystem::path project_folder;
  std::filesystem::path robot_folder;
  std::filesystem::path world_folder;
  std::uint64_t seed = 1;
  std::optional<world::StandPose> spawn{};             ///< absent: the world's
  std::optional<std::vector<world::Person>> people{};  ///< absent: the world's
  double people_halt_m = 0.0;                          ///< see io::PlantOptions
  bool practice = false;
  /// The objects as they truly are; absent: as the world says, which the robot believes until it
  /// sees them.
  std::optional<std::vector<world::Object>> objects{};
  std::vector<std::string> admitted{};  ///< models that the register admits, beside the shipped
  std::function<bool()> is_admitted{};  ///< asked in each tick: false is a hold for good
  std::filesystem::path record;         ///< file to write; empty: none
  std::string instruction;              ///< the sentence, for the record's head
  Authority authority = Authority::kLive;
  std::optional<runtime::Rehearsed> rehearsed{};  ///< what went before (trial/rehearsal.h)
};

/// How a mission ended: goal, fault, steps and errors are those of the last plan that ran. Errors
/// are those of the true pose, measured when the last walk_to was done.
struct MissionResult {
  bool goal_met = false;
  bool fell = false;
  bool stopped = false;  ///< by a person or the gate
  skills::SkillFault fault = skills::SkillFault::kNone;
  int steps_done = 0;
  std::optional<double> position_error_m;
  std::optional<double> heading_error_rad;
  /// Of the object that was put down last, from where it was meant to stand, 1 s after the plan.
  std::optional<double> object_error_m;
  std::optional<double> object_tilt_rad;
  std::optional<double> arrival_s;  ///< of that walk: from within 10 cm of the place to done
  double duration_s = 0.0;
  double distance_m = 0.0;  ///< through the base's positions one second apart
  io::PeopleTouched people;
  GateCounts gate;
  std::string state_hash;
  std::optional<Error> record_error;  ///< why the record ends before the run
};

/// One plan carried out in a simulated world: the plan's bytes reach the robot's side as they would
/// from another process, are judged there, and run; the true pose is looked at only for the result.
class Mission {
 public:
  /// Errors: those of the files.
  static Result<Mission> create(const MissionOptions& options);
  /// The robot's side alone, for missions that share what it read; and a mission with it.
  static Result<runtime::Session> session_of(const MissionOptions& options);
  static Result<Mission> create(runtime::Session session, const MissionOptions& options);

  /// Hands the plan message over the wall. What the gate said is in session().verdict(). A plan
  /// that it lets through takes the place of the one before.
  void propose(const std::string& message);
  /// Asks for a stop (a person's, from any side); it holds until the end.
  void stop();

  /// One control period. False when the plan is over and the robot stands, or after a fall.
  bool step();

  /// Closes the record; what went wrong with it stands in the result.
  MissionResult finish();

  [[nodiscard]] const runtime::Session& session() const;
  [[nodiscard]] const io::SimPlant& plant() const;

  Mission(Mission&&) noexcept;
  ~Mission();

 private:
  struct Parts;
  explicit Mission(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace longmen::trial
