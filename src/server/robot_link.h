#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "wall/client.h"

namespace longmen::server {

/// The server's connection to the robot's process: made again whenever it is lost.
class RobotLink {
 public:
  /// By which the robot's record knows this connection, and a plan its stream.
  static constexpr const char* kName = "page";

  struct Handlers {
    std::function<void(const wall::State&)> state;
    std::function<void(const wall::Event&)> event;
    std::function<void(const wall::Receipt&)> receipt;
    std::function<void()> changed;  ///< connected with all documents, or lost
  };

  RobotLink(boost::asio::io_context& context, std::filesystem::path socket, Handlers handlers);
  void start() { try_to_connect(); }
  void stop();

  /// nullptr while there is no robot, or its documents have not all come.
  [[nodiscard]] wall::Client* client() { return is_ready() ? &*client_ : nullptr; }
  [[nodiscard]] bool is_ready() const;
  /// "scene" or "session"; empty before it has come.
  [[nodiscard]] const std::string& document(const std::string& name) const;
  /// How many robots there have been: each may have another scene.
  [[nodiscard]] int generation() const { return generation_; }

 private:
  void try_to_connect();
  void wait_for_packets();
  void read_packets();
  void lose();
  void take(wall::Message& message);

  boost::asio::io_context& context_;
  std::filesystem::path socket_;
  Handlers handlers_;
  boost::asio::steady_timer timer_;
  std::optional<wall::Client> client_;
  std::optional<boost::asio::posix::stream_descriptor> watched_;  // a copy of the client's socket
  std::map<std::string, std::string> documents_;
  wall::DocumentParts parts_;
  int generation_ = 0;
  bool stopped_ = false;
};

}  // namespace longmen::server
