#include "agent/endpoint_agent.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "agent/dialogue.h"
#include "agent/parser.h"
#include "core/plan_message.h"

namespace longmen::agent {
namespace {

/// Serves each connection by `serve`, on 127.0.0.1.
class Server {
 public:
  explicit Server(std::function<void(int)> serve) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    listen(socket_, 8);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, serve = std::move(serve)] {
      for (int c; (c = accept(socket_, nullptr, nullptr)) >= 0;) {
        ++connections;
        char request[65536];
        (void)(recv(c, request, sizeof request, 0) < 0);
        serve(c);
        close(c);
      }
    });
  }
  ~Server() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }
  [[nodiscard]] std::string address() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/v1#small";
  }
  std::atomic<int> connections = 0;

 private:
  int socket_;
  int port_ = 0;
  std::jthread thread_;
};

bool put(int c, const std::string& bytes) {
  return send(c, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

std::string http(const std::string& body, const char* status = "200 OK") {
  return "HTTP/1.1 " + std::string(status) +
         "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

std::string chat(const std::string& content) {
  std::string quoted;
  for (const char c : content) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return http(R"({"choices":[{"message":{"content":")" + quoted + R"("}}]})");
}

const world::World& factory() {
  static const world::World world =
      world::load_world(std::string(LONGMEN_SOURCE_DIR) + "/worlds/factory").value();
  return world;
}

Answer ask(const Server& server, EndpointLimits limits = {}) {
  return EndpointAgent::create(server.address(), limits).value().answer("go", factory());
}

std::string reason(const Answer& answer) {
  const auto* cannot = std::get_if<Cannot>(&answer);
  return cannot == nullptr ? "planned" : cannot->reason.en;
}

TEST(EndpointAgent, ReadsAPlanOfTheCatalogue) {
  Server server([](int c) {
    put(c, chat("Sure! ```json {\"steps\": [{\"skill\": \"walk_to\", \"args\": {\"place\": "
                "\"shelf\"}}, {\"skill\": \"wave\", \"args\": {}}], \"ask\": \"\", \"cannot\": "
                "\"\"} ```"));
  });
  const Answer answer = ask(server);
  const auto& plan = std::get<Proposal>(answer).plan;
  ASSERT_EQ(plan.steps.size(), 2u);
  EXPECT_EQ(describe(plan.steps[0]), "walk_to(place: shelf)");
  EXPECT_EQ(plan.model, "small");
  EXPECT_TRUE(encode_plan(plan));
}

TEST(EndpointAgent, PassesOnItsQuestionOrItsReason) {
  Server asks([](int c) { put(c, chat(R"({"steps": [], "ask": "Which box?", "cannot": ""})")); });
  EXPECT_EQ(std::get<Ask>(ask(asks)).question.en, "Which box?");
  Server cannot([](int c) { put(c, chat(R"({"steps": [], "ask": "", "cannot": "Unsafe."})")); });
  EXPECT_EQ(reason(ask(cannot)), "Unsafe.");
}

TEST(EndpointAgent, TakesNothingThatIsNotOfTheCatalogueAndTheWorld) {
  for (const char* content :
       {"", "hello", "{}", "[]", R"({"steps": []})", R"({"steps": [1]})",
        R"({"steps": [{"skill": "fly", "args": {}}]})",
        R"({"steps": [{"skill": "walk_to", "args": {}}]})",
        R"({"steps": [{"skill": "walk_to", "args": {"place": "moon"}}]})",
        R"({"steps": [{"skill": "walk_to", "args": {"place": 3}}]})",
        R"({"steps": [{"skill": "walk_to", "args": {"place": "shelf", "speed": 9}}]})",
        R"({"steps": [{"skill": "turn", "args": {"angle_deg": 1e300}}]})",
        R"({"steps": [{"skill": "wave", "args": [1]}]})",
        R"({"steps": [{"skill": "say", "args": {"text": ""}}]})"}) {
    Server server([content](int c) { put(c, chat(content)); });
    EXPECT_NE(reason(ask(server)), "planned") << content;
  }
}

TEST(EndpointAgent, AServerThatIsSlowEndlessHugeOrBrokenCostsNoMoreThanItsBounds) {
  EndpointLimits limits;
  limits.timeout_s = 0.5;
  const auto begin = std::chrono::steady_clock::now();
  Server slow([](int) { std::this_thread::sleep_for(std::chrono::milliseconds(1500)); });
  EXPECT_NE(reason(ask(slow, limits)).find("no reply within"), std::string::npos);
  Server endless([](int c) {
    for (put(c, "HTTP/1.1 200 OK\r\n\r\n"); put(c, "x");)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  EXPECT_NE(reason(ask(endless, limits)).find("no reply within"), std::string::npos);
  Server huge([](int c) {
    const std::string block(1 << 20, 'x');
    put(c, "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n");
    for (int i = 0; i < 100 && put(c, block); ++i) {
    }
  });
  EXPECT_NE(reason(ask(huge)).find("larger than"), std::string::npos);
  Server garbage([](int c) { put(c, std::string("\0\xff garbage", 10)); });
  EXPECT_NE(reason(ask(garbage, limits)), "planned");
  Server words([](int c) { put(c, http("no json")); });
  EXPECT_NE(reason(ask(words)).find("not one of a chat completion"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(EndpointAgent, TriesAgainWithinItsBudget) {
  std::atomic<int> calls = 0;
  Server server([&](int c) {
    put(c, ++calls < 3 ? http("busy", "503 Busy")
                       : chat(R"({"steps": [{"skill": "wave", "args": {}}]})"));
  });
  EXPECT_TRUE(std::holds_alternative<Proposal>(ask(server)));
  EXPECT_EQ(server.connections, 3);
  EndpointLimits limits;
  limits.requests_max = 1;
  const auto agent = EndpointAgent::create(server.address(), limits).value();
  EXPECT_EQ(reason(agent.answer("go", factory())), "planned");
  EXPECT_NE(reason(agent.answer("go", factory())).find("budget"), std::string::npos);
}

/// Says one content after another, and hears what it was asked.
class Script {
 public:
  explicit Script(std::vector<std::string> contents)
      : contents_(std::move(contents)), server_([this](int c) {
          const auto i = std::min<std::size_t>(static_cast<std::size_t>(said_++), contents_.size());
          if (i == contents_.size()) {  // nothing more: silence
            std::this_thread::sleep_for(std::chrono::milliseconds(1200));
            return;
          }
          put(c, chat(contents_[i]));
        }) {}
  [[nodiscard]] EndpointAgent agent(EndpointLimits limits = {}) const {
    limits.timeout_s = 0.8;
    return EndpointAgent::create(server_.address(), limits).value();
  }
  [[nodiscard]] int said() const { return said_; }

 private:
  std::vector<std::string> contents_;
  std::atomic<int> said_ = 0;
  Server server_;
};

constexpr const char* kShelf =
    R"({"steps": [{"skill": "walk_to", "args": {"place": "shelf"}}], "ask": "", "cannot": ""})";
constexpr const char* kWave = R"({"steps": [{"skill": "wave", "args": {}}]})";
const Outcome kRefusal{"refused: privacy.data", R"({"refused": [{"rule": "privacy.data"}]})"};

TEST(Dialogue, AModelThatSeesTheVerdictPlansAnewForTheSameRequest) {
  Script script({kShelf, kWave});
  const EndpointAgent agent = script.agent();
  Dialogue dialogue(agent, factory(), "go");
  EXPECT_EQ(std::get<Proposal>(dialogue.open()).plan.cause, "");
  const auto answer = dialogue.after(kRefusal);
  ASSERT_TRUE(answer);
  const Plan& plan = std::get<Proposal>(*answer).plan;
  EXPECT_EQ(describe(plan.steps.at(0)), "wave()");
  EXPECT_EQ(plan.text, "go");
  EXPECT_EQ(plan.cause, "refused: privacy.data");
  EXPECT_EQ(decode_plan(encode_plan(plan).value()).value(), plan);
}

TEST(Dialogue, AModelThatIsAlwaysRefusedIsAskedOnlySoOften) {
  Script script({kShelf, kShelf, kShelf, kShelf, kShelf});
  const EndpointAgent agent = script.agent();
  Dialogue dialogue(agent, factory(), "go");
  (void)dialogue.open();
  int replans = 0;
  while (dialogue.after(kRefusal)) ASSERT_LT(++replans, 10);
  EXPECT_EQ(replans, Dialogue::kReplansMax);
  EXPECT_EQ(script.said(), 1 + Dialogue::kReplansMax);
}

TEST(Dialogue, GarbageSilenceAndASpentBudgetEndIt) {
  EndpointLimits one;
  one.requests_max = 1;
  const std::pair<std::vector<std::string>, EndpointLimits> cases[] = {
      {{kShelf, "garbage"}, {}}, {{kShelf}, {}}, {{kShelf, kWave}, one}};
  for (const auto& [contents, limits] : cases) {
    Script script(contents);
    const EndpointAgent agent = script.agent(limits);
    Dialogue dialogue(agent, factory(), "go");
    (void)dialogue.open();
    const auto answer = dialogue.after(kRefusal);
    ASSERT_TRUE(answer);
    EXPECT_NE(reason(*answer), "planned");
    EXPECT_FALSE(dialogue.after(kRefusal));  // that was its last word
  }
}

TEST(Dialogue, WhoWouldSayTheSameAgainIsNotAsked) {
  const Parser parser = Parser::create().value();
  Dialogue dialogue(parser, factory(), "wave");
  EXPECT_FALSE(dialogue.after(kRefusal));
  EXPECT_TRUE(std::holds_alternative<Proposal>(dialogue.open()));
  EXPECT_FALSE(dialogue.after(kRefusal));
}

TEST(EndpointAgent, RefusesAddressesThatAreNone) {
  for (const char* address : {"", "http://h", "http://h#", "ftp://h#m", "h#m", "file:///etc#m"})
    EXPECT_EQ(EndpointAgent::create(address).error().code, ErrorCode::kInvalidArgument) << address;
}

}  // namespace
}  // namespace longmen::agent
