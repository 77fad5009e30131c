#include "record/run_tally.h"

#include <gtest/gtest.h>

#include "core/plan_message.h"
#include "record/record_writer.h"
#include "record/test_frames.h"

namespace longmen::record {
namespace {

/// Ten seconds at 1 kHz: armed from 1 s on; a test writes what happens at some ticks.
class RunTallyTest : public ::testing::Test {
 protected:
  template <typename Happens>
  RunTally tally_of(const Happens& happens) {
    RunInfo run;
    run.joints = {"a"};
    auto writer = RecordWriter::create(file_.path(), run, {}).value();
    for (Tick tick = 0; tick < 10'000; ++tick) {
      TickRecord record;
      for (auto* frame : {&record.proposal, &record.safe}) {
        for (JointVector* v : {&frame->torque_Nm, &frame->position_rad, &frame->velocity_rad_s,
                               &frame->stiffness_Nm_rad, &frame->damping_Nms_rad})
          v->setZero(1);
        frame->tick = tick;
      }
      for (JointVector* v :
           {&record.sensors.joint_position_rad, &record.sensors.joint_velocity_rad_s,
            &record.state.joint_position_rad, &record.state.joint_velocity_rad_s,
            &record.reference.posture_rad, &record.reference.posture_rate_rad_s})
        v->setZero(1);
      record.state.valid = true;
      record.state.q_WB.setIdentity();
      record.sensors.tick = record.state.tick = record.world.tick = record.reference.tick =
          record.gate.tick = tick;
      record.gate.armed = tick >= 1000;
      record.gate.rung = tick >= 1000 ? StopRung::kNone : StopRung::kHold;
      happens(tick, record, writer);
      EXPECT_TRUE(writer.write_tick(record.view(), true));
    }
    EXPECT_TRUE(writer.close());
    auto reader = RecordReader::open(file_.path()).value();
    auto counted = tally(reader);
    EXPECT_TRUE(counted) << counted.error().text();
    return *counted;
  }
  static void propose(RecordWriter& writer, Tick tick, const char* model, const char* verdict) {
    Plan plan{"p", model, "wave", {{"wave", {}}}};
    ASSERT_TRUE(writer.write_document(Topic::kPlan, tick, encode_plan(plan).value()));
    ASSERT_TRUE(writer.write_document(Topic::kVerdict, tick, verdict));
  }
  testing::TemporaryFile file_{"tally.mcap"};
};

TEST_F(RunTallyTest, NothingHappens) {
  const RunTally t = tally_of([](Tick, TickRecord&, RecordWriter&) {});
  EXPECT_NEAR(t.duration_s, 10.0, 1e-6);
  EXPECT_NEAR(t.armed_s, 9.0, 1e-6);
  EXPECT_TRUE(t.interventions.empty());
  EXPECT_TRUE(t.stops.empty()) << "a robot that is not armed yet has not stopped";
  EXPECT_EQ(t.total().falls, 0);
}

TEST_F(RunTallyTest, ARuleThatBindsAgainWithinHalfASecondIsOneIntervention) {
  const RunTally t = tally_of([](Tick tick, TickRecord& record, RecordWriter&) {
    const auto binds = [&](MotionRule rule) {
      record.gate.changed = true;
      record.gate.rule = rule;
    };
    if (tick == 500) binds(MotionRule::kTorque);                  // not armed
    if (tick >= 2000 && tick < 2100) binds(MotionRule::kTorque);  // one
    if (tick == 2500) binds(MotionRule::kTorque);                 // the same
    if (tick == 2550) binds(MotionRule::kSeparation);             // another rule
    if (tick == 3001) binds(MotionRule::kTorque);                 // 501 ms later: another
    if (tick == 4000) binds(MotionRule::kStop);                   // somebody's wish
  });
  EXPECT_EQ(t.interventions,
            (std::map<std::string, std::int64_t>{{"separation", 1}, {"torque", 2}}));
  EXPECT_EQ(t.total().interventions, 3);
}

TEST_F(RunTallyTest, StopsHaveARungAndACause) {
  const RunTally t = tally_of([](Tick tick, TickRecord& record, RecordWriter& writer) {
    const auto rung = [&](Tick from, Tick to, StopRung is) {
      if (tick >= from && tick < to) record.gate.rung = is;
    };
    Event event;
    event.tick = tick;
    if (tick == 2000) {
      event.kind = Event::Kind::kStop;
      event.stop = StopRung::kHold;
      EXPECT_TRUE(writer.write_event(event, ""));
    }
    rung(1500, 1900, StopRung::kSlow);  // no stop
    rung(2001, 2500, StopRung::kHold);
    rung(4000, 4010, StopRung::kHold);
    rung(4010, 4500, StopRung::kSettle);
    if (tick == 6000) {
      event.kind = Event::Kind::kLease;
      event.lease.act = Event::Lease::Act::kEmergencyStop;
      EXPECT_TRUE(writer.write_event(event, ""));
    }
    if (tick >= 6000) record.gate.armed = false;
    rung(6000, 10'000, StopRung::kHold);
  });
  EXPECT_EQ(t.stops, (std::map<std::string, std::int64_t>{{"hold", 2}, {"settle", 1}}));
  EXPECT_EQ(t.stop_causes,
            (std::map<std::string, std::int64_t>{{"asked", 1}, {"emergency", 1}, {"gate", 1}}));
  EXPECT_NEAR(t.armed_s, 5.0, 1e-6);
}

TEST_F(RunTallyTest, WhatHappensIsOfTheModelWhosePlanWasLetThroughLast) {
  const RunTally t = tally_of([](Tick tick, TickRecord& record, RecordWriter& writer) {
    if (tick == 2000) propose(writer, tick, "good", R"({"status":"approved","rules":[]})");
    if (tick == 3000)
      propose(writer, tick, "bad", R"({"status":"refused","rules":["plan.zone","words.heat"]})");
    if (tick == 4000) propose(writer, tick, "bad", R"({"status":"ask","rules":["plan.zone"]})");
    if (tick == 5000)
      propose(writer, tick, "other", R"({"status":"repaired","rules":["plan.at"]})");
    if (tick == 4500) {
      record.gate.changed = true;
      record.gate.rule = MotionRule::kTilt;
    }
    if (tick >= 7000 && tick < 8000)
      record.state.q_WB = Eigen::AngleAxisd(1.2, Eigen::Vector3d::UnitX());
    if (tick >= 8000)  // still not up
      record.state.q_WB = Eigen::AngleAxisd(0.8, Eigen::Vector3d::UnitX());
  });
  ASSERT_EQ(t.models.size(), 4u);
  EXPECT_NEAR(t.models.at("").armed_s, 1.0, 1e-6);
  EXPECT_NEAR(t.models.at("good").armed_s, 3.0, 1e-6);
  EXPECT_EQ(t.models.at("good").interventions, 1);
  EXPECT_EQ(t.models.at("bad").plans, 2);
  EXPECT_EQ(t.models.at("bad").refused, 1);
  EXPECT_EQ(t.models.at("bad").asked, 1);
  EXPECT_EQ(t.models.at("bad").armed_s, 0.0);
  EXPECT_NEAR(t.models.at("other").armed_s, 5.0, 1e-6);
  EXPECT_EQ(t.models.at("other").falls, 1);
  EXPECT_EQ(t.refusals, (std::map<std::string, std::int64_t>{{"plan.zone", 1}, {"words.heat", 1}}));
  RunTally twice = t;
  twice += t;
  EXPECT_EQ(twice.total().plans, 2 * t.total().plans);
  EXPECT_EQ(twice.refusals.at("plan.zone"), 2);
}

}  // namespace
}  // namespace longmen::record
