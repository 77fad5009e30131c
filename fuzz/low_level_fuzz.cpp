// Messages from the other end of a link: any bits, as the library hands them over.

#include <algorithm>
#include <cstring>

#include "io/dds/low_level_convert.h"
#include "target.h"

namespace {

constexpr int kNa = 31;

template <typename T>
T message_of(const std::uint8_t* data, std::size_t size) {
  T message{};
  std::memcpy(static_cast<void*>(&message), data, std::min(size, sizeof message));
  return message;
}

/// The library hands truth values over as nothing but 0 and 1.
void make_truth(bool& value) { *reinterpret_cast<unsigned char*>(&value) &= 1U; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longmen;
  if (size == 0) return 0;
  io::LinkCommand command;
  if (io::from_wire(message_of<longmen_dds_LowCmd>(data, size), kNa, command))
    fuzz::demand(command.values.damping_Nms_rad.size() == kNa, "a command is of all motors");
  else
    fuzz::demand(command.values.torque_Nm.size() == 0, "what is not taken changes nothing");

  SensorFrame frame;
  auto state = message_of<longmen_dds_LowState>(data, size);
  make_truth(state.world_follows);
  make_truth(state.over);
  if (io::from_wire(state, kNa, frame))
    fuzz::demand(frame.joint_velocity_rad_s.size() == kNa && !io::sees_world(frame),
                 "a state is of all joints and of nothing else");

  auto seen = message_of<longmen_dds_WorldSeen>(data, size);
  make_truth(seen.has_fix);
  for (longmen_dds_Capsule& one : seen.detection) make_truth(one.is_person);
  if (io::from_wire(seen, frame)) {
    fuzz::demand(frame.detection_count <= kMaxDetections && frame.sighting_count <= kMaxObjects,
                 "no more is seen than there is room for");
    longmen_dds_WorldSeen again;
    io::to_wire(frame, again);
    fuzz::demand(again.detection_count == seen.detection_count &&
                     again.sighting_count == seen.sighting_count,
                 "what was read is written again");
  }
  return 0;
}
