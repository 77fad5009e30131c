#include "wall/client.h"

#include <fmt/format.h>
#include <poll.h>

namespace longmen::wall {

Result<Client> Client::connect(const std::filesystem::path& socket, Role role,
                               std::string_view name) {
  auto connected = connect_to(socket);
  if (!connected) return tl::make_unexpected(connected.error());
  Client client(std::move(*connected));
  Hello hello;
  hello.role = role;
  hello.name = Name<23>(name);
  if (auto sent = client.send(0, hello); !sent) return tl::make_unexpected(sent.error());
  return client;
}

Result<std::uint64_t> Client::send(std::uint64_t request, const Message& message) {
  if (send_packet(socket_, encode(message)) != Transfer::kDone)
    return fail(ErrorCode::kIo, "the robot takes no messages");
  return request;
}

Result<std::uint64_t> Client::propose(std::string_view plan_message) {
  if (plan_message.size() > kPayloadMax_bytes)
    return fail(ErrorCode::kInvalidArgument, fmt::format("a plan of {} bytes, at most {}",
                                                         plan_message.size(), kPayloadMax_bytes));
  const std::uint64_t request = ++last_request_;
  return send(request, PlanProposal{request, std::string(plan_message)});
}

Result<std::uint64_t> Client::stop(StopRequest::Act act) {
  const std::uint64_t request = ++last_request_;
  return send(request, StopRequest{request, act});
}

Result<std::uint64_t> Client::lease(LeaseRequest::Act act) {
  const std::uint64_t request = ++last_request_;
  return send(request, LeaseRequest{request, act});
}

Result<std::uint64_t> Client::drive(double forward_m_s, double left_m_s, double yaw_rate_rad_s) {
  const std::uint64_t request = ++last_request_;
  return send(request, DriveCommand{request,
                                    {static_cast<float>(forward_m_s), static_cast<float>(left_m_s)},
                                    static_cast<float>(yaw_rate_rad_s)});
}

Result<std::uint64_t> Client::inject(std::string_view fault) {
  const std::uint64_t request = ++last_request_;
  return send(request, FaultRequest{request, std::string(fault)});
}

Result<std::optional<Message>> Client::next(int wait_ms) {
  pollfd waiting{socket_.get(), POLLIN, 0};
  if (poll(&waiting, 1, wait_ms) <= 0) return std::optional<Message>();
  switch (receive_packet(socket_, packet_)) {
    case Transfer::kWouldWait:
      return std::optional<Message>();
    case Transfer::kClosed:
      return fail(ErrorCode::kIo, "the robot has closed the connection");
    case Transfer::kDone:
      break;
  }
  auto message = decode(packet_);
  if (!message) return tl::make_unexpected(message.error());
  return std::optional<Message>(std::move(*message));
}

Result<std::optional<std::string>> DocumentParts::add(const DocumentPart& part) {
  if (part.offset == 0) {
    name_ = part.name.view();
    bytes_.clear();
  }
  if (part.total > kDocumentMax_bytes || part.name.view() != name_ ||
      part.offset != bytes_.size() || part.offset + part.bytes.size() > part.total)
    return fail(ErrorCode::kParse, "parts of a document do not fit together");
  bytes_ += part.bytes;
  if (bytes_.size() < part.total) return std::optional<std::string>();
  return std::optional<std::string>(std::move(bytes_));
}

}  // namespace longmen::wall
