#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/child_process.h"

namespace longmen::server {

/// Runs a command and hands on what it wrote to its standard output: one at a time,
/// the others wait; what takes too long or says too much is ended.
class Inquiry {
 public:
  /// Nothing: the command could not be started, was ended, or wrote nothing.
  using Answer = std::function<void(std::optional<std::string>)>;
  static constexpr auto kPatience = std::chrono::seconds(20);
  static constexpr std::size_t kWaitingMax = 8;
  static constexpr std::size_t kAnswerMax_bytes = 512 * 1024;

  explicit Inquiry(boost::asio::io_context& context,
                   std::size_t answer_max_bytes = kAnswerMax_bytes,
                   ChildProcess::Streams streams = ChildProcess::Streams::kPipes,
                   std::chrono::seconds patience = kPatience)
      : context_(context),
        answer_max_bytes_(answer_max_bytes),
        streams_(streams),
        patience_(patience),
        timer_(context) {}

  /// `command` begins with the program.
  void ask(std::vector<std::string> command, Answer answer);
  void stop();

 private:
  struct Waiting {
    std::vector<std::string> command;
    Answer answer;
  };
  void start();
  void read();
  void finish(bool is_whole);

  boost::asio::io_context& context_;
  std::size_t answer_max_bytes_;
  ChildProcess::Streams streams_;
  std::chrono::seconds patience_;
  boost::asio::steady_timer timer_;
  std::deque<Waiting> waiting_;  ///< the first is being answered
  ChildProcess process_;
  std::optional<boost::asio::posix::stream_descriptor> out_;
  std::array<char, 16 * 1024> block_{};
  std::string said_;
};

}  // namespace longmen::server
