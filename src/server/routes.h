#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "server/service.h"

namespace longmen::server {

/// A request on its way through a handler.
struct Service::Call {
  Request request;
  Caller caller;
  std::uint64_t id = 0;  ///< of a path with {id}
  nlohmann::json body;   ///< of the route's schema
  Reply reply;

  void send(const nlohmann::json& json, int status = 200);
  void fail(int status, std::string_view en, std::string_view zh);
};

/// One row of the API: what is described to others is what is checked.
struct Service::Route {
  std::string_view method;
  std::string_view path;    ///< with at most one {id}
  std::vector<Role> roles;  ///< who may; empty: everyone
  std::string_view summary;
  nlohmann::json body;  ///< JSON Schema of the request's body; null: none is read
  void (Service::*handler)(Call&);
  std::string_view answer_type = "application/json";
};

/// Does a path match a route's? With the number in the place of {id}.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view path, std::uint64_t& id);

}  // namespace longmen::server
