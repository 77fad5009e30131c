#include "runtime/receipts.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/allocation_counter.h"
#include "core/plan_message.h"
#include "model/robot_names.h"
#include "runtime/live_documents.h"
#include "runtime/resting_io.h"
#include "runtime/session.h"

namespace longmen::runtime {
namespace {

const std::filesystem::path kReceiptRoot = LONGMEN_SOURCE_DIR;

std::string message_of(std::vector<PlanStep> steps, const std::string& key = {}) {
  return encode_plan({"p", "parser", "text", std::move(steps), key}).value();
}
PlanStep wait_s(double duration_s) { return {"wait", {{"duration_s", duration_s}}}; }

/// A session of a robot at rest, armed with lease 7.
class Armed {
 public:
  void propose(const std::string& message) {
    record::Event event;
    event.kind = record::Event::Kind::kPlan;
    session.take(event, message);
  }
  void run(double duration_s) {
    for (int k = 0; k < duration_s / kTick_s; ++k) {
      if (io.tick() % 20 == 0) session.take(record::Event::of_lease(7, ++sequence));
      ASSERT_EQ(session.tick(io), io::WriteStatus::kAccepted);
    }
  }

  Session session =
      Session::create({.project_folder = kReceiptRoot,
                       .robot_folder = kReceiptRoot / "robots" /
                                       model::robot_names(kReceiptRoot / "robots").at(0),
                       .world_folder = kReceiptRoot / "worlds/factory"})
          .value();
  RestingIo io{session.model()};
  std::uint64_t sequence = 0;
};

TEST(Receipts, SayWhatWasRequestedApprovedStartedAndSeenToBeDone) {
  Armed robot;
  robot.run(1.0);
  robot.propose(message_of({wait_s(0.5), {"say", {{"text", std::string("好")}}}, wait_s(0.5)}));
  const auto& receipts = robot.session.receipts();
  ASSERT_EQ(receipts.size(), 3u);
  EXPECT_EQ(receipts[0].state, Receipt::State::kApproved);
  EXPECT_EQ(receipts[0].requested, 1000);
  EXPECT_NE(receipts[0].id, receipts[1].id);
  EXPECT_GT(receipts[1].deadline, receipts[0].deadline);
  robot.run(0.2);
  EXPECT_EQ(receipts[0].state, Receipt::State::kStarted);
  EXPECT_EQ(receipts[0].lease, 7u);
  EXPECT_GT(receipts[0].deadline, receipts[0].started);
  robot.run(3.0);
  EXPECT_EQ(receipts[0].state, Receipt::State::kDone);
  ASSERT_TRUE(receipts[0].evidence.is_observable());
  EXPECT_EQ(receipts[1].state, Receipt::State::kEnded) << "no sensor hears what was said";
  EXPECT_EQ(receipts[2].state, Receipt::State::kDone);
  EXPECT_GE(receipts[2].started, receipts[1].ended);
}

TEST(Receipts, APlanThatIsReplacedOrStoppedSaysSo) {
  Armed robot;
  robot.propose(message_of({wait_s(5.0), wait_s(5.0)}));
  robot.run(1.0);
  robot.propose(message_of({wait_s(5.0), wait_s(4.0)}));
  robot.run(1.0);
  record::Event stop;
  stop.kind = record::Event::Kind::kStop;
  stop.stop = StopRung::kHold;
  robot.session.take(stop);
  robot.run(3.0);
  const auto& receipts = robot.session.receipts();
  EXPECT_EQ(receipts[0].state, Receipt::State::kFailed);
  EXPECT_EQ(receipts[0].fault, skills::SkillFault::kStopped);
  EXPECT_EQ(receipts[1].state, Receipt::State::kNotStarted);
  EXPECT_EQ(receipts[1].started, Receipt::kNever);
}

TEST(Receipts, ARequestMadeTwiceActsOnce) {
  Armed robot;
  const std::string message = message_of({wait_s(0.5)}, "order-17");
  robot.propose(message);
  robot.run(2.0);
  const Receipt first = robot.session.receipts().at(0);
  EXPECT_EQ(first.state, Receipt::State::kDone);
  EXPECT_EQ(first.key, "order-17/1");
  robot.propose(message);
  robot.run(2.0);
  EXPECT_EQ(robot.session.verdict()->status, VerdictStatus::kApproved) << "the answer of then";
  EXPECT_TRUE(robot.session.verdict()->repeated);
  const auto said = nlohmann::json::parse(verdict_document(robot.session));
  EXPECT_EQ(said["repeated"], true);
  ASSERT_EQ(said["receipts"].size(), 1u);
  EXPECT_EQ(said["receipts"][0]["key"], "order-17/1");
  EXPECT_EQ(said["receipts"][0]["state"], "done");
  EXPECT_EQ(robot.session.receipts().at(0).id, first.id);
  EXPECT_EQ(robot.session.receipts().at(0).started, first.started);

  // Without a key every request is one of its own.
  robot.propose(message_of({wait_s(0.5)}));
  robot.run(2.0);
  EXPECT_NE(robot.session.receipts().at(0).id, first.id);
  EXPECT_EQ(robot.session.receipts().at(0).state, Receipt::State::kDone);
}

TEST(Receipts, AKeyThatBelongsToAnotherRequestIsRefused) {
  Armed robot;
  robot.propose(message_of({wait_s(0.5)}, "k"));
  robot.propose(message_of({wait_s(0.6)}, "k"));
  ASSERT_EQ(robot.session.verdict()->status, VerdictStatus::kRefused);
  EXPECT_EQ(robot.session.verdict()->reasons.at(0).rule, "plan.key");
  robot.run(2.0);
  EXPECT_EQ(robot.session.receipts().at(0).state, Receipt::State::kDone) << "the first goes on";
}

TEST(Receipts, AreJsonWhateverTheySayAndTakeNoMemory) {
  Receipt receipt;
  receipt.id = "0123456789abcdef-1000/1";
  receipt.key = "a \"quoted\" key\n\\ 键";
  receipt.count = 1;
  receipt.deadline = 60000;
  receipt.evidence.at_most("seen_age_s", std::numeric_limits<double>::infinity(), 0.6);
  receipt.evidence.at_least("hand_waved_m", 0.123456789, 0.1);
  std::array<char, kReceiptMax_bytes> buffer;
  std::string_view text;
  {
    const AllocationScope scope;
    text = receipt_json(receipt, 0.001, buffer);
    EXPECT_EQ(scope.count(), 0u);
  }
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["key"], "a quoted key 键");
  EXPECT_EQ(json["state"], "approved");
  EXPECT_TRUE(json["started_s"].is_null());
  EXPECT_EQ(json["deadline_s"], 60.0);
  EXPECT_TRUE(json["evidence"][0]["value"].is_null());
  EXPECT_EQ(json["evidence"][0]["at_most"], 0.6);
  EXPECT_EQ(json["evidence"][1]["at_least"], 0.1);
}

TEST(Receipts, TicksOfAPlanTakeNoMemory) {
  Armed robot;
  robot.propose(message_of({wait_s(0.3), wait_s(0.3)}));
  robot.run(0.1);
  std::size_t taken = 0;
  for (int k = 0; k < 2000; ++k) {
    if (robot.io.tick() % 20 == 0) robot.run(kTick_s);
    const AllocationScope scope;
    ASSERT_EQ(robot.session.tick(robot.io), io::WriteStatus::kAccepted);
    taken += scope.count();
  }
  EXPECT_EQ(taken, 0u);
  EXPECT_EQ(robot.session.receipts().at(1).state, Receipt::State::kDone);
}

}  // namespace
}  // namespace longmen::runtime
