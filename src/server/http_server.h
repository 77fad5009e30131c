#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/result.h"
#include "server/service.h"

namespace longmen::server {

/// Speaks HTTP and WebSocket for the service. Everything has a bound: connections, time to speak,
/// heads, bodies, messages, and what waits for a reader.
class HttpServer {
 public:
  static constexpr std::size_t kConnectionsMax = 700;
  static constexpr std::uint64_t kBodyMax_bytes = 64 * 1024;
  static constexpr std::uint32_t kHeadMax_bytes = 8 * 1024;

  /// Listens. Errors: kInvalidArgument for the address, kIo when the port is taken.
  static Result<std::unique_ptr<HttpServer>> listen(boost::asio::io_context& context,
                                                    const std::string& address, std::uint16_t port);
  /// From now on only TLS 1.2 and newer. PEM files. Error: kInvalidArgument.
  Result<void> use_tls(const std::filesystem::path& certificate, const std::filesystem::path& key);
  /// The port that was given, when 0 was asked for.
  [[nodiscard]] std::uint16_t port() const;
  void start(Service& service);
  void stop();

 private:
  explicit HttpServer(boost::asio::ip::tcp::acceptor acceptor) : acceptor_(std::move(acceptor)) {}
  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  std::unique_ptr<boost::asio::ssl::context> tls_;
  Service* service_ = nullptr;
  std::shared_ptr<int> open_ = std::make_shared<int>(0);  ///< connections, counted by their owners
};

}  // namespace longmen::server
