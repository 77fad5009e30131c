#include "runtime/wall_server.h"

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <thread>

#include "record/spsc_ring.h"
#include "wall/socket.h"

namespace longmen::runtime {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kInputs = 64;
constexpr std::size_t kInputsForStops = 16;  // the last places are kept for emergency stops
constexpr std::size_t kOutgoing = 1024;
constexpr std::size_t kStates = 8;
constexpr std::size_t kClientsMax = 32;
constexpr std::size_t kWaitingMax = 512;  // packets for a client that does not read
constexpr int kPoll_ms = 3;               // how late a state may leave
constexpr auto kHelloTime = std::chrono::seconds(2);

struct Outgoing {
  std::uint64_t client = 0;  // 0: all
  bool is_receipt = false;
  wall::Receipt receipt;
  wall::Event event;
};

struct StateSlot {
  wall::State state;
};

struct Connection {
  std::uint64_t id = 0;
  wall::Descriptor socket;
  Clock::time_point since;
  bool greeted = false;
  bool closing = false;
  wall::Hello hello;
  std::deque<std::string> waiting;
};

}  // namespace

struct WallServer::Impl {
  std::filesystem::path path;
  wall::Descriptor listener;
  wall::Welcome welcome;
  Documents documents;

  record::SpscRing<WallInput> inputs{kInputs};
  record::SpscRing<Outgoing> outgoing{kOutgoing};
  record::SpscRing<StateSlot> states{kStates};
  std::atomic<std::uint64_t> lease_seen{0};  // as the loop last had it
  std::atomic<bool> ends{false};
  std::atomic<std::uint64_t> connections_made{0}, refused_packets{0}, states_dropped{0},
      slow_closed{0}, clients{0};

  // The thread's own.
  std::vector<Connection> connections;
  std::vector<pollfd> polled;
  std::string packet;
  std::uint64_t last_client = 0;
  std::uint64_t holder = 0;  // client that took the lease last
  std::uint64_t lease = 0;
  std::uint64_t sequence = 0;
  std::thread thread;

  void run();
  void wait_for_packets();
  void accept_new();
  void read_from(Connection& connection);
  void greet(Connection& connection);
  void take(Connection& connection, const wall::Message& message);
  void take_plan(Connection& connection, const wall::PlanProposal& proposal);
  void take_stop(Connection& connection, const wall::StopRequest& stop);
  void take_lease(Connection& connection, const wall::LeaseRequest& request);
  [[nodiscard]] bool is_held_by_another(const Connection& connection) const;
  void take_drive(Connection& connection, const wall::DriveCommand& command);
  void take_fault(Connection& connection, const wall::FaultRequest& fault);
  bool push(const Connection& from, std::uint64_t request, const record::Event& event,
            std::string_view payload, bool is_urgent);
  void push_lease(const Connection& from, std::uint64_t request, record::Event::Lease::Act act);
  void refuse(Connection& connection, std::uint64_t request, wall::Outcome outcome);
  void send(Connection& connection, std::string bytes);
  void flush(Connection& connection);
  void send_outgoing();
  void send_states();
  void drop_closed();
};

Result<std::unique_ptr<WallServer>> WallServer::create(const std::filesystem::path& socket,
                                                       const wall::Welcome& welcome,
                                                       Documents documents) {
  auto listener = wall::listen_at(socket);
  if (!listener) return tl::make_unexpected(listener.error());
  auto impl = std::make_unique<Impl>();
  impl->path = socket;
  impl->listener = std::move(*listener);
  impl->welcome = welcome;
  impl->documents = std::move(documents);
  for (WallInput& slot : impl->inputs.slots()) slot.payload.reserve(wall::kPayloadMax_bytes);
  for (Outgoing& slot : impl->outgoing.slots()) slot.event.text.reserve(1024);
  impl->connections.reserve(kClientsMax);
  impl->thread = std::thread([state = impl.get()] { state->run(); });
  return std::unique_ptr<WallServer>(new WallServer(std::move(impl)));
}

