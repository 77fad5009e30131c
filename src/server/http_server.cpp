#include "server/http_server.h"

#include <fmt/format.h>

#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <optional>

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
class WebSocketWatcher final : public Watcher,
                               public std::enable_shared_from_this<WebSocketWatcher> {
 public:
  WebSocketWatcher(tcp::socket&& socket, Service& service, Request request,
                   std::shared_ptr<Counted> counted)
      : stream_(std::move(socket)),
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

  websocket::stream<beast::tcp_stream> stream_;
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

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket&& socket, Service& service, std::shared_ptr<Counted> counted)
      : stream_(std::move(socket)), service_(service), counted_(std::move(counted)) {
    error_code ignored;
    const auto remote = stream_.socket().remote_endpoint(ignored);
    remote_ = remote.address().to_string();
  }

  void read() {
    parser_.emplace();
    parser_->header_limit(HttpServer::kHeadMax_bytes);
    parser_->body_limit(HttpServer::kBodyMax_bytes);
    stream_.expires_after(kReadTime);
    http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](const error_code& error, std::size_t) { self->take(error); });
  }

 private:
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
    if (websocket::is_upgrade(message)) {
      if (auto refusal = service_.refuse_watcher(request))
        return write(std::move(*refusal), message.version(), false, false);
      stream_.expires_never();
      std::make_shared<WebSocketWatcher>(stream_.release_socket(), service_, std::move(request),
                                         counted_)
          ->start(message);
      return;
    }
    stream_.expires_never();  // a handler may wait for the mind, which has a time of its own
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
    response_->keep_alive(keep_alive);
    if (is_head) {
      response_->content_length(response.body.size());
    } else {
      response_->body() = std::move(response.body);
      response_->prepare_payload();
    }
    serializer_.emplace(*response_);
    serializer_->split(is_head);
    stream_.expires_after(kWriteTime);
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
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
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
        std::make_shared<Connection>(std::move(socket), *service_, std::make_shared<Counted>(open_))
            ->read();
      }
    }
    accept();
  });
}

}  // namespace longmen::server
