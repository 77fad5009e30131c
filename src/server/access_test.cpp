#include "server/access.h"

#include <gtest/gtest.h>

namespace longmen::server {
namespace {

using namespace std::chrono_literals;

const Access::Time kNow{1000h};

Request from_page() {
  Request request;
  request.host = "127.0.0.1:8787";
  request.origin = "http://127.0.0.1:8787";
  return request;
}

TEST(Access, EachRoleHasATokenOfItsOwn) {
  Access access(kNow);
  for (const Role role : kNamedRoles) {
    EXPECT_EQ(access.token(role).size(), 64u);
    Request request;
    request.authorization = "Bearer " + access.token(role);
    const Caller caller = access.identify(request, kNow);
    EXPECT_EQ(caller.role, role);
    EXPECT_FALSE(caller.is_forged);
  }
  EXPECT_NE(access.token(Role::kOperator), access.token(Role::kRegistrar));
}

TEST(Access, ForgedAndExpiredTokensAreNobodysAndSaySo) {
  Access access(kNow);
  Request request;
  request.authorization = "Bearer " + std::string(64, '0');
  EXPECT_TRUE(access.identify(request, kNow).is_forged);
  EXPECT_EQ(access.identify(request, kNow).role, Role::kPublic);
  request.authorization = "Bearer " + access.token(Role::kOperator);
  EXPECT_TRUE(access.identify(request, kNow + 25h).is_forged);
  EXPECT_FALSE(access.log_in(access.token(Role::kOperator), kNow + 25h).has_value());
  EXPECT_FALSE(access.log_in("", kNow).has_value());
}

TEST(Access, ASessionChangesThingsOnlyWithItsCsrfWordAndFromItsOwnPage) {
  Access access(kNow);
  const auto session = access.log_in(access.token(Role::kOperator), kNow);
  ASSERT_TRUE(session.has_value());
  Request request = from_page();
  request.cookie = "other=1; longmen=" + session->id;
  EXPECT_EQ(access.identify(request, kNow).role, Role::kOperator);
  EXPECT_FALSE(access.identify(request, kNow).may_change);
  request.csrf = session->csrf;
  EXPECT_TRUE(access.identify(request, kNow).may_change);
  request.origin = "http://evil.example";
  EXPECT_FALSE(access.identify(request, kNow).may_change);
}

TEST(Access, SessionsEndByTimeAndByLogOut) {
  Access access(kNow);
  const auto session = access.log_in(access.token(Role::kOperator), kNow);
  Request request = from_page();
  request.cookie = "longmen=" + session->id;
  EXPECT_TRUE(access.identify(request, kNow + 13h).is_forged);
  const Caller caller = access.identify(request, kNow);
  EXPECT_EQ(access.csrf_of(caller.session), session->csrf);
  access.log_out(caller.session);
  EXPECT_TRUE(access.identify(request, kNow).is_forged);
}

TEST(Access, SessionsAreBounded) {
  Access access(kNow);
  const auto first = access.log_in(access.token(Role::kOperator), kNow);
  for (std::size_t i = 0; i < Access::kSessionsMax; ++i)
    ASSERT_TRUE(access.log_in(access.token(Role::kOperator), kNow).has_value());
  Request request = from_page();
  request.cookie = "longmen=" + first->id;
  EXPECT_TRUE(access.identify(request, kNow).is_forged);  // the oldest went
}

TEST(Access, CookiesAreFoundByTheirWholeName) {
  EXPECT_EQ(cookie_value("a=1; longmen=x; b=2", "longmen"), "x");
  EXPECT_EQ(cookie_value("notlongmen=y", "longmen"), "");
  EXPECT_EQ(cookie_value("longmenx=y; longmen=z", "longmen"), "z");
  EXPECT_EQ(cookie_value(";;=;", "longmen"), "");
  EXPECT_EQ(cookie_value("", "longmen"), "");
}

}  // namespace
}  // namespace longmen::server
