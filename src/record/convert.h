#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "record/frames.pb.h"
#include "record/run.pb.h"
#include "record/tick_record.h"

namespace longmen::record {

/// Core frames to protobuf messages and back. Every double keeps its bits (NaN payloads and the
/// sign of zero too). What is marked absent (a pose fix that did not arrive, tracks beyond the
/// count) is not written and reads back as default. `out` is reused: after the first tick these
/// take no memory.
void to_proto(const SensorFrame& in, proto::SensorFrame& out);
void to_proto(const RobotState& in, proto::RobotState& out);
void to_proto(const WorldState& in, proto::WorldState& out);
void to_proto(const WholeBodyReference& in, proto::WholeBodyReference& out);
void to_proto(const ProposedCommand& in, proto::Command& out);
/// The gate's report; `safe` is a part of the message that the caller adds.
void to_proto(const GateReport& in, proto::GateReport& out);
void to_proto(const Event& in, std::string_view payload, proto::Event& out);

/// Errors: kCorrupt, naming the field whose length or number no frame can have.
Result<void> from_proto(const proto::SensorFrame& in, SensorFrame& out);
Result<void> from_proto(const proto::RobotState& in, RobotState& out);
Result<void> from_proto(const proto::WorldState& in, WorldState& out);
Result<void> from_proto(const proto::WholeBodyReference& in, WholeBodyReference& out);
Result<void> from_proto(const proto::Command& in, ProposedCommand& out);
Result<void> from_proto(const proto::GateReport& in, GateReport& out);
Result<void> from_proto(const proto::Event& in, Event& out, std::string& payload);

/// The text with each byte that is not UTF-8 replaced by U+FFFD: a record's texts must be readable
/// by any tool.
[[nodiscard]] std::string as_utf8(std::string_view text);

/// The rule's name as the stream's schema has it, in small letters: "torque"; its number if it is
/// newer than this program.
[[nodiscard]] std::string rule_name(MotionRule rule);

/// True if every value of both commands has the same bits.
[[nodiscard]] bool same_bits(const ProposedCommand& a, const ProposedCommand& b) noexcept;

}  // namespace longmen::record
