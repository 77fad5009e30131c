#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "trial/scenario.h"

/// Whatever the bytes are, a scenario is read or refused with a reason; what is read keeps its
/// promises. Good seeds: the files of scenarios/.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto scenario = longmen::trial::parse_scenario(text, "fuzz");
  if (!scenario) {
    if (scenario.error().message.empty()) std::abort();
    return 0;
  }
  if (!(scenario->duration_s > 0.0) || !(scenario->measure_from_s < scenario->measure_to_s) ||
      scenario->measure_to_s > scenario->duration_s)
    std::abort();
  for (std::size_t i = 1; i < scenario->command.size(); ++i)
    if (scenario->command[i].t_s <= scenario->command[i - 1].t_s) std::abort();
  return 0;
}
