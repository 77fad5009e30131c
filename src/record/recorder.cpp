#include "record/recorder.h"

#include <fmt/format.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <thread>

#include "record/convert.h"
#include "record/record_writer.h"
#include "record/spsc_ring.h"
#include "record/topics.h"

namespace longmen::record {
namespace {

// How long the thread sleeps when nothing waits. The loop never wakes it: that would be a system
// call in the tick.
constexpr std::chrono::milliseconds kIdleSleep{2};
constexpr int kIdleSleepsBeforeFlush = 250;  // half a second
constexpr std::chrono::microseconds kSpaceSleep{50};
constexpr std::size_t kTicksAtATime = 256;  // then the counts are brought up to date

struct BulkSlot {
  SensorFrame sensors;
  RobotState state;
  WorldState world;
  WholeBodyReference reference;
  ProposedCommand proposal;
};

struct GateSlot {
  GateReport gate;
  ProposedCommand safe;
  bool has_bulk = false;     // the front of the bulk ring belongs to this tick
  bool is_proposal = false;  // the proposal left unchanged: `safe` is not filled
  std::uint64_t events = 0;  // events handed over before this tick
  Gap lost;                  // ticks just before this one that found no slot
  bool has_lost = false;
};

struct EventSlot {
  Topic topic = Topic::kEvent;
  Event event;  // for plans and verdicts only the tick counts
  std::size_t payload_bytes = 0;
};

double thread_cpu_s() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// A counter with one writer, readable from any thread.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t get() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace

struct Recorder::State {
  State(std::string file, RecordWriter w, bool is_real_time, double period_s,
        const RecorderConfig& c)
      : name(std::move(file)),
        config(c),
        real_time(is_real_time),
        bulk(c.bulk_ticks),
        gates(c.gate_ticks),
        events(c.events),
        payloads(c.payload_bytes),
        writer(std::move(w)),
        watch(c.incidents, period_s) {}

  const std::string name;
  const RecorderConfig config;
  const bool real_time;
  SpscRing<BulkSlot> bulk;
  SpscRing<GateSlot> gates;
  SpscRing<EventSlot> events;
  SpscBytes payloads;
  std::atomic<bool> healthy{true};
  std::atomic<bool> closing{false};
  std::atomic<bool> loop_waits{false};  // lock-step found a ring full

  // Of the loop's thread.
  Counter ticks, bulk_dropped, ticks_lost, events_handed, events_lost, waits;
  Gap lost;
  bool has_lost = false;

  // Of the recorder's thread.
  RecordWriter writer;
  IncidentWatch watch;
  std::uint64_t events_written = 0;
  Gap gap;
  bool in_gap = false;
  Tick flushed_tick = 0;
  std::string payload;
  TickRecord tick;  // carries what a tick without bulk streams lacks
  std::optional<Error> failure;
  std::atomic<std::uint64_t> bytes_written{0};
  std::atomic<double> cpu_s{0.0};

  std::thread thread;

  // ---- the loop's side

  // Real time tries once; lock-step waits until `try_once` succeeds or the recorder has failed.
  template <typename TryOnce>
  auto obtain(TryOnce&& try_once) noexcept {
    auto got = try_once();
    if (got || real_time) return got;
    waits.add();
    loop_waits.store(true, std::memory_order_release);
    while (!got && healthy.load(std::memory_order_acquire)) {
      std::this_thread::sleep_for(kSpaceSleep);
      got = try_once();
    }
    loop_waits.store(false, std::memory_order_release);
    return got;
  }

  void put_tick(const TickView& in) noexcept {
    ticks.add();
    GateSlot* gate = obtain([&] { return gates.claim(); });
    if (gate == nullptr) return lose(in.gate.tick);
    BulkSlot* slot = obtain([&] { return bulk.claim(); });
    if (slot != nullptr) {
      slot->sensors = in.sensors;
      slot->state = in.state;
      slot->world = in.world;
      slot->reference = in.reference;
      slot->proposal = in.proposal;
      bulk.publish();
    } else {
      bulk_dropped.add();
    }
    gate->gate = in.gate;
    gate->has_bulk = slot != nullptr;
    gate->is_proposal = gate->has_bulk && same_bits(in.safe, in.proposal);
    if (!gate->is_proposal) gate->safe = in.safe;
    gate->events = events_handed.get();
    gate->has_lost = has_lost;
    gate->lost = lost;
    has_lost = false;
    gates.publish();
  }

  void lose(Tick missing) noexcept {
    healthy.store(false, std::memory_order_release);
    ticks_lost.add();
    if (!has_lost) lost.first_tick = missing;
    lost.last_tick = missing;
    has_lost = true;
  }

