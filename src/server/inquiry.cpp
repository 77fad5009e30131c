#include "server/inquiry.h"

#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

namespace longmen::server {

using boost::system::error_code;

void Inquiry::ask(std::vector<std::string> command, Answer answer) {
  if (waiting_.size() >= kWaitingMax) return answer(std::nullopt);
  waiting_.push_back({std::move(command), std::move(answer)});
  if (waiting_.size() == 1) start();
}

void Inquiry::stop() {
  waiting_.clear();
  timer_.cancel();
  out_.reset();
  process_.end(0.0);
}

void Inquiry::start() {
  said_.clear();
  auto process = ChildProcess::start(waiting_.front().command, streams_);
  if (!process) return finish(false);
  process_ = std::move(*process);
  out_.emplace(context_, dup(process_.output().get()));
  timer_.expires_after(patience_);
  timer_.async_wait([this](const error_code& error) {
    if (!error) finish(false);
  });
  read();
}

void Inquiry::read() {
  out_->async_read_some(boost::asio::buffer(block_),
                        [this](const error_code& error, std::size_t size) {
                          if (error == boost::asio::error::operation_aborted) return;
                          if (error) return finish(error == boost::asio::error::eof);
                          said_.append(block_.data(), size);
                          if (said_.size() > answer_max_bytes_) return finish(false);
                          read();
                        });
}

void Inquiry::finish(bool is_whole) {
  timer_.cancel();
  out_.reset();
  process_.end(is_whole ? 1.0 : 0.0);
  if (waiting_.empty()) return;
  const Answer answer = std::move(waiting_.front().answer);
  waiting_.pop_front();
  answer(is_whole && !said_.empty() ? std::optional(said_) : std::nullopt);
  if (!waiting_.empty()) start();
}

}  // namespace longmen::server
