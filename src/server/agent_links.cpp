#include "server/agent_links.h"

#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <istream>
#include <optional>
#include <utility>

#include "server/access.h"
#include "server/child_process.h"

namespace longmen::server {
namespace {

using boost::system::error_code;
using nlohmann::json;

const json::json_pointer kAgreed("/result/protocolVersion");

AgentLinks::Said refusal(int status, const char* why) { return {status, why, {}}; }

}  // namespace

class AgentLinks::Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(boost::asio::io_context& context, ChildProcess process)
      : process_(std::move(process)),
        in_(context, dup(process_.input().get())),
        out_(context, dup(process_.output().get())) {}

  void start() { read_line(); }

  void take(const json& message, Answer answer) {
    heard_ = std::chrono::steady_clock::now();
    const json id = message.value("id", json());
    if (!process_.is_alive()) return answer(refusal(503, "the agent's process has ended"));
    if (waiting_.size() >= kWaitingMax || to_write_.size() >= kWaitingMax)
      return answer(refusal(429, "too many calls without an answer"));
    if (id.is_null()) {
      write(message);
      if (message.value("method", json()) == "notifications/cancelled") cancel(message);
      return answer({202, {}, {}});
    }
    const std::string key = id.dump();
    if (waiting_.contains(key))
      return answer(refusal(400, "a call with this id has no answer yet"));
    waiting_.emplace(key, std::move(answer));
    write(message);
  }

  /// Its process ends: the lease goes back, and the robot holds.
  void end() {
    if (std::exchange(is_over_, true)) return;
    error_code ignored;
    in_.close(ignored);
    out_.close(ignored);
    process_.end(0.5);
    for (auto& [id, answer] : std::exchange(waiting_, {}))
      answer(refusal(503, "the agent's process has ended"));
  }

  [[nodiscard]] bool is_over() const { return is_over_; }
  [[nodiscard]] bool is_silent(Time now) const {
    return waiting_.empty() && now - heard_ > kSilence;
  }
  /// The version of the protocol that was agreed on; empty before.
  [[nodiscard]] const std::string& version() const { return version_; }

 private:
  void write(const json& message) {
    to_write_.push_back(message.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
    if (to_write_.size() == 1) write_next();
  }

  void write_next() {
    boost::asio::async_write(in_, boost::asio::buffer(to_write_.front()),
                             [self = shared_from_this()](const error_code& error, std::size_t) {
                               if (error) return self->end();
                               self->to_write_.pop_front();
                               if (!self->to_write_.empty()) self->write_next();
                             });
  }

  void read_line() {
    boost::asio::async_read_until(
        out_, received_, '\n', [self = shared_from_this()](const error_code& error, std::size_t) {
          if (error) return self->end();
          std::istream stream(&self->received_);
          std::string line;
          std::getline(stream, line);
          self->take_line(line);
          if (!self->is_over_) self->read_line();
        });
  }

  void take_line(const std::string& line) {
    const json said = json::parse(line, nullptr, false);
    if (!said.is_object() || !said.contains("id")) return end();
    const auto found = waiting_.find(said["id"].dump());
    if (found == waiting_.end()) return;  // cancelled meanwhile
    if (version_.empty() && said.contains(kAgreed) && said[kAgreed].is_string())
      version_ = said[kAgreed];
    const Answer answer = std::move(found->second);
    waiting_.erase(found);
    answer({200, line, {}});
  }

  /// Nobody waits for its answer any more; its request must end all the same.
  void cancel(const json& message) {
    const json params = message.value("params", json::object());
    const json id = params.is_object() ? params.value("requestId", json()) : json();
    const auto found = waiting_.find(id.dump());
    if (found == waiting_.end()) return;
    const Answer answer = std::move(found->second);
    waiting_.erase(found);
    const json said = {
        {"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", -32800}, {"message", "cancelled"}}}};
    answer({200, said.dump(), {}});
  }

  ChildProcess process_;
  boost::asio::posix::stream_descriptor in_, out_;
  boost::asio::streambuf received_{kLineMax_bytes};
  std::map<std::string, Answer> waiting_;  ///< by the call's id, as JSON
  std::deque<std::string> to_write_;
  std::string version_;
  Time heard_ = std::chrono::steady_clock::now();
  bool is_over_ = false;
};

AgentLinks::AgentLinks(boost::asio::io_context& context, std::vector<std::string> command)
    : context_(context), command_(std::move(command)) {}

AgentLinks::~AgentLinks() { stop(); }

void AgentLinks::take(const std::string& session, const std::string& version, const json& message,
                      Answer answer) {
  const json id = message.value("id", json());
  if (!id.is_null() && !id.is_string() && !id.is_number_integer())
    return answer(refusal(400, "the id of a call is a text or an integer"));
  if (!session.empty()) {
    const auto found = sessions_.find(session);
    if (found == sessions_.end() || found->second->is_over())
      return answer(refusal(404, "there is no such session"));
    if (!version.empty() && version != found->second->version())
      return answer(refusal(400, "not the version of the protocol that was agreed on"));
    return found->second->take(message, std::move(answer));
  }
  if (message.value("method", json()) != "initialize" || id.is_null())
    return answer(refusal(400, "a session begins with a call of initialize"));
  look(std::chrono::steady_clock::now());
  if (sessions_.size() >= kSessionsMax) return answer(refusal(429, "too many agents"));
  auto process = ChildProcess::start(command_, ChildProcess::Streams::kPipes);
  if (!process) return answer(refusal(503, "the agent's process cannot be started"));
  const std::string name = new_secret();
  const auto made = std::make_shared<Session>(context_, std::move(*process));
  sessions_[name] = made;
  made->start();
  made->take(message, [name, answer = std::move(answer)](Said said) {
    if (said.status == 200) said.session = name;
    answer(said);
  });
}

bool AgentLinks::end(const std::string& session) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return false;
  found->second->end();
  sessions_.erase(found);
  return true;
}

void AgentLinks::look(Time now) {
  for (auto it = sessions_.begin(); it != sessions_.end();) {
    if (it->second->is_silent(now)) it->second->end();
    it = it->second->is_over() ? sessions_.erase(it) : std::next(it);
  }
}

void AgentLinks::stop() {
  for (auto& [name, session] : sessions_) session->end();
  sessions_.clear();
}

}  // namespace longmen::server
