#include "wall/socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace longmen::wall {
namespace {

Result<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& text = path.native();
  if (text.empty() || text.size() >= sizeof address.sun_path)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a socket's path has 1 to {} bytes", sizeof address.sun_path - 1),
                text);
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return address;
}

Result<Descriptor> open_socket(const std::filesystem::path& path) {
  Descriptor made(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made.is_open()) return fail(ErrorCode::kIo, std::strerror(errno), path.string());
  return made;
}

bool answers(const std::filesystem::path& path) { return connect_to(path).has_value(); }

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (is_open()) close(number_);
}

Result<Descriptor> listen_at(const std::filesystem::path& path) {
  const auto address = address_of(path);
  if (!address) return tl::make_unexpected(address.error());
  auto made = open_socket(path);
  if (!made) return made;
  std::error_code ignored;
  if (std::filesystem::is_socket(path, ignored)) {
    if (answers(path))
      return fail(ErrorCode::kIo, "another robot already listens here", path.string());
    std::filesystem::remove(path, ignored);
  }
  const mode_t before = umask(0177);
  const int bound =
      bind(made->get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  umask(before);
  if (bound != 0 || listen(made->get(), 16) != 0)
    return fail(ErrorCode::kIo, std::strerror(errno), path.string());
  return made;
}

Descriptor accept_from(const Descriptor& listener) {
  return Descriptor(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

Result<Descriptor> connect_to(const std::filesystem::path& path) {
  const auto address = address_of(path);
  if (!address) return tl::make_unexpected(address.error());
  auto made = open_socket(path);
  if (!made) return made;
  if (connect(made->get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
    return fail(ErrorCode::kIo, fmt::format("no robot answers: {}", std::strerror(errno)),
                path.string());
  return made;
}

Transfer send_packet(const Descriptor& socket, std::string_view packet) {
  const ssize_t sent =
      send(socket.get(), packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) return Transfer::kDone;
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == EINTR
             ? Transfer::kWouldWait
             : Transfer::kClosed;
}

Transfer receive_packet(const Descriptor& socket, std::string& packet) {
  packet.resize(kMessageMax_bytes);
  const ssize_t got = recv(socket.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_TRUNC);
  if (got < 0) {
    packet.clear();
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Transfer::kWouldWait
                                                                     : Transfer::kClosed;
  }
  const auto size = static_cast<std::size_t>(got);
  if (size == 0 || size > packet.size()) return Transfer::kClosed;
  packet.resize(size);
  return Transfer::kDone;
}

}  // namespace longmen::wall
