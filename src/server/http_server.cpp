#include "server/http_server.h"

#include <fmt/format.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <optional>

#include "trust/private_file.h"

namespace longmen::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kReadTime = std::chrono::seconds(15);
constexpr auto kWriteTime = std::chrono::seconds(30);
constexpr std::size_t kWordsWaitingMax = 256;
constexpr std::size_t kStatesWaitingMax = 2;
constexpr std::size_t kWatcherMessageMax_bytes = 1024;
constexpr int kSendBuffer_bytes = 128 * 1024;  // a second of states; what is older is worth nothing

/// Nothing of the page comes from elsewhere, and no other page may hold it.
constexpr std::pair<const char*, const char*> kSafeHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
     "media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
     "form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
};

/// Counts a connection as long as it lives.
class Counted {
 public:
  explicit Counted(std::shared_ptr<int> count) : count_(std::move(count)) { ++*count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*count_; }

 private:
  std::shared_ptr<int> count_;
};

std::string text_of(const http::fields& fields, http::field name) {
  const auto value = fields[name];
  return {value.data(), value.size()};
}

using Plain = beast::tcp_stream;
using Secure = asio::ssl::stream<beast::tcp_stream>;
template <class Stream>
inline constexpr bool kIsSecure = std::is_same_v<Stream, Secure>;

Request request_of(const http::request<http::string_body>& message, const std::string& remote) {
  Request request;
  request.method = std::string(message.method_string());
  const std::string target(message.target());
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  if (question < target.size()) request.query = target.substr(question + 1);
  request.body = message.body();
  request.host = text_of(message, http::field::host);
  request.origin = text_of(message, http::field::origin);
  request.cookie = text_of(message, http::field::cookie);
  request.authorization = text_of(message, http::field::authorization);
  request.content_type = text_of(message, http::field::content_type);
  request.accept_encoding = text_of(message, http::field::accept_encoding);
  const auto csrf = message["X-CSRF"];
  request.csrf.assign(csrf.data(), csrf.size());
  const auto session = message["Mcp-Session-Id"];
  request.mcp_session.assign(session.data(), session.size());
  const auto version = message["MCP-Protocol-Version"];
  request.mcp_version.assign(version.data(), version.size());
  request.remote = remote;
  return request;
}

/// Someone who looks on. The queue holds words in full, and of states the last few.
template <class Stream>
class WebSocketWatcher final : public Watcher,
                               public std::enable_shared_from_this<WebSocketWatcher<Stream>> {
  using std::enable_shared_from_this<WebSocketWatcher<Stream>>::shared_from_this;

 public:
  WebSocketWatcher(Stream&& stream, Service& service, Request request,
                   std::shared_ptr<Counted> counted)
      : stream_(std::move(stream)),
        service_(service),
        request_(std::move(request)),
        counted_(std::move(counted)) {}

  void start(const http::request<http::string_body>& upgrade) {
    stream_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    stream_.read_message_max(kWatcherMessageMax_bytes);
    stream_.async_accept(upgrade, [self = shared_from_this()](const error_code& error) {
      if (!error) self->begin();
    });
  }

  void send_state(SharedText packet) override {
    if (states_waiting_ >= kStatesWaitingMax) {
      ++service_.traffic().states_dropped;
      return;
    }
    ++states_waiting_;
    enqueue({std::move(packet), true});
  }

  void send_text(SharedText text) override {
    if (queue_.size() >= kWordsWaitingMax) {
      ++service_.traffic().slow_closed;
      return drop();
    }
    enqueue({std::move(text), false});
  }

  void close() override {
    if (is_closing_) return;
    is_closing_ = true;
    if (!is_writing_) say_goodbye();
  }

 private:
  struct Waiting {
    SharedText bytes;
    bool is_state;
  };

  void begin() {
    error_code ignored;
    auto& socket = beast::get_lowest_layer(stream_).socket();
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::send_buffer_size(kSendBuffer_bytes), ignored);
    id_ = service_.open_watcher(request_, shared_from_this());
    if (id_ == 0) return drop();
    read();
  }

  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](const error_code& error, std::size_t) {
      if (error) return self->end();
      const std::string text = beast::buffers_to_string(self->buffer_.data());
      self->buffer_.consume(self->buffer_.size());
      if (!self->service_.take(self->id_, text)) return self->drop();
      self->read();
    });
  }

  void enqueue(Waiting waiting) {
    if (is_closing_) return;
    queue_.push_back(std::move(waiting));
    if (!is_writing_) write();
  }

  void write() {
    is_writing_ = true;
    const Waiting& next = queue_.front();
    stream_.binary(next.is_state);
    stream_.async_write(asio::buffer(*next.bytes),
                        [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                          self->written(error, bytes);
                        });
  }

  void written(const error_code& error, std::size_t bytes) {
    is_writing_ = false;
    if (error) return end();
    if (queue_.front().is_state) {
      --states_waiting_;
      ++service_.traffic().states_sent;
    }
    service_.traffic().bytes_sent += bytes;
    queue_.pop_front();
    if (is_closing_) return say_goodbye();
    if (!queue_.empty()) write();
  }

  void say_goodbye() {
    stream_.async_close(websocket::close_code::going_away,
                        [self = shared_from_this()](const error_code&) { self->end(); });
  }

  /// Without another word: he does not listen.
  void drop() {
    is_closing_ = true;
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
    end();
  }

  void end() {
    is_closing_ = true;
    if (id_ != 0) service_.close_watcher(std::exchange(id_, 0));
  }

  websocket::stream<Stream> stream_;
  Service& service_;
  Request request_;
  std::shared_ptr<Counted> counted_;
  beast::flat_buffer buffer_;
  std::deque<Waiting> queue_;
  std::size_t states_waiting_ = 0;
  std::uint64_t id_ = 0;
  bool is_writing_ = false;
  bool is_closing_ = false;
};

