#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "server/access.h"

namespace longmen::server {

using SharedText = std::shared_ptr<const std::string>;

/// Someone who looks on by a WebSocket. What he does not read in time is his loss.
class Watcher {
 public:
  virtual ~Watcher() = default;
  /// A state, binary: dropped when he still has states to read.
  virtual void send_state(SharedText packet) = 0;
  /// Words, JSON: never dropped; when too many wait, he is closed.
  virtual void send_text(SharedText text) = 0;
  virtual void close() = 0;
};

/// Hands states and events to everyone who looks on: to those with a role at once and in full, to
/// the public later and without what operators said.
class Watchers {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr auto kPublicDelay = std::chrono::seconds(2);
  static constexpr std::size_t kWatchersMax = 512;

  /// 0 when there are too many.
  std::uint64_t add(std::shared_ptr<Watcher> watcher, const Caller& caller);
  void remove(std::uint64_t id) { watchers_.erase(id); }
  [[nodiscard]] std::size_t size() const { return watchers_.size(); }
  [[nodiscard]] const Caller* caller(std::uint64_t id) const;

  void send_to(std::uint64_t id, SharedText text);
  /// Every second state goes to the public.
  void send_state(SharedText packet, Time now);
  /// `redacted` may be null: nothing for the public.
  void send_text(SharedText full, SharedText redacted, Time now);
  /// Sends the public what has become old enough.
  void let_out(Time now);
  /// Those of a session that has ended: from now on as of the public, until they are gone.
  void close_session(std::uint64_t session);
  void close_all();

 private:
  struct Entry {
    std::shared_ptr<Watcher> watcher;
    Caller caller;
  };
  struct Delayed {
    Time at;
    SharedText text;
    bool is_state;
  };
  std::map<std::uint64_t, Entry> watchers_;
  std::deque<Delayed> delayed_;
  std::uint64_t last_id_ = 0;
  bool is_odd_ = false;
};

}  // namespace longmen::server
