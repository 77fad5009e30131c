#pragma once

#include <nlohmann/json.hpp>

#include "core/result.h"
#include "io/dds/dds_link.h"
#include "trial/episode.h"
#include "trial/scenario.h"

namespace longmen::trial {

/// Who sets the pace of a simulated robot behind a link.
enum class LinkPace : std::uint8_t {
  kLockStep,  ///< each period waits for its answer: as fast as it goes, the same bits each time
  kWallTime,  ///< a period a millisecond, answered or not
};

/// The simulated robot of a scenario at the far end of a link: waits for a controller, then runs to
/// the scenario's end and says what the truth was. After 10 ms without a command its motors hold
/// where they are.
/// Errors: those of the scenario; kNotFound when nobody comes; kIo when nobody answers any more.
Result<nlohmann::ordered_json> serve_plant(const Scenario& scenario, const DataFolders& folders,
                                           const io::DdsMeeting& meeting, LinkPace pace);

/// A scenario with a link: the simulated robot in one process, the loop in another, each state and
/// command a message of DDS. The loop asks for *hold* when 10 ms bring nothing new, and keeps it.
/// Errors: those of both sides.
Result<nlohmann::ordered_json> run_linked(const Scenario& scenario, const DataFolders& folders,
                                          const EpisodeOptions& options, LinkPace pace);

/// A scenario to its end: in one process, or in two where it has a link. Errors: those of either.
Result<nlohmann::ordered_json> run_scenario(const Scenario& scenario, const DataFolders& folders,
                                            const EpisodeOptions& options);

}  // namespace longmen::trial
