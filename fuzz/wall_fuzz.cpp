// Packets from other processes: read, and written again with the same bytes.

#include "target.h"
#include "wall/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longmen;
  const auto message = wall::decode(fuzz::text(data, size));
  fuzz::demand_value_or_line(message);
  if (!message) return 0;
  const std::string packet = wall::encode(*message);
  fuzz::demand(packet.size() == size, "what was read is written at the same length");
  const auto again = wall::decode(packet);
  fuzz::demand(again.has_value(), "what was written can be read");
  fuzz::demand(wall::encode(*again) == packet, "one message has one packet");
  return 0;
}
