#include "server/agent_links.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace longmen::server {
namespace {

using nlohmann::json;

TEST(AgentLinks, ACallUnderAnIdThatIsStillOpenIsRefusedAndTheFirstGoesOn) {
  boost::asio::io_context context;
  // An agent that greets and then says nothing more.
  AgentLinks links(context, {"/bin/sh", "-c",
                             R"(read line; echo '{"id": 0, "result": {}}'; exec cat > /dev/null)"});
  std::string session;
  links.take("", "", {{"id", 0}, {"method", "initialize"}},
             [&](const AgentLinks::Said& said) { session = said.session; });
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (session.empty() && std::chrono::steady_clock::now() < until)
    context.run_one_for(std::chrono::milliseconds(100));
  ASSERT_FALSE(session.empty());

  std::optional<int> first, second;
  const json call = {{"id", 7}, {"method", "tools/list"}};
  links.take(session, "", call, [&](const AgentLinks::Said& said) { first = said.status; });
  links.take(session, "", call, [&](const AgentLinks::Said& said) { second = said.status; });
  EXPECT_EQ(second, 400);
  EXPECT_FALSE(first.has_value());
  EXPECT_TRUE(links.end(session));
  EXPECT_EQ(first, 503);
}

}  // namespace
}  // namespace longmen::server
