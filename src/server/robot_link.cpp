#include "server/robot_link.h"

#include <unistd.h>

namespace longmen::server {
namespace {
constexpr auto kRetry = std::chrono::milliseconds(50);
constexpr int kPacketsPerTurn = 64;
const std::string kNoDocument;
}  // namespace

RobotLink::RobotLink(boost::asio::io_context& context, std::filesystem::path socket,
                     Handlers handlers)
    : context_(context),
      socket_(std::move(socket)),
      handlers_(std::move(handlers)),
      timer_(context) {}

bool RobotLink::is_ready() const {
  return client_ && documents_.contains("scene") && documents_.contains("session");
}

const std::string& RobotLink::document(const std::string& name) const {
  const auto found = documents_.find(name);
  return found == documents_.end() ? kNoDocument : found->second;
}

void RobotLink::stop() {
  stopped_ = true;
  timer_.cancel();
  watched_.reset();
  client_.reset();
}

void RobotLink::try_to_connect() {
  if (stopped_) return;
  auto client = wall::Client::connect(socket_, wall::Role::kOperator, kName);
  if (!client) {
    timer_.expires_after(kRetry);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) try_to_connect();
    });
    return;
  }
  documents_.clear();
  client_ = std::move(*client);
  watched_.emplace(context_, dup(client_->descriptor()));
  wait_for_packets();
}

void RobotLink::wait_for_packets() {
  watched_->async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this](const boost::system::error_code& error) {
                         if (!error) read_packets();
                       });
}

void RobotLink::read_packets() {
  for (int i = 0; i < kPacketsPerTurn; ++i) {
    auto message = client_->next(0);
    if (!message) return lose();
    if (!*message) break;
    take(**message);
    if (!client_) return;
  }
  wait_for_packets();
}

void RobotLink::lose() {
  watched_.reset();
  client_.reset();
  documents_.clear();
  handlers_.changed();
  try_to_connect();
}

void RobotLink::take(wall::Message& message) {
  if (const auto* state = std::get_if<wall::State>(&message)) {
    if (is_ready()) handlers_.state(*state);
  } else if (const auto* event = std::get_if<wall::Event>(&message)) {
    handlers_.event(*event);
  } else if (const auto* receipt = std::get_if<wall::Receipt>(&message)) {
    handlers_.receipt(*receipt);
  } else if (const auto* part = std::get_if<wall::DocumentPart>(&message)) {
    auto whole = parts_.add(*part);
    if (!whole) return lose();
    if (!*whole) return;
    documents_[std::string(part->name.view())] = std::move(**whole);
    if (!is_ready()) return;
    ++generation_;
    handlers_.changed();
  }
}

}  // namespace longmen::server
