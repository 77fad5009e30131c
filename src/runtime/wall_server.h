#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "record/tick_record.h"
#include "wall/message.h"

namespace longmen::runtime {

/// An input on its way to the loop.
struct WallInput {
  record::Event event;
  std::string payload;       ///< of a plan or a fault
  std::uint64_t client = 0;  ///< whom to answer
  std::uint64_t request = 0;
};

/// The robot's socket: a thread of its own that talks to other processes by wall/message.h and to
/// the loop by rings, so that no packet, however large or late, costs the loop a wait. Knows who
/// holds the lease: when that connection closes or sends garbage, the lease is given back for it,
/// which is a hold.
class WallServer {
 public:
  /// Documents by name, sent to whoever says hello.
  using Documents = std::vector<std::pair<std::string, std::string>>;

  /// Listens at `socket` and starts the thread. Errors: kIo, kInvalidArgument.
  static Result<std::unique_ptr<WallServer>> create(const std::filesystem::path& socket,
                                                    const wall::Welcome& welcome,
                                                    Documents documents);
  WallServer(const WallServer&) = delete;
  WallServer& operator=(const WallServer&) = delete;
  ~WallServer();  ///< ends the thread, closes all connections, removes the socket

  // For the loop's thread alone. None waits or locks.

  /// The oldest input, nullptr if there is none; pop_input() when it was used.
  [[nodiscard]] const WallInput* next_input() noexcept;
  void pop_input() noexcept;
  /// Answers one client. False when the ring is full: the socket's thread is dead or starved.
  bool answer(std::uint64_t client, const wall::Receipt& receipt) noexcept;
  /// To all. False as above.
  bool publish(const wall::Event& event) noexcept;
  /// To all who can take it now; also tells who holds the lease (0: nobody).
  void publish(const wall::State& state, std::uint64_t lease) noexcept;

  /// Counts for people. Any thread.
  struct Counts {
    std::uint64_t connections = 0, refused_packets = 0, states_dropped = 0, slow_closed = 0;
    std::uint64_t clients = 0;  ///< now
  };
  [[nodiscard]] Counts counts() const noexcept;

 private:
  struct Impl;
  explicit WallServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longmen::runtime
