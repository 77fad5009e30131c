#pragma once

#include "io/dds/dds_link.h"
#include "io/dds/low_level.h"

namespace longmen::io {

/// Whether the frame holds something that only the topic WorldSeen carries.
[[nodiscard]] bool sees_world(const SensorFrame& frame) noexcept;

/// The frame's tick is the period. Numbers of robot and motors become 32-bit.
void to_wire(const SensorFrame& frame, longmen_dds_LowState& state) noexcept;
void to_wire(const SensorFrame& frame, longmen_dds_WorldSeen& seen) noexcept;
void to_wire(const ProposedCommand& command, const MotorMask& powered,
             longmen_dds_LowCmd& message) noexcept;

/// Messages are from outside: any bits. False: not of `na` motors, or more is counted than there is
/// room for; what is read into is as it was. Numbers are taken as they are: the loop's sensor guard
/// and the motors' drives judge them.
[[nodiscard]] bool from_wire(const longmen_dds_LowState& state, int na,
                             SensorFrame& frame) noexcept;
[[nodiscard]] bool from_wire(const longmen_dds_WorldSeen& seen, SensorFrame& frame) noexcept;
[[nodiscard]] bool from_wire(const longmen_dds_LowCmd& message, int na,
                             LinkCommand& command) noexcept;

}  // namespace longmen::io
