#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace google::protobuf {
class Descriptor;
}

namespace longmen::record {

/// The streams of a record, in the order of their MCAP channels.
enum class Topic : std::size_t {
  kRun,
  kConfiguration,
  kVersions,
  kEvent,
  kPlan,
  kVerdict,
  kStep,
  kSensors,
  kState,
  kWorld,
  kReference,
  kProposal,
  kGate,
  kGap,
};
inline constexpr std::size_t kTopicCount = 14;

[[nodiscard]] std::string_view topic_name(Topic topic);
/// The protobuf message type that every message of the topic has.
[[nodiscard]] const google::protobuf::Descriptor& topic_type(Topic topic);
[[nodiscard]] const std::string& topic_type_name(Topic topic);
/// The topic of that name; false if records have none.
[[nodiscard]] bool find_topic(std::string_view name, Topic& topic);

}  // namespace longmen::record
