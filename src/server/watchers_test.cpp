#include "server/watchers.h"

#include <gtest/gtest.h>

#include <vector>

namespace longmen::server {
namespace {

using namespace std::chrono_literals;

class Listener final : public Watcher {
 public:
  void send_state(SharedText packet) override { states.push_back(*packet); }
  void send_text(SharedText text) override { words.push_back(*text); }
  void close() override { is_closed = true; }
  std::vector<std::string> states, words;
  bool is_closed = false;
};

SharedText text(const char* words) { return std::make_shared<const std::string>(words); }

struct Fixture {
  Watchers watchers;
  std::shared_ptr<Listener> operator_ = std::make_shared<Listener>();
  std::shared_ptr<Listener> public_ = std::make_shared<Listener>();
  Watchers::Time now{100s};
  Fixture() {
    Caller named;
    named.role = Role::kOperator;
    watchers.add(operator_, named);
    watchers.add(public_, Caller{});
  }
};

TEST(Watchers, ThePublicHearsLaterAndOnlyWhatIsRedacted) {
  Fixture f;
  f.watchers.send_text(text("walk to Li, says Wang"), text("walk"), f.now);
  EXPECT_EQ(f.operator_->words, std::vector<std::string>{"walk to Li, says Wang"});
  f.watchers.let_out(f.now + 1900ms);
  EXPECT_TRUE(f.public_->words.empty());
  f.watchers.let_out(f.now + 2s);
  EXPECT_EQ(f.public_->words, std::vector<std::string>{"walk"});
}

TEST(Watchers, WhatIsNotForThePublicNeverReachesIt) {
  Fixture f;
  f.watchers.send_text(text("secret"), nullptr, f.now);
  f.watchers.let_out(f.now + 1h);
  EXPECT_TRUE(f.public_->words.empty());
}

TEST(Watchers, ThePublicGetsEverySecondState) {
  Fixture f;
  for (int i = 0; i < 10; ++i) f.watchers.send_state(text("state"), f.now);
  f.watchers.let_out(f.now + 3s);
  EXPECT_EQ(f.operator_->states.size(), 10u);
  EXPECT_EQ(f.public_->states.size(), 5u);
}

TEST(Watchers, AreBounded) {
  Watchers watchers;
  for (std::size_t i = 0; i < Watchers::kWatchersMax; ++i)
    ASSERT_NE(watchers.add(std::make_shared<Listener>(), Caller{}), 0u);
  EXPECT_EQ(watchers.add(std::make_shared<Listener>(), Caller{}), 0u);
}

}  // namespace
}  // namespace longmen::server
