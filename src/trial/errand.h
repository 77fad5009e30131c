#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/plan.h"
#include "core/result.h"
#include "trial/episode.h"
#include "world/world.h"

namespace longmen::trial {

/// How far objects truly are, at most, from what the world says of them.
struct Strewn {
  Eigen::Vector2d position_m = Eigen::Vector2d::Zero();  ///< along W's X and Y
  double yaw_rad = 0.0;
  double mass_relative = 0.0;
};

/// A sentence carried out in a world, or a walk from somewhere to a place that the seed draws.
struct Errand {
  std::string robot;
  std::string world;
  std::string sentence;  ///< empty: a walk
  Strewn objects{};

  // Of a walk: people who go about, in the place of the world's own.
  int people_min = 0;
  int people_max = 0;
  double people_speed_min_m_s = 0.5;
  double people_speed_max_m_s = 1.4;
  double people_halt_m = 0.8;  ///< they wait while the robot is nearer
};

/// Section `errand` of a campaign's row; docs/campaigns.md describes it. Errors: those of a strict
/// reader.
Result<Errand> read_errand(const YAML::Node& node, const std::string& where);

/// A walk as a seed draws it.
struct DrawnWalk {
  world::StandPose from;
  std::string place;
  double shortest_m = 0.0;  ///< of all ways over the free floor, if nobody is there
  std::vector<world::Person> people;
};

/// From anywhere with room to stand, to one of the world's places at least 1.5 m off; people start
/// anywhere at least 1.5 m from the robot and walk back and forth between points that see each
/// other. Error: kUnsupported when the world has no such walk.
Result<DrawnWalk> draw_walk(const Errand& errand, const world::World& world, std::uint64_t seed);

/// The world's objects as a seed strews them.
[[nodiscard]] std::vector<world::Object> draw_objects(const Strewn& strewn,
                                                      const world::World& world,
                                                      std::uint64_t seed);

/// Runs an errand; docs/campaigns.md defines each figure. Errors: those of the files; kUnsupported
/// for a sentence that the parser cannot read. A plan that the gate refuses is a goal not met.
Result<nlohmann::ordered_json> run_errand(const Errand& errand, std::uint64_t seed,
                                          const DataFolders& folders,
                                          const std::optional<std::filesystem::path>& record);

}  // namespace longmen::trial
