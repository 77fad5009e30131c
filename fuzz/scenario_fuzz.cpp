// Scenario files: read or refused with a reason; what is read keeps its promises.

#include "target.h"
#include "trial/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto scenario =
      longmen::trial::parse_scenario(std::string(fuzz::text(data, size)), "fuzz.yaml");
  fuzz::demand_value_or_line(scenario);
  if (!scenario) return 0;
  fuzz::demand(scenario->duration_s > 0.0, "a scenario lasts");
  fuzz::demand(scenario->measure_from_s < scenario->measure_to_s &&
                   scenario->measure_to_s <= scenario->duration_s,
               "the measured stretch lies inside the run");
  for (std::size_t i = 1; i < scenario->command.size(); ++i)
    fuzz::demand(scenario->command[i].t_s > scenario->command[i - 1].t_s,
                 "commands follow one another in time");
  return 0;
}
