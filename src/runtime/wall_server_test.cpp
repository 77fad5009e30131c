#include "runtime/wall_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>

#include "wall/client.h"

namespace longmen::runtime {
namespace {

using namespace std::chrono_literals;

std::filesystem::path socket_path(const char* name) {
  return std::filesystem::temp_directory_path() /
         ("longmen_wall_" + std::to_string(getpid()) + "_" + name);
}

wall::Welcome toy_welcome() {
  wall::Welcome welcome;
  welcome.robot = wall::Name<32>("toy");
  welcome.bodies = 1;
  return welcome;
}

/// Waits for an input as the loop would, at most two seconds.
std::optional<WallInput> wait_for_input(WallServer& server) {
  for (int i = 0; i < 2000; ++i) {
    if (const WallInput* input = server.next_input()) {
      WallInput copy = *input;
      server.pop_input();
      return copy;
    }
    std::this_thread::sleep_for(1ms);
  }
  return std::nullopt;
}

/// The next message of one kind, at most two seconds.
template <typename T>
std::optional<T> wait_for(wall::Client& client) {
  for (int i = 0; i < 200; ++i) {
    auto message = client.next(10);
    if (!message) return std::nullopt;
    if (*message)
      if (auto* wanted = std::get_if<T>(&**message)) return *wanted;
  }
  return std::nullopt;
}

bool is_closed(wall::Client& client) {
  for (int i = 0; i < 300; ++i)
    if (!client.next(10)) return true;
  return false;
}

struct WallFixture {
  std::filesystem::path path;
  std::unique_ptr<WallServer> server;
  explicit WallFixture(const char* name, WallServer::Documents documents = {})
      : path(socket_path(name)),
        server(WallServer::create(path, toy_welcome(), std::move(documents)).value()) {}
  wall::Client connect(wall::Role role, const char* name) const {
    return wall::Client::connect(path, role, name).value();
  }
};

using Act = record::Event::Lease::Act;

TEST(WallServer, WelcomesWithItsDocumentsInWholePieces) {
  const std::string scene(3 * wall::kPayloadMax_bytes + 17, 's');
  const WallFixture fixture("documents", {{"scene", scene}});
  wall::Client client = fixture.connect(wall::Role::kWatcher, "test");
  const auto welcome = wait_for<wall::Welcome>(client);
  ASSERT_TRUE(welcome.has_value());
  EXPECT_EQ(welcome->robot.view(), "toy");
  wall::DocumentParts parts;
  std::optional<std::string> whole;
  while (!whole) {
    const auto part = wait_for<wall::DocumentPart>(client);
    ASSERT_TRUE(part.has_value());
    EXPECT_EQ(part->name.view(), "scene");
    whole = parts.add(*part).value();
  }
  EXPECT_EQ(*whole, scene);
}

TEST(WallServer, APlanArrivesWithItsSenderAndIsAnswered) {
  const WallFixture fixture("plan");
  wall::Client client = fixture.connect(wall::Role::kMind, "mind");
  const std::uint64_t request = client.propose("{plan}").value();
  const auto input = wait_for_input(*fixture.server);
  ASSERT_TRUE(input.has_value());
  EXPECT_EQ(input->event.kind, record::Event::Kind::kPlan);
  EXPECT_EQ(input->payload, "{plan}");
  EXPECT_STREQ(input->event.source.data(), "mind");
  fixture.server->answer(input->client, {input->request, 42, wall::Outcome::kTaken});
  const auto receipt = wait_for<wall::Receipt>(client);
  ASSERT_TRUE(receipt.has_value());
  EXPECT_EQ(receipt->request, request);
  EXPECT_EQ(receipt->tick, 42);
}

TEST(WallServer, AWatcherMayStopAndNothingElse) {
  const WallFixture fixture("watcher");
  wall::Client client = fixture.connect(wall::Role::kWatcher, "eye");
  ASSERT_TRUE(client.propose("{}").has_value());
  EXPECT_EQ(wait_for<wall::Receipt>(client)->outcome, wall::Outcome::kRole);
  ASSERT_TRUE(client.take_lease().has_value());
  EXPECT_EQ(wait_for<wall::Receipt>(client)->outcome, wall::Outcome::kRole);
  ASSERT_TRUE(client.stop(wall::StopRequest::Act::kReset).has_value());
  EXPECT_EQ(wait_for<wall::Receipt>(client)->outcome, wall::Outcome::kRole);
  ASSERT_TRUE(client.stop(wall::StopRequest::Act::kEmergency).has_value());
  const auto input = wait_for_input(*fixture.server);
  ASSERT_TRUE(input.has_value());
  EXPECT_EQ(input->event.lease.act, Act::kEmergencyStop);
}

TEST(WallServer, OneHolderOfTheLeaseAndOnlyItsHeartbeatsCount) {
  const WallFixture fixture("lease");
  wall::Client first = fixture.connect(wall::Role::kOperator, "first");
  wall::Client second = fixture.connect(wall::Role::kOperator, "second");
  ASSERT_TRUE(first.take_lease().has_value());
  const auto grant = wait_for_input(*fixture.server);
  ASSERT_TRUE(grant.has_value());
  EXPECT_EQ(grant->event.lease.act, Act::kGrant);
  fixture.server->publish(wall::State{}, grant->event.lease.id);  // the loop has taken it
  ASSERT_TRUE(second.take_lease().has_value());
  EXPECT_EQ(wait_for<wall::Receipt>(second)->outcome, wall::Outcome::kLeaseHeld);
  ASSERT_TRUE(second.heartbeat().has_value());
  EXPECT_EQ(wait_for<wall::Receipt>(second)->outcome, wall::Outcome::kNoLease);
  ASSERT_TRUE(second.propose("{}").has_value());
  EXPECT_EQ(wait_for<wall::Receipt>(second)->outcome, wall::Outcome::kLeaseHeld);
  ASSERT_TRUE(first.heartbeat().has_value());
  const auto beat = wait_for_input(*fixture.server);
  ASSERT_TRUE(beat.has_value());
  EXPECT_EQ(beat->event.lease.act, Act::kHeartbeat);
  EXPECT_EQ(beat->event.lease.id, grant->event.lease.id);
  EXPECT_GT(beat->event.lease.sequence, grant->event.lease.sequence);
}

TEST(WallServer, OnlyTheHolderOfTheLeaseDrives) {
  const WallFixture fixture("drive");
  wall::Client holder = fixture.connect(wall::Role::kOperator, "page");
  wall::Client other = fixture.connect(wall::Role::kOperator, "other");
  wall::Client mind = fixture.connect(wall::Role::kMind, "mind");
  ASSERT_TRUE(holder.take_lease().has_value());
  ASSERT_EQ(wait_for_input(*fixture.server)->event.lease.act, Act::kGrant);
  ASSERT_TRUE(other.drive(0.4, 0.0, 0.0).has_value());
  EXPECT_EQ(wait_for<wall::Receipt>(other)->outcome, wall::Outcome::kNoLease);
  ASSERT_TRUE(mind.drive(0.4, 0.0, 0.0).has_value());
  EXPECT_EQ(wait_for<wall::Receipt>(mind)->outcome, wall::Outcome::kRole);
  ASSERT_TRUE(holder.drive(0.25, -0.125, 0.5).has_value());
  const auto input = wait_for_input(*fixture.server);
  ASSERT_TRUE(input.has_value());
  EXPECT_EQ(input->event.kind, record::Event::Kind::kVelocityCommand);
  EXPECT_EQ(input->event.velocity_H_m_s, Eigen::Vector2d(0.25, -0.125));
  EXPECT_EQ(input->event.yaw_rate_rad_s, 0.5);
  EXPECT_STREQ(input->event.source.data(), "page");
}

TEST(WallServer, TheHoldersDeathGivesTheLeaseBackForIt) {
  const WallFixture fixture("death");
  {
    wall::Client holder = fixture.connect(wall::Role::kOperator, "holder");
    ASSERT_TRUE(holder.take_lease().has_value());
    ASSERT_EQ(wait_for_input(*fixture.server)->event.lease.act, Act::kGrant);
  }
  const auto input = wait_for_input(*fixture.server);
  ASSERT_TRUE(input.has_value());
  EXPECT_EQ(input->event.lease.act, Act::kRelease);
}

TEST(WallServer, GarbageFromTheHolderEndsItsConnectionAndItsLease) {
  const WallFixture fixture("garbage");
  wall::Client holder = fixture.connect(wall::Role::kOperator, "holder");
  ASSERT_TRUE(holder.take_lease().has_value());
  ASSERT_EQ(wait_for_input(*fixture.server)->event.lease.act, Act::kGrant);
  ASSERT_GT(send(holder.descriptor(), "garbage", 7, 0), 0);
  const auto input = wait_for_input(*fixture.server);
  ASSERT_TRUE(input.has_value());
  EXPECT_EQ(input->event.lease.act, Act::kRelease);
  EXPECT_TRUE(is_closed(holder));
  EXPECT_EQ(fixture.server->counts().refused_packets, 1u);
}

TEST(WallServer, WhoDoesNotSayHelloFirstIsClosed) {
  const WallFixture fixture("hello");
  const wall::Descriptor socket = wall::connect_to(fixture.path).value();
  const std::string packet = wall::encode(wall::PlanProposal{1, "{}"});
  ASSERT_EQ(wall::send_packet(socket, packet), wall::Transfer::kDone);
  for (int i = 0; i < 2000 && fixture.server->counts().refused_packets == 0; ++i)
    std::this_thread::sleep_for(1ms);
  EXPECT_EQ(fixture.server->counts().refused_packets, 1u);
  EXPECT_EQ(fixture.server->next_input(), nullptr);
}

TEST(WallServer, AReaderThatSleepsLosesStatesAndIsClosedAtLastWhileOthersReadOn) {
  const WallFixture fixture("sleeper");
  wall::Client sleeper = fixture.connect(wall::Role::kWatcher, "sleeper");
  wall::Client reader = fixture.connect(wall::Role::kWatcher, "reader");
  ASSERT_TRUE(wait_for<wall::Welcome>(reader).has_value());
  wall::Event event;
  event.kind = wall::Event::Kind::kSpeech;
  event.text = std::string(2000, 'x');
  int read = 0;
  for (int i = 0; i < 3000 && fixture.server->counts().slow_closed == 0; ++i) {
    fixture.server->publish(event);
    fixture.server->publish(wall::State{}, 0);
    while (true) {
      const auto message = reader.next(1).value();
      if (!message) break;
      if (std::holds_alternative<wall::Event>(*message)) ++read;
    }
  }
  EXPECT_EQ(fixture.server->counts().slow_closed, 1u);
  EXPECT_GT(fixture.server->counts().states_dropped, 0u);
  EXPECT_GT(read, 500);
}

TEST(WallServer, ASecondRobotAtTheSameSocketIsRefusedAndADeadOnesPlaceIsTaken) {
  const WallFixture fixture("place");
  EXPECT_FALSE(WallServer::create(fixture.path, toy_welcome(), {}).has_value());
  const std::filesystem::path left = socket_path("left");
  { const wall::Descriptor dead = wall::listen_at(left).value(); }
  EXPECT_TRUE(WallServer::create(left, toy_welcome(), {}).has_value());
}

}  // namespace
}  // namespace longmen::runtime