WallServer::WallServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WallServer::~WallServer() {
  impl_->ends.store(true);
  impl_->thread.join();
  std::error_code ignored;
  std::filesystem::remove(impl_->path, ignored);
}

const WallInput* WallServer::next_input() noexcept { return impl_->inputs.front(); }
void WallServer::pop_input() noexcept { impl_->inputs.pop(); }

bool WallServer::answer(std::uint64_t client, const wall::Receipt& receipt) noexcept {
  Outgoing* slot = impl_->outgoing.claim();
  if (slot == nullptr) return false;
  slot->client = client;
  slot->is_receipt = true;
  slot->receipt = receipt;
  impl_->outgoing.publish();
  return true;
}

bool WallServer::publish(const wall::Event& event) noexcept {
  Outgoing* slot = impl_->outgoing.claim();
  if (slot == nullptr) return false;
  slot->client = 0;
  slot->is_receipt = false;
  slot->event = event;
  impl_->outgoing.publish();
  return true;
}

void WallServer::publish(const wall::State& state, std::uint64_t lease) noexcept {
  impl_->lease_seen.store(lease, std::memory_order_relaxed);
  StateSlot* slot = impl_->states.claim();
  if (slot == nullptr) return;  // the socket's thread is behind: the next one will do
  slot->state = state;
  impl_->states.publish();
}

WallServer::Counts WallServer::counts() const noexcept {
  return {impl_->connections_made.load(), impl_->refused_packets.load(),
          impl_->states_dropped.load(), impl_->slow_closed.load(), impl_->clients.load()};
}

void WallServer::Impl::run() {
  while (!ends.load()) {
    wait_for_packets();
    accept_new();
    for (Connection& connection : connections) read_from(connection);
    send_outgoing();
    send_states();
    for (Connection& connection : connections) flush(connection);
    drop_closed();
  }
}

void WallServer::Impl::wait_for_packets() {
  polled.clear();
  polled.push_back({listener.get(), POLLIN, 0});
  for (const Connection& connection : connections)
    polled.push_back({connection.socket.get(), POLLIN, 0});
  poll(polled.data(), polled.size(), kPoll_ms);
}

void WallServer::Impl::accept_new() {
  while (true) {
    wall::Descriptor socket = wall::accept_from(listener);
    if (!socket.is_open()) return;
    if (connections.size() >= kClientsMax) continue;  // closes it
    Connection connection;
    connection.id = ++last_client;
    connection.socket = std::move(socket);
    connection.since = Clock::now();
    connections.push_back(std::move(connection));
    ++connections_made;
  }
}

void WallServer::Impl::read_from(Connection& connection) {
  // A bounded number each round, so that nobody keeps the thread for himself.
  for (int i = 0; i < 8 && !connection.closing; ++i) {
    const wall::Transfer transfer = wall::receive_packet(connection.socket, packet);
    if (transfer == wall::Transfer::kWouldWait) break;
    if (transfer == wall::Transfer::kClosed) {
      connection.closing = true;
      return;
    }
    const auto message = wall::decode(packet);
    const bool is_hello = message && std::holds_alternative<wall::Hello>(*message);
    if (!message || is_hello == connection.greeted) {
      ++refused_packets;
      connection.closing = true;
      return;
    }
    if (is_hello) {
      connection.hello = std::get<wall::Hello>(*message);
      greet(connection);
    } else {
      take(connection, *message);
    }
  }
  if (!connection.greeted && Clock::now() - connection.since > kHelloTime)
    connection.closing = true;
}

void WallServer::Impl::greet(Connection& connection) {
  connection.greeted = true;
  send(connection, wall::encode(welcome));
  for (const auto& [name, text] : documents)
    for (std::size_t offset = 0; offset < text.size(); offset += wall::kPayloadMax_bytes) {
      wall::DocumentPart part;
      part.name = wall::Name<16>(name);
      part.offset = static_cast<std::uint32_t>(offset);
      part.total = static_cast<std::uint32_t>(text.size());
      part.bytes = text.substr(offset, wall::kPayloadMax_bytes);
      send(connection, wall::encode(part));
    }
}