template <class Stream>
class Connection final : public std::enable_shared_from_this<Connection<Stream>> {
  using std::enable_shared_from_this<Connection<Stream>>::shared_from_this;

 public:
  Connection(Stream&& stream, Service& service, std::shared_ptr<Counted> counted)
      : stream_(std::move(stream)), service_(service), counted_(std::move(counted)) {
    error_code ignored;
    const auto remote = lowest().socket().remote_endpoint(ignored);
    remote_ = remote.address().to_string();
  }

  void start() {
    if constexpr (kIsSecure<Stream>) {
      lowest().expires_after(kReadTime);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = shared_from_this()](const error_code& error) {
                                if (!error) return self->read();
                                ++self->service_.traffic().bad_requests;
                              });
    } else {
      read();
    }
  }

  void read() {
    parser_.emplace();
    parser_->header_limit(HttpServer::kHeadMax_bytes);
    parser_->body_limit(HttpServer::kBodyMax_bytes);
    lowest().expires_after(kReadTime);
    http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](const error_code& error, std::size_t) { self->take(error); });
  }

 private:
  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

  void take(const error_code& error) {
    if (error == http::error::end_of_stream || error == beast::error::timeout) return close();
    if (error) {
      ++service_.traffic().bad_requests;
      if (error == http::error::body_limit) return refuse(413, "too large", "内容过大");
      if (error == http::error::header_limit) return refuse(431, "head too large", "请求头过大");
      if (error.category() == make_error_code(http::error::bad_method).category())
        return refuse(400, "not an HTTP request", "不是 HTTP 请求");
      return close();
    }
    ++service_.traffic().requests;
    auto message = parser_->release();
    Request request = request_of(message, remote_);
    request.is_secure = kIsSecure<Stream>;
    if (websocket::is_upgrade(message)) {
      if (auto refusal = service_.refuse_watcher(request))
        return write(std::move(*refusal), message.version(), false, false);
      lowest().expires_never();
      std::make_shared<WebSocketWatcher<Stream>>(std::move(stream_), service_, std::move(request),
                                                 counted_)
          ->start(message);
      return;
    }
    lowest().expires_never();  // a handler may wait for the mind, which has a time of its own
    const bool is_head = message.method() == http::verb::head;
    service_.handle(request, [self = shared_from_this(), version = message.version(), is_head,
                              keep = message.keep_alive()](Response response) {
      self->write(std::move(response), version, keep, is_head);
    });
  }

  void refuse(int status, const char* en, const char* zh) {
    write(
        {status, "application/json", fmt::format(R"({{"error":{{"en":"{}","zh":"{}"}}}})", en, zh)},
        11, false, false);
  }

  void write(Response response, unsigned version, bool keep_alive, bool is_head) {
    response_.emplace(static_cast<http::status>(response.status), version);
    response_->set(http::field::content_type, response.type);
    for (const auto& [name, value] : response.headers) response_->set(name, value);
    for (const auto& [name, value] : kSafeHeaders) response_->set(name, value);
    if constexpr (kIsSecure<Stream>)
      response_->set("Strict-Transport-Security", "max-age=31536000");
    response_->keep_alive(keep_alive);
    if (is_head) {
      response_->content_length(response.body.size());
    } else {
      response_->body() = std::move(response.body);
      response_->prepare_payload();
    }
    serializer_.emplace(*response_);
    serializer_->split(is_head);
    lowest().expires_after(kWriteTime);
    const auto done = [self = shared_from_this(), keep_alive](const error_code& error,
                                                              std::size_t) {
      if (error || !keep_alive) return self->close();
      self->read();
    };
    if (is_head)
      http::async_write_header(stream_, *serializer_, done);
    else
      http::async_write(stream_, *serializer_, done);
  }

  void close() {
    if constexpr (kIsSecure<Stream>) {
      lowest().expires_after(kReadTime);
      stream_.async_shutdown([self = shared_from_this()](const error_code&) {});
    } else {
      error_code ignored;
      stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
  }

  Stream stream_;
  Service& service_;
  std::shared_ptr<Counted> counted_;
  std::string remote_;
  beast::flat_buffer buffer_{HttpServer::kHeadMax_bytes + HttpServer::kBodyMax_bytes};
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::io_context& context,
                                                       const std::string& address,
                                                       std::uint16_t port) {
  error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' is no IP address; for this machine alone: 127.0.0.1", address),
                "--host");
  const tcp::endpoint endpoint(ip, port);
  tcp::acceptor acceptor(context);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return fail(ErrorCode::kIo, fmt::format("cannot listen: {}", error.message()),
                fmt::format("{}:{}", address, port));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(acceptor)));
}

