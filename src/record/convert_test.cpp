#include "record/convert.h"

#include <gtest/gtest.h>

#include "record/test_frames.h"

namespace longmen::record {
namespace {

using testing::any_tick;

// The struct's bytes survive: written, parsed and written again, the messages are equal, and so is
// every value that a field-by-field look at the struct finds.
template <typename Message, typename Frame>
Frame round_trip(const Frame& frame) {
  Message message;
  to_proto(frame, message);
  const std::string bytes = message.SerializeAsString();
  Message parsed;
  EXPECT_TRUE(parsed.ParseFromString(bytes));
  Frame back;
  const auto taken = from_proto(parsed, back);
  EXPECT_TRUE(taken) << taken.error().text();
  Message again;
  to_proto(back, again);
  EXPECT_EQ(again.SerializeAsString(), bytes);
  return back;
}

template <typename A, typename B>
bool equal_bits(const A& a, const B& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(double)) == 0;
}

TEST(Convert, EveryBitOfEveryFrameSurvives) {
  Random random(7);
  for (int i = 0; i < 200; ++i) {
    const TickRecord r = any_tick(random, i, 1 + i % kMaxJoints);
    const auto sensors = round_trip<proto::SensorFrame>(r.sensors);
    EXPECT_TRUE(equal_bits(sensors.gyro_B_rad_s, r.sensors.gyro_B_rad_s));
    EXPECT_TRUE(equal_bits(sensors.q_WB.coeffs(), r.sensors.q_WB.coeffs()));
    EXPECT_TRUE(equal_bits(sensors.joint_velocity_rad_s, r.sensors.joint_velocity_rad_s));
    EXPECT_EQ(sensors.detection_count, r.sensors.detection_count);
    EXPECT_EQ(sensors.sighting_count, r.sensors.sighting_count);
    for (std::size_t k = 0; k < kMaxObjects; ++k) {
      const auto& sighting = sensors.sightings[k];
      EXPECT_TRUE(equal_bits(sighting.p_WO, r.sensors.sightings[k].p_WO));
      EXPECT_TRUE(equal_bits(sighting.q_WO.coeffs(), r.sensors.sightings[k].q_WO.coeffs()));
    }
    EXPECT_EQ(sensors.pose_fix.present, r.sensors.pose_fix.present);
    const auto state = round_trip<proto::RobotState>(r.state);
    EXPECT_TRUE(equal_bits(state.joint_position_rad, r.state.joint_position_rad));
    EXPECT_EQ(state.sensor_faults, r.state.sensor_faults);
    const auto world = round_trip<proto::WorldState>(r.world);
    EXPECT_EQ(world.track_count, r.world.track_count);
    EXPECT_EQ(world.object_count, r.world.object_count);
    for (std::size_t k = 0; k < kMaxObjects; ++k) {
      EXPECT_EQ(world.objects[k].known, r.world.objects[k].known);
      EXPECT_TRUE(equal_bits(world.objects[k].p_WO, r.world.objects[k].p_WO));
      EXPECT_TRUE(equal_bits(world.objects[k].q_WO.coeffs(), r.world.objects[k].q_WO.coeffs()));
    }
    const auto reference = round_trip<proto::WholeBodyReference>(r.reference);
    EXPECT_TRUE(equal_bits(reference.feet[1].a_WS, r.reference.feet[1].a_WS));
    EXPECT_TRUE(equal_bits(reference.posture_rad, r.reference.posture_rad));
    EXPECT_EQ(reference.phase, r.reference.phase);
    EXPECT_EQ(reference.palms[kLeft].active, r.reference.palms[kLeft].active);
    EXPECT_TRUE(equal_bits(reference.palms[kRight].force_W_N, r.reference.palms[kRight].force_W_N));
    EXPECT_TRUE(same_bits(round_trip<proto::Command>(r.proposal), r.proposal));
    const auto gate = round_trip<proto::GateReport>(r.gate);
    EXPECT_EQ(gate.rung, r.gate.rung);
    EXPECT_EQ(gate.source, r.gate.source);
    EXPECT_EQ(gate.rule, r.gate.rule);
    EXPECT_EQ(gate.joint, r.gate.joint);
  }
}

// A new field of a frame must also be recorded. Who adds one finds that this no longer compiles,
// converts it in convert.cpp and its .proto, sets it in test_frames.h, and names it here.
TEST(Convert, NoFieldIsForgotten) {
  const TickRecord r;
  {
    const auto& [tick, imu_tick, gyro, accelerometer, q_WB, joint_tick, position, velocity,
                 foot_tick, foot_force, pose_fix, detection_count, detections, sighting_count,
                 sightings] = r.sensors;
    [[maybe_unused]] const auto& [present, measured_tick, p_WB, yaw] = pose_fix;
    const auto& [source_id, is_person, seen_tick, p_WO, radius, height] = detections[0];
    [[maybe_unused]] const auto& [object, sighted_tick, p_WS, q_WS] = sightings[0];
    EXPECT_FALSE(present || is_person);
  }
  {
    const auto& [tick, time, valid, p_WB, q_WB, v_WB_W, w_WB_B, position, velocity, foot_force,
                 contact, frame_turn, frame_shift, position_sigma, yaw_sigma, fix_age,
                 sensor_faults] = r.state;
    EXPECT_FALSE(valid);
  }
  {
    const auto& [tick, track_count, tracks, object_count, objects] = r.world;
    const auto& [id, is_person, p_WO, v_WO, radius, height, p_sigma, v_sigma, age] = tracks[0];
    const auto& [known, p_WObject, q_WObject, object_sigma, object_age] = objects[0];
    EXPECT_FALSE(is_person || known);
  }
  {
    const auto& [tick, feet, com_acceleration, q_WT, w_WT_W, palms, posture, posture_rate, dcm,
                 dcm_reference, cop, foothold, phase, stance] = r.reference;
    const auto& [active, p_WP, v_WP, q_WP, w_WP_W, force] = palms[0];
    EXPECT_FALSE(active);
    const auto& [in_contact, force_max, p_WS, v_WS, a_WS, yaw, yaw_rate, normal, share] = feet[0];
    EXPECT_TRUE(in_contact);
  }
  {
    const auto& [tick, torque, position, velocity, stiffness, damping] = r.proposal;
    EXPECT_EQ(tick, 0);
  }
  {
    const auto& [tick, armed, changed, rung, source, rule, joint, margin, change_max,
                 joints_changed] = r.gate;
    EXPECT_FALSE(armed);
  }
}

TEST(Convert, EveryKindOfEventSurvives) {
  const auto round = [](const Event& event, std::string_view payload) {
    proto::Event message;
    to_proto(event, payload, message);
    proto::Event parsed;
    EXPECT_TRUE(parsed.ParseFromString(message.SerializeAsString()));
    Event back;
    std::string text;
    EXPECT_TRUE(from_proto(parsed, back, text));
    EXPECT_EQ(back.tick, event.tick);
    EXPECT_EQ(back.kind, event.kind);
    EXPECT_EQ(back.source, event.source);
    return std::pair(back, text);
  };
  Event event;
  event.tick = 1234;
  event.set_source("skill");

  event.kind = Event::Kind::kVelocityCommand;
  event.velocity_H_m_s = {0.8, 0.1};
  event.yaw_rate_rad_s = -0.5;
  EXPECT_EQ(round(event, "").first.velocity_H_m_s, event.velocity_H_m_s);
  EXPECT_EQ(round(event, "").first.yaw_rate_rad_s, -0.5);

  event.kind = Event::Kind::kLease;
  event.lease = {Event::Lease::Act::kEmergencyStop, 12, ~0ull};
  EXPECT_EQ(round(event, "").first.lease, event.lease);
  event.kind = Event::Kind::kStop;
  event.stop = StopRung::kSettle;
  EXPECT_EQ(round(event, "").first.stop, StopRung::kSettle);

  event.kind = Event::Kind::kPolicy;
  event.policy = {3, PolicyStanding::kRescued};
  EXPECT_EQ(round(event, "hung").first.policy, event.policy);
  EXPECT_EQ(round(event, "hung").second, "hung");

  for (const auto kind :
       {Event::Kind::kPlan, Event::Kind::kNote, Event::Kind::kMap, Event::Kind::kFault}) {
    event.kind = kind;
    EXPECT_EQ(round(event, "a payload").second, "a payload");
    EXPECT_EQ(round(event, "").second, "");
  }
}

TEST(Convert, AFrameThatCannotBeIsRefusedWithTheNameOfTheField) {
  Random random(1);
  proto::SensorFrame message;
  to_proto(any_tick(random, 1, 3).sensors, message);
  message.add_q_wb(0.0);
  SensorFrame frame;
  auto taken = from_proto(message, frame);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(taken.error().message, "field q_WB has 5 values, expected 4");

  to_proto(any_tick(random, 1, kMaxJoints).sensors, message);
  message.add_joint_position_rad(0.0);
  taken = from_proto(message, frame);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().message, "field joint_position_rad has 49 values, expected at most 48");

  proto::GateReport report;
  report.set_joint(1 << 20);
  GateReport gate;
  const auto narrow = from_proto(report, gate);
  ASSERT_FALSE(narrow);
  EXPECT_EQ(narrow.error().message, "field joint is 1048576: out of range");
}

TEST(Convert, SameBitsTellsZerosAndNansApart) {
  ProposedCommand a;
  a.resize(2);
  ProposedCommand b = a;
  EXPECT_TRUE(same_bits(a, b));
  b.torque_Nm[1] = -0.0;
  EXPECT_FALSE(same_bits(a, b));
  a.torque_Nm[1] = b.torque_Nm[1] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(same_bits(a, b));
}

}  // namespace
}  // namespace longmen::record
