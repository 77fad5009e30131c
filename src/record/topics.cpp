#include "record/topics.h"

#include "record/frames.pb.h"
#include "record/run.pb.h"

namespace longmen::record {
namespace {

constexpr std::array<std::string_view, kTopicCount> kNames = {
    "/run",     "/configuration", "/versions", "/event",     "/plan",     "/verdict", "/step",
    "/sensors", "/state",         "/world",    "/reference", "/proposal", "/gate",    "/gap"};

}  // namespace

std::string_view topic_name(Topic topic) { return kNames[static_cast<std::size_t>(topic)]; }

const google::protobuf::Descriptor& topic_type(Topic topic) {
  switch (topic) {
    case Topic::kRun:
      return *proto::Run::descriptor();
    case Topic::kConfiguration:
      return *proto::Configuration::descriptor();
    case Topic::kVersions:
      return *proto::Versions::descriptor();
    case Topic::kEvent:
      return *proto::Event::descriptor();
    case Topic::kPlan:
      return *proto::Plan::descriptor();
    case Topic::kVerdict:
      return *proto::Verdict::descriptor();
    case Topic::kStep:
      return *proto::Step::descriptor();
    case Topic::kSensors:
      return *proto::SensorFrame::descriptor();
    case Topic::kState:
      return *proto::RobotState::descriptor();
    case Topic::kWorld:
      return *proto::WorldState::descriptor();
    case Topic::kReference:
      return *proto::WholeBodyReference::descriptor();
    case Topic::kProposal:
      return *proto::Command::descriptor();
    case Topic::kGate:
      return *proto::GateReport::descriptor();
    case Topic::kGap:
      break;
  }
  return *proto::Gap::descriptor();
}

const std::string& topic_type_name(Topic topic) { return topic_type(topic).full_name(); }

bool find_topic(std::string_view name, Topic& topic) {
  for (std::size_t i = 0; i < kTopicCount; ++i) {
    if (kNames[i] != name) continue;
    topic = static_cast<Topic>(i);
    return true;
  }
  return false;
}

}  // namespace longmen::record
