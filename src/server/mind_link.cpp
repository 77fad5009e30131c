#include "server/mind_link.h"

#include <unistd.h>

#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <istream>

namespace longmen::server {

using boost::system::error_code;

MindLink::MindLink(boost::asio::io_context& context, std::vector<std::string> command)
    : context_(context), command_(std::move(command)), timer_(context) {}

Result<void> MindLink::start() {
  auto process = ChildProcess::start(command_, ChildProcess::Streams::kPipes);
  if (!process) return tl::make_unexpected(process.error());
  process_ = std::move(*process);
  ++life_;
  in_.emplace(context_, dup(process_.input().get()));
  out_.emplace(context_, dup(process_.output().get()));
  received_.consume(received_.size());
  read_line();
  return {};
}

void MindLink::stop() {
  timer_.cancel();
  in_.reset();
  out_.reset();
  process_.end(1.0);
}

void MindLink::send(nlohmann::json question, Answer answer) {
  if (waiting_.size() >= kWaitingMax) return answer(nullptr);
  if (!process_.is_alive() && !start()) return answer(nullptr);
  const std::uint64_t id = ++last_id_;
  waiting_.push_back({id, std::move(answer), std::chrono::steady_clock::now() + kPatience});
  question["id"] = id;
  to_write_.push_back(question.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
                      "\n");
  if (to_write_.size() == 1) write();
  if (waiting_.size() == 1) watch_the_clock();
}

void MindLink::write() {
  boost::asio::async_write(*in_, boost::asio::buffer(to_write_.front()),
                           [this, life = life_](const error_code& error, std::size_t) {
                             if (life != life_) return;
                             if (error) return die();
                             to_write_.pop_front();
                             if (!to_write_.empty()) write();
                           });
}

void MindLink::read_line() {
  boost::asio::async_read_until(
      *out_, received_, '\n', [this, life = life_](const error_code& error, std::size_t) {
        if (life != life_ || error == boost::asio::error::operation_aborted) return;
        if (error) return die();
        std::istream stream(&received_);
        std::string line;
        std::getline(stream, line);
        take_line(line);
        if (life == life_) read_line();
      });
}

void MindLink::take_line(const std::string& line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("id") || !json["id"].is_number_unsigned()) return die();
  const auto id = json["id"].get<std::uint64_t>();
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Waiting& waiting) { return waiting.id == id; });
  if (found == waiting_.end()) return;
  const Answer answer = std::move(found->answer);
  waiting_.erase(found);
  answer(json);
}

void MindLink::die() {
  ++life_;
  in_.reset();
  out_.reset();
  process_.end(0.0);
  to_write_.clear();
  std::deque<Waiting> left = std::move(waiting_);
  waiting_.clear();
  for (const Waiting& waiting : left) waiting.answer(nullptr);
}

void MindLink::watch_the_clock() {
  if (waiting_.empty()) return;
  timer_.expires_at(waiting_.front().until);
  timer_.async_wait([this](const error_code& error) {
    if (error || waiting_.empty()) return;
    if (waiting_.front().until <= std::chrono::steady_clock::now()) return die();
    watch_the_clock();
  });
}

}  // namespace longmen::server
