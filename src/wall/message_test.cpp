#include "wall/message.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/random.h"

namespace longmen::wall {
namespace {

State busy_state() {
  State state;
  state.tick = 12345;
  state.time_s = 12.345;
  state.armed = 1;
  state.rung = StopRung::kHold;
  state.rule = MotionRule::kVelocity;
  state.joint = 7;
  state.torque_share[3] = 200;
  state.track_count = 2;
  state.tracks[1].p_W_m = {1.5f, -2.0f};
  state.body_count = 3;
  state.bodies[2].p_WB_m = {0.1f, 0.2f, 0.9f};
  state.bodies[2].q_WB = {0, 0, 0, 32767};
  return state;
}

std::vector<Message> one_of_each() {
  Hello hello;
  hello.role = Role::kOperator;
  hello.name = Name<23>("page");
  Welcome welcome;
  welcome.robot = Name<32>("toy");
  welcome.bodies = 3;
  DocumentPart part;
  part.name = Name<16>("scene");
  part.total = 5;
  part.bytes = "{\"a\"}";
  Event event;
  event.kind = Event::Kind::kSpeech;
  event.text = "你好";
  PolicyStart start;
  start.robot = Name<32>("toy");
  start.joints = 2;
  start.home_rad = {0.1, -0.2};
  PolicyObservation observation;
  observation.tick = 40;
  observation.count = 3;
  observation.values = {1.0f, -2.0f, 0.5f};
  PolicyCommand command;
  command.tick = 40;
  command.joints = 2;
  command.position_rad = {0.3, 0.4};
  return {hello,
          PlanProposal{9, "{}"},
          StopRequest{2, StopRequest::Act::kReset},
          LeaseRequest{3, LeaseRequest::Act::kGiveBack},
          welcome,
          part,
          Receipt{9, 77, Outcome::kLeaseHeld},
          busy_state(),
          event,
          start,
          PolicyReady{7},
          observation,
          command,
          DriveCommand{4, {0.4f, -0.1f}, 0.3f},
          FaultRequest{5, "power_sag power 0.5"}};
}

TEST(WallMessage, WhatIsWrittenIsReadBackWithTheSameBytes) {
  for (const Message& message : one_of_each()) {
    const std::string packet = encode(message);
    const auto read = decode(packet);
    ASSERT_TRUE(read.has_value()) << read.error().text();
    EXPECT_EQ(read->index(), message.index());
    EXPECT_EQ(encode(*read), packet);
  }
}

TEST(WallMessage, FieldsArriveAsTheyWere) {
  const Message read = decode(encode(busy_state())).value();
  const auto& state = std::get<State>(read);
  EXPECT_EQ(state.tick, 12345);
  EXPECT_EQ(state.rung, StopRung::kHold);
  EXPECT_EQ(state.rule, MotionRule::kVelocity);
  EXPECT_EQ(state.torque_share[3], 200);
  EXPECT_FLOAT_EQ(state.tracks[1].p_W_m[1], -2.0f);
  EXPECT_EQ(state.bodies[2].q_WB[3], 32767);
}

TEST(WallMessage, EveryCutAndEveryExtraByteIsRefusedUnlessTheTextAllowsIt) {
  for (const Message& message : one_of_each()) {
    const bool has_text = std::holds_alternative<PlanProposal>(message) ||
                          std::holds_alternative<DocumentPart>(message) ||
                          std::holds_alternative<Event>(message) ||
                          std::holds_alternative<FaultRequest>(message);
    if (has_text) continue;  // their last field reaches to the end of the packet
    const std::string packet = encode(message);
    for (std::size_t size = 0; size < packet.size(); ++size)
      EXPECT_FALSE(decode(std::string_view(packet).substr(0, size)).has_value());
    EXPECT_FALSE(decode(packet + '\0').has_value());
  }
}

TEST(WallMessage, ValuesOutOfTheirRangeAreRefused) {
  std::string packet = encode(Hello{});
  packet[4] = 3;  // a role that there is not
  EXPECT_FALSE(decode(packet).has_value());
  packet = encode(Hello{});
  packet[0] = 9;  // another version
  EXPECT_FALSE(decode(packet).has_value());
  packet = encode(Hello{});
  packet[2] = 99;  // a kind that there is not
  EXPECT_FALSE(decode(packet).has_value());
  State state = busy_state();
  state.time_s = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(decode(encode(state)).has_value());
  state = busy_state();
  state.body_count = kMaxBodies + 1;
  EXPECT_FALSE(
      decode(encode(busy_state())
                 .replace(encode(busy_state()).size() - 3 * 20 - 2, 2, std::string("\xFF\xFF", 2)))
          .has_value());
}

TEST(WallMessage, APacketBeyondTheBoundIsRefused) {
  EXPECT_TRUE(decode(encode(PlanProposal{1, std::string(kPayloadMax_bytes, 'x')})).has_value());
  EXPECT_FALSE(
      decode(encode(PlanProposal{1, ""}) + std::string(kPayloadMax_bytes + 1, 'x')).has_value());
}

TEST(WallMessage, RandomBytesNeverCrashAndRarelyPass) {
  Random random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string packet = encode(one_of_each()[static_cast<std::size_t>(round) % 9]);
    for (int flips = 0; flips < 4; ++flips)
      packet[static_cast<std::size_t>(random.uniform(0.0, 0.999) *
                                      static_cast<double>(packet.size()))] =
          static_cast<char>(random.uniform(0.0, 255.0));
    if (const auto read = decode(packet)) {
      EXPECT_EQ(encode(*read).size(), packet.size());
    }
  }
}

TEST(WallMessage, TheLoopReadsAPoliciesCommandAndNothingElse) {
  PolicyCommand read;
  for (const Message& message : one_of_each())
    EXPECT_EQ(decode(encode(message), read), std::holds_alternative<PolicyCommand>(message));
  EXPECT_EQ(read.position_rad[1], 0.4);
  PolicyCommand command;
  command.joints = 2;
  std::string packet = encode(Message(command));
  for (std::size_t size = 0; size < packet.size(); ++size)
    EXPECT_FALSE(decode(std::string_view(packet).substr(0, size), read));
  EXPECT_FALSE(decode(packet + '\0', read));
  command.torque_Nm[1] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(decode(encode(Message(command)), read));
  packet.replace(12, 2, "\xff\xff", 2);
  EXPECT_FALSE(decode(packet, read)) << "more joints than there is room for";
}

}  // namespace
}  // namespace longmen::wall
