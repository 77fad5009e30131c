// World files, and facts where the text begins as JSON does.

#include "target.h"
#include "world/world.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text(data, size));
  if (text.starts_with('{'))
    fuzz::demand_value_or_line(longmen::world::parse_facts(text, "fuzz.json"));
  else
    fuzz::demand_value_or_line(longmen::world::parse_world(text, "fuzz.yaml"));
  return 0;
}
