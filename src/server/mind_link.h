#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "server/child_process.h"

namespace longmen::server {

/// The mind's process: sentences go in, and what became of plans; plans or reasons come out, a line
/// of JSON each. It is started when it is needed, and again when it dies; nothing that it says is
/// believed.
class MindLink {
 public:
  /// {"id", "plan": message, "cause": text, "confirm": bool, "reading": text, "steps": [...]} or
  /// {"id", "cannot": {"en", "zh"}}; only {"id"} when it has nothing to say to an outcome; null
  /// when the mind died, was silent for kPatience, or spoke no JSON.
  using Answer = std::function<void(const nlohmann::json&)>;
  static constexpr auto kPatience = std::chrono::seconds(20);
  static constexpr std::size_t kWaitingMax = 16;
  static constexpr std::size_t kLineMax_bytes = 512 * 1024;

  MindLink(boost::asio::io_context& context, std::vector<std::string> command);

  /// Starts it, so that the first question need not wait. Error: kIo.
  Result<void> start();
  void stop();
  void ask(const std::string& text, Answer answer) { send({{"text", text}}, std::move(answer)); }
  /// What became of the plan of an answer.
  /// @param of  the answer's id
  /// @param outcome  {"verdict": ...} or {"receipts": [...]}
  void tell(std::uint64_t of, nlohmann::json outcome, Answer answer) {
    outcome["of"] = of;
    send(std::move(outcome), std::move(answer));
  }

 private:
  struct Waiting {
    std::uint64_t id;
    Answer answer;
    std::chrono::steady_clock::time_point until;
  };
  void send(nlohmann::json question, Answer answer);
  void read_line();
  void take_line(const std::string& line);
  void write();
  void die();
  void watch_the_clock();

  boost::asio::io_context& context_;
  std::vector<std::string> command_;
  ChildProcess process_;
  std::optional<boost::asio::posix::stream_descriptor> in_, out_;
  boost::asio::streambuf received_{kLineMax_bytes};
  boost::asio::steady_timer timer_;
  std::deque<Waiting> waiting_;
  std::deque<std::string> to_write_;
  std::uint64_t last_id_ = 0;
  int life_ = 0;  // how often it was started: callbacks of an earlier life are void
};

}  // namespace longmen::server