Result<void> HttpServer::use_tls(const std::filesystem::path& certificate,
                                 const std::filesystem::path& key) {
  if (trust::is_open_to_others(key))
    return fail(ErrorCode::kInvalidArgument, "a private key that others may read: chmod 600",
                key.string());
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  error_code error;
  tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                       asio::ssl::context::no_tlsv1_1,
                   error);
  if (!error) tls->use_certificate_chain_file(certificate.string(), error);
  if (error)
    return fail(ErrorCode::kInvalidArgument, "no chain of certificates in PEM: " + error.message(),
                certificate.string());
  tls->use_private_key_file(key.string(), asio::ssl::context::pem, error);
  if (error)
    return fail(ErrorCode::kInvalidArgument,
                "not the private key, in PEM, of the certificate: " + error.message(),
                key.string());
  tls_ = std::move(tls);
  return {};
}

std::uint16_t HttpServer::port() const { return acceptor_.local_endpoint().port(); }

void HttpServer::start(Service& service) {
  service_ = &service;
  accept();
}

void HttpServer::stop() {
  error_code ignored;
  acceptor_.close(ignored);
}

void HttpServer::accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      if (static_cast<std::size_t>(*open_) >= kConnectionsMax) {
        ++service_->traffic().connections_refused;  // closes it
      } else {
        ++service_->traffic().connections;
        beast::tcp_stream stream(std::move(socket));
        auto counted = std::make_shared<Counted>(open_);
        if (tls_)
          std::make_shared<Connection<Secure>>(Secure(std::move(stream), *tls_), *service_,
                                               std::move(counted))
              ->start();
        else
          std::make_shared<Connection<Plain>>(std::move(stream), *service_, std::move(counted))
              ->start();
      }
    }
    accept();
  });
}

}  // namespace longmen::server