void WallServer::Impl::take(Connection& connection, const wall::Message& message) {
  if (const auto* proposal = std::get_if<wall::PlanProposal>(&message)) {
    take_plan(connection, *proposal);
  } else if (const auto* stop = std::get_if<wall::StopRequest>(&message)) {
    take_stop(connection, *stop);
  } else if (const auto* request = std::get_if<wall::LeaseRequest>(&message)) {
    take_lease(connection, *request);
  } else if (const auto* command = std::get_if<wall::DriveCommand>(&message)) {
    take_drive(connection, *command);
  } else if (const auto* fault = std::get_if<wall::FaultRequest>(&message)) {
    take_fault(connection, *fault);
  } else {  // a message that only the robot sends
    ++refused_packets;
    connection.closing = true;
  }
}

bool WallServer::Impl::is_held_by_another(const Connection& connection) const {
  return holder != 0 && holder != connection.id && lease_seen.load() == lease;
}

void WallServer::Impl::take_plan(Connection& connection, const wall::PlanProposal& proposal) {
  if (connection.hello.role == wall::Role::kWatcher)
    return refuse(connection, proposal.request, wall::Outcome::kRole);
  if (connection.hello.role == wall::Role::kOperator && is_held_by_another(connection))
    return refuse(connection, proposal.request, wall::Outcome::kLeaseHeld);
  record::Event event;
  event.kind = record::Event::Kind::kPlan;
  if (!push(connection, proposal.request, event, proposal.plan, false))
    refuse(connection, proposal.request, wall::Outcome::kBusy);
}

void WallServer::Impl::take_stop(Connection& connection, const wall::StopRequest& stop) {
  using Act = wall::StopRequest::Act;
  const bool is_stop = stop.act == Act::kEmergency || stop.act == Act::kHold;
  if (!is_stop && connection.hello.role != wall::Role::kOperator)
    return refuse(connection, stop.request, wall::Outcome::kRole);
  record::Event event;
  if (stop.act == Act::kEmergency || stop.act == Act::kReset) {
    event.kind = record::Event::Kind::kLease;
    event.lease.act = stop.act == Act::kEmergency ? record::Event::Lease::Act::kEmergencyStop
                                                  : record::Event::Lease::Act::kReset;
  } else {
    event.kind = record::Event::Kind::kStop;
    event.stop = stop.act == Act::kHold ? StopRung::kHold : StopRung::kNone;
  }
  if (!push(connection, stop.request, event, {}, is_stop))
    refuse(connection, stop.request, wall::Outcome::kBusy);
}

void WallServer::Impl::take_lease(Connection& connection, const wall::LeaseRequest& request) {
  using Act = wall::LeaseRequest::Act;
  if (connection.hello.role != wall::Role::kOperator)
    return refuse(connection, request.request, wall::Outcome::kRole);
  if (request.act == Act::kTake) {
    if (is_held_by_another(connection))
      return refuse(connection, request.request, wall::Outcome::kLeaseHeld);
    holder = connection.id;
    ++lease;
    return push_lease(connection, request.request, record::Event::Lease::Act::kGrant);
  }
  if (holder != connection.id) return refuse(connection, request.request, wall::Outcome::kNoLease);
  const bool gives_back = request.act == Act::kGiveBack;
  push_lease(
      connection, request.request,
      gives_back ? record::Event::Lease::Act::kRelease : record::Event::Lease::Act::kHeartbeat);
  if (gives_back) holder = 0;
}

