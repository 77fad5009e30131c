#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "server/inquiry.h"

namespace longmen::server {

/// What happened in the last days, by `longmen report`: made from the records when somebody asks,
/// and kept for some minutes, as whoever reads all records takes his time.
class Statistics {
 public:
  static constexpr auto kKept = std::chrono::minutes(10);
  static constexpr auto kPatience = std::chrono::seconds(300);

  /// The report's object; null when it cannot be made.
  using Hear = std::function<void(const nlohmann::json&)>;

  /// @param command  of the report, without its period.
  Statistics(boost::asio::io_context& context, std::vector<std::string> command)
      : command_(std::move(command)),
        inquiry_(context, Inquiry::kAnswerMax_bytes, ChildProcess::Streams::kPipes, kPatience) {}

  /// Of the last so many days, 0: of all. False: no such period, and `hear` is not called.
  bool tell(std::uint64_t days, Hear hear);
  void stop() { inquiry_.stop(); }

 private:
  struct Period {
    std::chrono::steady_clock::time_point at{};
    nlohmann::json report;
    std::vector<Hear> waiting;
  };
  std::vector<std::string> command_;
  Inquiry inquiry_;
  std::map<std::uint64_t, Period> periods_;
};

}  // namespace longmen::server