  void put_event(Topic topic, const Event& event, std::string_view text) noexcept {
    EventSlot* slot = nullptr;
    if (text.size() <= payloads.capacity()) {
      slot = obtain([&] { return events.claim(); });
      if (slot != nullptr && !obtain([&] { return payloads.push(text); })) slot = nullptr;
    }
    if (slot == nullptr) {
      healthy.store(false, std::memory_order_release);
      events_lost.add();
      return;
    }
    slot->topic = topic;
    slot->event = event;
    slot->payload_bytes = text.size();
    events_handed.add();
    events.publish();
  }

  // ---- the recorder's side

  void work() noexcept {
    try {
      if (auto done = write_all(); !done) give_up(done.error());
    } catch (const std::exception& exception) {
      give_up({ErrorCode::kInternal, fmt::format("the recorder failed: {}", exception.what()), {}});
    }
    cpu_s.store(thread_cpu_s(), std::memory_order_relaxed);
  }

  void give_up(Error error) noexcept {
    failure = std::move(error);
    healthy.store(false, std::memory_order_release);
  }

  Result<void> write_all() {
    int idle_sleeps = 0;
    while (true) {
      const bool is_last = closing.load(std::memory_order_acquire);
      const auto count = drain();
      if (!count) return tl::make_unexpected(count.error());
      bytes_written.store(writer.bytes_written(), std::memory_order_relaxed);
      cpu_s.store(thread_cpu_s(), std::memory_order_relaxed);
      if (*count > 0) {
        idle_sleeps = 0;
        continue;
      }
      if (is_last) return finish();
      // A loop that hangs may be killed next: what it did last must be on disk.
      if (real_time && ++idle_sleeps == kIdleSleepsBeforeFlush)
        if (auto flushed = writer.flush(); !flushed) return flushed;
      std::this_thread::sleep_for(kIdleSleep);
    }
  }

  // Writes what waits, in the order in which it was handed over; says how much that was.
  Result<std::size_t> drain() {
    std::size_t count = 0;
    const std::size_t waiting_events = events.size();  // before looking for ticks: see below
    for (GateSlot* slot = nullptr; count < kTicksAtATime && (slot = gates.front()) != nullptr;) {
      if (auto written = write_tick(*slot); !written) return tl::make_unexpected(written.error());
      gates.pop();
      ++count;
    }
    // In lock-step events wait for their tick, which makes the file the same in every run, unless
    // the loop waits for their space. All ticks handed over before these events are written now,
    // for the events were counted first.
    if (count == 0 && waiting_events > 0 &&
        (real_time || loop_waits.load(std::memory_order_acquire))) {
      if (auto written = write_events(events_written + waiting_events); !written)
        return tl::make_unexpected(written.error());
      count = waiting_events;
    }
    return count;
  }

  Result<void> write_events(std::uint64_t until) {
    while (events_written < until) {
      EventSlot* slot = events.front();
      if (slot == nullptr) return fail(ErrorCode::kInternal, "an announced event is not there");
      payloads.pop(slot->payload_bytes, payload);
      auto written = slot->topic == Topic::kEvent
                         ? writer.write_event(slot->event, payload)
                         : writer.write_document(slot->topic, slot->event.tick, payload);
      if (!written) return written;
      events.pop();
      ++events_written;
    }
    return {};
  }

  Result<void> write_tick(const GateSlot& slot) {
    if (auto written = write_events(slot.events); !written) return written;
    watch.look(slot.gate);
    if (slot.has_lost) {
      if (auto written = end_gap(); !written) return written;
      if (auto written = writer.write_gap(slot.lost); !written) return written;
    }
    BulkSlot* b = slot.has_bulk ? bulk.front() : nullptr;
    if (slot.has_bulk && b == nullptr)
      return fail(ErrorCode::kInternal, "an announced bulk frame is not there");
    if (b == nullptr) {
      if (!in_gap) gap.first_tick = slot.gate.tick;
      gap.last_tick = slot.gate.tick;
      in_gap = true;
    } else if (auto ended = end_gap(); !ended) {
      return ended;
    }
    auto written =
        b == nullptr ? writer.write_tick({tick.sensors, tick.state, tick.world, tick.reference,
                                          tick.proposal, slot.gate, slot.safe},
                                         false)
                     : writer.write_tick({b->sensors, b->state, b->world, b->reference, b->proposal,
                                          slot.gate, slot.is_proposal ? b->proposal : slot.safe},
                                         true);
    if (!written) return written;
    if (b != nullptr) bulk.pop();
    if (slot.gate.tick - flushed_tick >= config.flush_ticks) {
      flushed_tick = slot.gate.tick;
      return writer.flush();
    }
    return {};
  }

  Result<void> end_gap() {
    if (!in_gap) return {};
    in_gap = false;
    return writer.write_gap(gap);
  }

