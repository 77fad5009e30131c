#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "io/sim/sim_plant.h"
#include "io/sim/terrain.h"
#include "trial/attack_kind.h"

namespace longmen::trial {

/// The fastest that may be commanded.
inline constexpr double kSpeedMax_m_s = 5.0;
inline constexpr double kYawRateMax_rad_s = 5.0;

/// A velocity command in the heading frame, holding until the next row's time. All zeros: stand.
struct CommandRow {
  double t_s = 0.0;
  double vx_m_s = 0.0;
  double vy_m_s = 0.0;
  double yaw_rate_rad_s = 0.0;

  [[nodiscard]] bool stands() const {
    return vx_m_s == 0.0 && vy_m_s == 0.0 && yaw_rate_rad_s == 0.0;
  }
};

/// A fault by its names; joint names are checked when the robot is known.
struct FaultRow {
  double t_s = 0.0;
  std::string kind;
  std::string target;
  double duration_s = 0.0;
};

/// A test of the body without agent or plan, as docs/scenarios.md describes it.
struct Scenario {
  std::string robot;                 ///< name or folder
  std::optional<std::string> world;  ///< name or folder; absent: `terrain`
  io::Terrain terrain = io::terrain::Flat{};
  std::optional<double> map_error_m;  ///< the robot has a map of `terrain`, this far off
  std::optional<double> friction;     ///< absent: drawn by the seed
  std::uint64_t seed = 1;
  double duration_s = 0.0;

  bool sensor_noise = true;
  std::optional<double> sensing_delay_s;  ///< absent: the robot's own latency
  bool pose_fix = true;

  std::vector<CommandRow> command;  ///< times rising
  std::vector<io::Push> pushes;
  std::optional<io::Payload> payload;
  std::vector<FaultRow> faults;

  /// Someone else than the controller drives from then on.
  struct Attack {
    AttackKind kind = AttackKind::kRandom;
    double from_s = 0.0;
  };
  std::optional<Attack> attack;

  /// An untrusted motion policy drives from then on, from a process of its own.
  struct Policy {
    std::string model;  ///< name of a file in models/policies/, or a path
    double from_s = 0.0;
  };
  std::optional<Policy> policy;

  io::StartPose start = io::StartPose::kStanding;
  bool gets_up = false;  ///< from the ground, by itself, whenever it lies there

  /// The loop drives the robot over a link, from a process of its own; in each direction a message
  /// takes `latency_s`, or gets lost.
  struct Link {
    struct Down {
      double t_s = 0.0;
      double duration_s = 0.0;
    };
    double latency_s = 0.0;
    double loss = 0.0;       ///< share of the messages
    std::vector<Down> down;  ///< nothing arrives
  };
  std::optional<Link> link;

  std::vector<world::Person> people;  ///< on a terrain; a world has its own
  double people_halt_m = 0.0;         ///< see io::PlantOptions
  io::WorldSensingOptions people_sensing;

  /// Where speeds, drift and yaw are measured.
  double measure_from_s = 0.0;
  double measure_to_s = 0.0;
};

/// Reads a list of faults; undefined: none. `where` names it in errors. Errors: those of a
/// scenario.
Result<std::vector<FaultRow>> read_faults(const YAML::Node& list, const std::string& where);

/// Reads a scenario strictly. Errors: kNotFound, kParse, kUnknownKey, kMissingKey,
/// kInvalidArgument, kUnknownName; kUnsupported for a known map of a world.
Result<Scenario> load_scenario(const std::filesystem::path& file);
/// The same from text; `where` names it in errors.
Result<Scenario> parse_scenario(const std::string& text, const std::string& where);

}  // namespace longmen::trial
