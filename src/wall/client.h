#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "wall/message.h"
#include "wall/socket.h"

namespace longmen::wall {

/// The other side of the robot's socket: asks, and takes what comes. Not thread-safe. Sending
/// never waits: a robot that does not read for so long is a lost robot.
///
///   auto robot = Client::connect(path, Role::kOperator, "page").value();
///   robot.take_lease();  robot.propose(bytes);            // and heartbeat() at 4 Hz or more
///   while (auto message = robot.next(20).value()) ...     // Receipt, State, Event
class Client {
 public:
  /// Says hello. Errors: kIo when nobody listens, kInvalidArgument for the path.
  static Result<Client> connect(const std::filesystem::path& socket, Role role,
                                std::string_view name);

  /// Each returns the number of the request, which its Receipt (and a plan's verdict) carries back.
  /// Errors: kIo when the connection is lost; kInvalidArgument for a plan that is too large.
  Result<std::uint64_t> propose(std::string_view plan_message);
  Result<std::uint64_t> stop(StopRequest::Act act);
  Result<std::uint64_t> take_lease() { return lease(LeaseRequest::Act::kTake); }
  Result<std::uint64_t> heartbeat() { return lease(LeaseRequest::Act::kHeartbeat); }
  Result<std::uint64_t> give_back_lease() { return lease(LeaseRequest::Act::kGiveBack); }

  /// A velocity in the heading frame, for the step that lets this connection's stream in.
  Result<std::uint64_t> drive(double forward_m_s, double left_m_s, double yaw_rate_rad_s);

  /// Something is to break, in simulation: "KIND TARGET DURATION_s".
  Result<std::uint64_t> inject(std::string_view fault);

  /// The next message, waiting at most `wait_ms`; nothing when none came. Errors: kIo when the
  /// robot is gone, kParse when it does not speak this protocol.
  Result<std::optional<Message>> next(int wait_ms);

  /// To wait for it beside others.
  [[nodiscard]] int descriptor() const { return socket_.get(); }

 private:
  explicit Client(Descriptor socket) : socket_(std::move(socket)) {}
  Result<std::uint64_t> lease(LeaseRequest::Act act);
  Result<std::uint64_t> send(std::uint64_t request, const Message& message);

  Descriptor socket_;
  std::uint64_t last_request_ = 0;
  std::string packet_;
};

/// Puts the parts of documents together.
class DocumentParts {
 public:
  /// The whole document when this was its last part. Error: kParse when parts do not fit together.
  Result<std::optional<std::string>> add(const DocumentPart& part);

 private:
  static constexpr std::size_t kDocumentMax_bytes = 16u << 20;
  std::string name_;
  std::string bytes_;
};

}  // namespace longmen::wall
