#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace longmen::server {

/// A request as the service sees it; no library's types.
struct Request {
  std::string method;
  std::string path;   ///< without the query, as it came: not decoded
  std::string query;  ///< after '?', empty if there is none
  std::string body;
  std::string host, origin, cookie, authorization, csrf, content_type, accept_encoding;
  std::string mcp_session, mcp_version;  ///< headers of the Model Context Protocol
  std::string remote;                    ///< address of the other side
  bool is_secure = false;                ///< came by TLS
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
};

/// Called once, at once or later, from the server's thread.
using Reply = std::function<void(Response)>;

}  // namespace longmen::server
