#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"
#include "wall/message.h"

namespace longmen::wall {

/// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

/// Listens at `path`, which only this user may enter; replaces a socket that nobody listens on.
/// Errors: kIo, kInvalidArgument when the path is too long for a socket.
Result<Descriptor> listen_at(const std::filesystem::path& path);
/// The next connection that waits, not open if there is none.
Descriptor accept_from(const Descriptor& listener);
/// Error: kIo when nobody listens there.
Result<Descriptor> connect_to(const std::filesystem::path& path);

enum class Transfer { kDone, kWouldWait, kClosed };

/// Sends one packet without waiting.
[[nodiscard]] Transfer send_packet(const Descriptor& socket, std::string_view packet);
/// Receives one packet without waiting; a packet beyond the bound is kClosed.
[[nodiscard]] Transfer receive_packet(const Descriptor& socket, std::string& packet);

}  // namespace longmen::wall