/// Taken up without a receipt: the next one is on its way, and one that finds no place is lost.
void WallServer::Impl::take_drive(Connection& connection, const wall::DriveCommand& command) {
  if (connection.hello.role != wall::Role::kOperator)
    return refuse(connection, command.request, wall::Outcome::kRole);
  if (holder != connection.id) return refuse(connection, command.request, wall::Outcome::kNoLease);
  record::Event event;
  event.kind = record::Event::Kind::kVelocityCommand;
  event.velocity_H_m_s = {command.velocity_H_m_s[0], command.velocity_H_m_s[1]};
  event.yaw_rate_rad_s = command.yaw_rate_rad_s;
  push(connection, 0, event, {}, false);
}

void WallServer::Impl::take_fault(Connection& connection, const wall::FaultRequest& fault) {
  if (connection.hello.role != wall::Role::kOperator)
    return refuse(connection, fault.request, wall::Outcome::kRole);
  record::Event event;
  event.kind = record::Event::Kind::kFault;
  if (!push(connection, fault.request, event, fault.fault, false))
    refuse(connection, fault.request, wall::Outcome::kBusy);
}

void WallServer::Impl::push_lease(const Connection& from, std::uint64_t request,
                                  record::Event::Lease::Act act) {
  record::Event event;
  event.kind = record::Event::Kind::kLease;
  event.lease = {act, lease, ++sequence};
  // A heartbeat that finds no place is a heartbeat lost: the arming counts the time.
  push(from, request, event, {}, act == record::Event::Lease::Act::kRelease);
}

bool WallServer::Impl::push(const Connection& from, std::uint64_t request,
                            const record::Event& event, std::string_view payload, bool is_urgent) {
  if (!is_urgent && inputs.size() + kInputsForStops >= inputs.capacity()) return false;
  WallInput* slot = inputs.claim();
  if (slot == nullptr) return false;
  slot->event = event;
  slot->event.set_source(from.hello.name.view());
  slot->payload.assign(payload);
  slot->client = from.id;
  slot->request = request;
  inputs.publish();
  return true;
}

void WallServer::Impl::refuse(Connection& connection, std::uint64_t request,
                              wall::Outcome outcome) {
  send(connection, wall::encode(wall::Receipt{request, -1, outcome}));
}

void WallServer::Impl::send(Connection& connection, std::string bytes) {
  if (connection.closing) return;
  if (connection.waiting.size() >= kWaitingMax) {
    connection.closing = true;
    ++slow_closed;
    return;
  }
  connection.waiting.push_back(std::move(bytes));
}

void WallServer::Impl::flush(Connection& connection) {
  while (!connection.closing && !connection.waiting.empty()) {
    const wall::Transfer transfer =
        wall::send_packet(connection.socket, connection.waiting.front());
    if (transfer == wall::Transfer::kWouldWait) return;
    if (transfer == wall::Transfer::kClosed) connection.closing = true;
    connection.waiting.pop_front();
  }
}

void WallServer::Impl::send_outgoing() {
  while (const Outgoing* slot = outgoing.front()) {
    const std::string bytes =
        slot->is_receipt ? wall::encode(slot->receipt) : wall::encode(slot->event);
    for (Connection& connection : connections)
      if (connection.greeted && (slot->client == 0 || slot->client == connection.id))
        send(connection, bytes);
    outgoing.pop();
  }
}

void WallServer::Impl::send_states() {
  while (const StateSlot* slot = states.front()) {
    wall::encode(slot->state, packet);
    states.pop();
    for (Connection& connection : connections) {
      if (!connection.greeted || connection.closing) continue;
      flush(connection);
      // A state is worth nothing late: whoever has not read what came before gets the next one.
      const bool sent = connection.waiting.empty() &&
                        wall::send_packet(connection.socket, packet) == wall::Transfer::kDone;
      if (!sent) ++states_dropped;
    }
  }
}

void WallServer::Impl::drop_closed() {
  for (const Connection& connection : connections) {
    if (!connection.closing || connection.id != holder) continue;
    push_lease(connection, 0, record::Event::Lease::Act::kRelease);
    holder = 0;
  }
  std::erase_if(connections, [](const Connection& c) { return c.closing; });
  clients.store(connections.size());
}

}  // namespace longmen::runtime