  // After the last tick: events without one, and what was lost at the very end.
  Result<void> finish() {
    if (auto written = write_events(events_handed.get()); !written) return written;
    if (auto ended = end_gap(); !ended) return ended;
    if (has_lost)
      if (auto written = writer.write_gap(lost); !written) return written;
    if (const std::uint64_t n = events_lost.get(); n > 0) {
      Event note;
      note.tick = flushed_tick;
      note.set_source("recorder");
      auto written = writer.write_event(note, fmt::format("{} events were lost", n));
      if (!written) return written;
    }
    auto closed = writer.close();
    bytes_written.store(writer.bytes_written(), std::memory_order_relaxed);
    return closed;
  }
};

Recorder::Recorder(std::unique_ptr<State> state) : state_(std::move(state)) {}

Recorder::~Recorder() {
  if (const auto closed = close(); !closed) return;  // nobody is left to tell
}

Result<std::unique_ptr<Recorder>> Recorder::create(const std::filesystem::path& file,
                                                   const RunInfo& run, const RecorderConfig& config,
                                                   std::shared_ptr<const trust::SigningKey> key) {
  if (config.bulk_ticks == 0 || config.gate_ticks == 0 || config.events == 0)
    return fail(ErrorCode::kInvalidArgument,
                "a recorder needs room for at least one tick and event", file.string());
  auto writer = RecordWriter::create(file, run, config.file, std::move(key));
  if (!writer) return tl::make_unexpected(writer.error());
  auto state = std::make_unique<State>(file.string(), std::move(*writer), run.real_time,
                                       1e-9 * static_cast<double>(run.period_ns), config);

  // Touch the memory now, not in the first ticks.
  const auto na = static_cast<int>(std::min<std::size_t>(run.joints.size(), kMaxJoints));
  for (BulkSlot& slot : state->bulk.slots()) {
    for (JointVector* v : {&slot.sensors.joint_position_rad, &slot.sensors.joint_velocity_rad_s,
                           &slot.state.joint_position_rad, &slot.state.joint_velocity_rad_s,
                           &slot.reference.posture_rad, &slot.reference.posture_rate_rad_s})
      v->setZero(na);
    slot.proposal.resize(na);
  }
  for (GateSlot& slot : state->gates.slots()) slot.safe.resize(na);

  State* const raw = state.get();
  std::unique_ptr<Recorder> recorder(new Recorder(std::move(state)));
  try {
    raw->thread = std::thread([raw] { raw->work(); });
  } catch (const std::system_error& error) {
    return fail(ErrorCode::kInternal, fmt::format("cannot start the recorder: {}", error.what()),
                file.string());
  }
  return recorder;
}

void Recorder::record_tick(const TickView& tick) noexcept { state_->put_tick(tick); }

void Recorder::record_event(const Event& event, std::string_view payload) noexcept {
  state_->put_event(Topic::kEvent, event, payload);
}

void Recorder::record_plan(Tick tick, std::string_view json) noexcept {
  Event event;
  event.tick = tick;
  state_->put_event(Topic::kPlan, event, json);
}

void Recorder::record_verdict(Tick tick, std::string_view json) noexcept {
  Event event;
  event.tick = tick;
  state_->put_event(Topic::kVerdict, event, json);
}

void Recorder::record_step(Tick tick, std::string_view json) noexcept {
  Event event;
  event.tick = tick;
  state_->put_event(Topic::kStep, event, json);
}

bool Recorder::healthy() const noexcept { return state_->healthy.load(std::memory_order_acquire); }

RecorderCounts Recorder::counts() const noexcept {
  const State& s = *state_;
  return {.ticks = s.ticks.get(),
          .bulk_dropped = s.bulk_dropped.get(),
          .ticks_lost = s.ticks_lost.get(),
          .events_lost = s.events_lost.get(),
          .waits = s.waits.get(),
          .bytes_written = s.bytes_written.load(std::memory_order_relaxed),
          .thread_cpu_s = s.cpu_s.load(std::memory_order_relaxed)};
}

const std::string& Recorder::checkpoint() const { return state_->writer.checkpoint(); }

const IncidentWatch& Recorder::incidents() const { return state_->watch; }

Result<void> Recorder::close() {
  State& s = *state_;
  s.closing.store(true, std::memory_order_release);
  if (s.thread.joinable()) s.thread.join();
  if (s.failure) return tl::make_unexpected(*s.failure);
  if (const RecorderCounts c = counts(); c.ticks_lost > 0 || c.events_lost > 0)
    return fail(ErrorCode::kIo,
                fmt::format("{} ticks and {} events are not in the record: the disk was too slow",
                            c.ticks_lost, c.events_lost),
                s.name);
  return {};
}

}  // namespace longmen::record
