#include "server/watchers.h"

namespace longmen::server {
namespace {
constexpr std::size_t kDelayedMax = 1024;  // of two seconds there are a hundred
}

std::uint64_t Watchers::add(std::shared_ptr<Watcher> watcher, const Caller& caller) {
  if (watchers_.size() >= kWatchersMax) return 0;
  watchers_[++last_id_] = {std::move(watcher), caller};
  return last_id_;
}

const Caller* Watchers::caller(std::uint64_t id) const {
  const auto found = watchers_.find(id);
  return found == watchers_.end() ? nullptr : &found->second.caller;
}

void Watchers::send_to(std::uint64_t id, SharedText text) {
  const auto found = watchers_.find(id);
  if (found != watchers_.end()) found->second.watcher->send_text(std::move(text));
}

void Watchers::send_state(SharedText packet, Time now) {
  is_odd_ = !is_odd_;
  if (is_odd_) delayed_.push_back({now, packet, true});
  for (const auto& [id, entry] : watchers_)
    if (entry.caller.role != Role::kPublic) entry.watcher->send_state(packet);
  let_out(now);
}

void Watchers::send_text(SharedText full, SharedText redacted, Time now) {
  if (redacted) delayed_.push_back({now, std::move(redacted), false});
  for (const auto& [id, entry] : watchers_)
    if (entry.caller.role != Role::kPublic) entry.watcher->send_text(full);
}

void Watchers::let_out(Time now) {
  while (!delayed_.empty() &&
         (now - delayed_.front().at >= kPublicDelay || delayed_.size() > kDelayedMax)) {
    const Delayed delayed = std::move(delayed_.front());
    delayed_.pop_front();
    for (const auto& [id, entry] : watchers_) {
      if (entry.caller.role != Role::kPublic) continue;
      if (delayed.is_state)
        entry.watcher->send_state(delayed.text);
      else
        entry.watcher->send_text(delayed.text);
    }
  }
}

void Watchers::close_session(std::uint64_t session) {
  for (auto& [id, entry] : watchers_) {
    if (entry.caller.session != session) continue;
    entry.caller.role = Role::kPublic;
    entry.watcher->close();
  }
}

void Watchers::close_all() {
  for (const auto& [id, entry] : watchers_) entry.watcher->close();
}

}  // namespace longmen::server
