#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/inquiry.h"

namespace longmen::server {

/// What the robot says, as sound: each of the last sentences is spoken once, when somebody wants to
/// hear it, by a program of its own that has a bounded time and size.
class Speech {
 public:
  static constexpr std::size_t kRemembered = 16;
  static constexpr std::size_t kSoundMax_bytes = 6u << 20;  ///< two minutes

  /// WAV; nullptr when it cannot be spoken.
  using Sound = std::shared_ptr<const std::string>;
  using Hear = std::function<void(const Sound&)>;

  /// @param program  of espeak-ng.
  Speech(boost::asio::io_context& context, std::string program)
      : program_(std::move(program)),
        inquiry_(context, kSoundMax_bytes, ChildProcess::Streams::kQuietPipes) {}

  /// The robot said this, in the event of this number.
  void add(std::uint64_t event, const std::string& words);
  /// False: no sentence of this number is remembered, and `hear` is not called.
  bool speak(std::uint64_t event, Hear hear);
  void clear();
  void stop() { inquiry_.stop(); }

 private:
  struct Said {
    std::uint64_t event;
    std::string words;
    Sound sound;
    std::vector<Hear> waiting;  ///< the first made the program start
  };
  [[nodiscard]] Said* find(std::uint64_t event);
  void spoken(std::uint64_t event, const Sound& sound);

  std::string program_;
  Inquiry inquiry_;
  std::deque<Said> said_;
};

}  // namespace longmen::server
