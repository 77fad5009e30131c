#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace longmen::server {

/// Outside agents over the Model Context Protocol's "streamable HTTP": each session is a process of
/// its own that speaks the protocol by lines (`longmen mcp`), so that what an agent says is read in
/// one place, and an agent that ends, or that its process ends with, leaves a robot that holds.
class AgentLinks {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kSessionsMax = 4;
  static constexpr std::size_t kWaitingMax = 16;  ///< calls of a session without an answer
  static constexpr std::size_t kLineMax_bytes = 1u << 20;
  /// A session of which nothing was heard for so long, and that waits for nothing, is ended.
  static constexpr auto kSilence = std::chrono::seconds(60);

  /// HTTP's status; with 200 the answer of the protocol, with 202 nothing, else why not.
  struct Said {
    int status = 200;
    std::string text;
    std::string session;  ///< of an answer that opened one
  };
  /// Called once, at once or later.
  using Answer = std::function<void(const Said&)>;

  /// `command` starts the process of a session.
  AgentLinks(boost::asio::io_context& context, std::vector<std::string> command);
  ~AgentLinks();

  /// A message of an agent: a JSON object. `session` and `version` are what its headers say; empty
  /// where they are not there.
  void take(const std::string& session, const std::string& version, const nlohmann::json& message,
            Answer answer);
  /// False: there is no such session.
  bool end(const std::string& session);
  /// To be called now and then: ends those that are silent.
  void look(Time now);
  void stop();
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

 private:
  class Session;
  boost::asio::io_context& context_;
  std::vector<std::string> command_;
  std::map<std::string, std::shared_ptr<Session>> sessions_;
};

}  // namespace longmen::server
