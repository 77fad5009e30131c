#include "record/record_reader.h"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "core/digest.h"
#include "record/convert.h"
#include "record/mcap_reader.h"

namespace longmen::record {
namespace {

void take(const google::protobuf::RepeatedPtrField<proto::NamedValue>& in,
          RunInfo::NamedValues& out) {
  for (const proto::NamedValue& pair : in) out.emplace_back(pair.name(), pair.value());
}

// The bulk streams of a tick, in the order in which the writer puts them before the gate's report.
constexpr Topic kBulk[] = {Topic::kSensors, Topic::kState, Topic::kWorld, Topic::kReference,
                           Topic::kProposal};

}  // namespace

struct RecordReader::State {
  explicit State(McapReader reader) : mcap(std::move(reader)) {}

  McapReader mcap;
  RunInfo run;
  std::string configuration_sha256;
  TickRecord tick;            // being put together
  std::size_t bulk_seen = 0;  // how many of kBulk the tick has
  bool is_rewound = false;    // the run's head comes again and is passed over
  std::optional<Error> failure;

  proto::SensorFrame sensors;
  proto::RobotState state;
  proto::WorldState world;
  proto::WholeBodyReference reference;
  proto::Command command;
  proto::GateReport gate;
  proto::Event event;

  [[nodiscard]] tl::unexpected<Error> corrupt(Topic topic, std::uint64_t time_ns,
                                              const std::string& what) const {
    return fail(
        ErrorCode::kCorrupt,
        fmt::format("stream {} at tick {}: {}", topic_name(topic),
                    run.period_ns > 0 ? time_ns / static_cast<std::uint64_t>(run.period_ns) : 0,
                    what),
        mcap.name());
  }

  template <typename Message>
  Result<void> parse(Topic topic, const McapMessage& in, Message& out) const {
    const google::protobuf::LogSilencer silencer;  // the error below says it
    if (out.ParseFromArray(in.data.data(), static_cast<int>(in.data.size()))) return {};
    return corrupt(topic, in.log_time_ns, "not a message of the stream's type");
  }

  template <typename Message, typename Frame>
  Result<void> take_frame(Topic topic, const McapMessage& in, Message& message, Frame& frame) {
    if (auto parsed = parse(topic, in, message); !parsed) return parsed;
    if (auto taken = from_proto(message, frame); !taken)
      return corrupt(topic, in.log_time_ns, taken.error().message);
    return {};
  }

  Result<Topic> topic_of(const McapChannel& channel) const {
    Topic topic{};
    if (!find_topic(channel.topic, topic) || channel.schema_encoding != "protobuf" ||
        channel.message_encoding != "protobuf" || channel.schema_name != topic_type_name(topic))
      return fail(ErrorCode::kParse,
                  fmt::format("an MCAP file, but no record of a run: it has a stream {} of type {}",
                              channel.topic, channel.schema_name),
                  mcap.name());
    return topic;
  }

  // The first three messages say what the run was.
  Result<void> take_run() {
    proto::Run message;
    proto::Configuration configuration;
    proto::Versions versions;
    auto taken = expect(Topic::kRun, message)
                     .and_then([&] { return expect(Topic::kConfiguration, configuration); })
                     .and_then([&] { return expect(Topic::kVersions, versions); });
    if (!taken) return taken;
    run.robot = message.robot();
    run.world = message.world();
    run.seed = message.seed();
    run.log = message.log();
    run.period_ns = message.period_ns();
    run.real_time = message.real_time();
    run.joints.assign(message.joints().begin(), message.joints().end());
    take(message.notes(), run.notes);
    run.configuration = configuration.text();
    configuration_sha256 = configuration.sha256();
    take(versions.versions(), run.versions);
    if (run.period_ns <= 0) return corrupt(Topic::kRun, 0, "the period is not above 0 ns");
    if (sha256(run.configuration).hex() != configuration_sha256)
      return corrupt(Topic::kConfiguration, 0, "the text does not have the recorded SHA-256");
    return {};
  }

  template <typename Message>
  Result<void> expect(Topic topic, Message& out) {
    McapMessage in;
    const auto more = mcap.next(in);
    if (!more) return tl::make_unexpected(more.error());
    if (!*more)
      return fail(ErrorCode::kParse,
                  fmt::format("no record of a run: it ends before {}", topic_name(topic)),
                  mcap.name());
    const auto found = topic_of(*in.channel);
    if (!found) return tl::make_unexpected(found.error());
    if (*found != topic)
      return corrupt(topic, in.log_time_ns, fmt::format("{} is in its place", in.channel->topic));
    return parse(topic, in, out);
  }

  Result<bool> next(RecordItem& item) {
    McapMessage message;
    while (true) {
      const auto more = mcap.next(message);
      if (!more || !*more) return more;
      auto taken = take_message(message, item);
      if (!taken) return taken;
      if (*taken) {
        is_rewound = false;
        return true;
      }
    }
  }

  // Takes one message; true when it completes an item.
  Result<bool> take_message(const McapMessage& in, RecordItem& item) {
    const auto topic = topic_of(*in.channel);
    if (!topic) return tl::make_unexpected(topic.error());
    switch (*topic) {
      case Topic::kEvent:
        return take_event(in, item);
      case Topic::kPlan:
        return take_document<proto::Plan>(*topic, in, item);
      case Topic::kVerdict:
        return take_document<proto::Verdict>(*topic, in, item);
      case Topic::kStep:
        return take_document<proto::Step>(*topic, in, item);
      case Topic::kGap: {
        proto::Gap gap;
        if (auto parsed = parse(*topic, in, gap); !parsed)
          return tl::make_unexpected(parsed.error());
        item = Gap{gap.first_tick(), gap.last_tick()};
        return true;
      }
      case Topic::kGate:
        return take_gate(in, item);
      case Topic::kRun:
      case Topic::kConfiguration:
      case Topic::kVersions:
        if (is_rewound) return false;
        return corrupt(*topic, in.log_time_ns, "it comes a second time");
      default:
        if (auto taken = take_bulk(*topic, in); !taken) return tl::make_unexpected(taken.error());
        return false;
    }
  }

  Result<bool> take_event(const McapMessage& in, RecordItem& item) {
    RecordedEvent recorded;
    if (auto parsed = parse(Topic::kEvent, in, event); !parsed)
      return tl::make_unexpected(parsed.error());
    if (auto taken = from_proto(event, recorded.event, recorded.payload); !taken)
      return corrupt(Topic::kEvent, in.log_time_ns, taken.error().message);
    item = std::move(recorded);
    return true;
  }

  template <typename Message>
  Result<bool> take_document(Topic topic, const McapMessage& in, RecordItem& item) {
    Message message;
    if (auto parsed = parse(topic, in, message); !parsed)
      return tl::make_unexpected(parsed.error());
    item = RecordedDocument{topic, message.tick(), message.json()};
    return true;
  }

  Result<void> take_bulk(Topic topic, const McapMessage& in) {
    if (bulk_seen >= std::size(kBulk) || kBulk[bulk_seen] != topic)
      return corrupt(topic, in.log_time_ns, "it is not in its place within the tick");
    ++bulk_seen;
    switch (topic) {
      case Topic::kSensors:
        return take_frame(topic, in, sensors, tick.sensors);
      case Topic::kState:
        return take_frame(topic, in, state, tick.state);
      case Topic::kWorld:
        return take_frame(topic, in, world, tick.world);
      case Topic::kReference:
        return take_frame(topic, in, reference, tick.reference);
      default:
        return take_frame(topic, in, command, tick.proposal);
    }
  }

  Result<bool> take_gate(const McapMessage& in, RecordItem& item) {
    if (auto taken = take_frame(Topic::kGate, in, gate, tick.gate); !taken)
      return tl::make_unexpected(taken.error());
    if (bulk_seen != (gate.bulk_dropped() ? 0 : std::size(kBulk)))
      return corrupt(Topic::kGate, in.log_time_ns, "streams of the tick are missing");
    bulk_seen = 0;
    if (gate.bulk_dropped()) {
      GateReport report = tick.gate;
      tick = TickRecord{};
      tick.gate = report;
    }
    tick.has_bulk = !gate.bulk_dropped();
    if (gate.has_safe()) {
      if (auto taken = from_proto(gate.safe(), tick.safe); !taken)
        return corrupt(Topic::kGate, in.log_time_ns, "safe: " + taken.error().message);
    } else if (gate.bulk_dropped()) {
      return corrupt(Topic::kGate, in.log_time_ns, "the safe command is missing");
    } else {
      tick.safe = tick.proposal;
    }
    item = tick;
    return true;
  }
};

Result<std::string> read_log_name(McapReader& reader) {
  McapMessage first;
  const auto more = reader.next(first);
  if (!more) return tl::make_unexpected(more.error());
  proto::Run run;
  const google::protobuf::LogSilencer silencer;  // the error below says it
  if (!*more || first.channel->schema_name != topic_type_name(Topic::kRun) ||
      !run.ParseFromArray(first.data.data(), static_cast<int>(first.data.size())))
    return fail(ErrorCode::kParse, "an MCAP file, but no record of a run", reader.name());
  return run.log();
}

RecordReader::RecordReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
RecordReader::RecordReader(RecordReader&&) noexcept = default;
RecordReader& RecordReader::operator=(RecordReader&&) noexcept = default;
RecordReader::~RecordReader() = default;

Result<RecordReader> RecordReader::open(const std::filesystem::path& file) {
  auto source = open_file(file);
  if (!source) return tl::make_unexpected(source.error());
  return open(std::move(*source), file.string());
}

Result<RecordReader> RecordReader::open(std::unique_ptr<ByteSource> source, std::string name) {
  auto mcap = McapReader::open(std::move(source), std::move(name));
  if (!mcap) return tl::make_unexpected(mcap.error());
  auto state = std::make_unique<State>(std::move(*mcap));
  if (auto taken = state->take_run(); !taken) return tl::make_unexpected(taken.error());
  return RecordReader(std::move(state));
}

const RunInfo& RecordReader::run() const { return state_->run; }
const std::string& RecordReader::configuration_sha256() const {
  return state_->configuration_sha256;
}

Result<bool> RecordReader::next(RecordItem& item) {
  if (state_->failure) return tl::make_unexpected(*state_->failure);
  auto found = state_->next(item);
  if (!found) state_->failure = found.error();
  return found;
}

void RecordReader::seek(Tick tick) {
  state_->bulk_seen = 0;
  state_->is_rewound = true;
  state_->failure.reset();
  const std::int64_t limit = std::numeric_limits<std::int64_t>::max() / state_->run.period_ns;
  const Tick bounded = std::clamp<Tick>(tick, 0, limit);
  state_->mcap.seek(static_cast<std::uint64_t>(bounded * state_->run.period_ns));
}

Result<std::optional<RecordedDocument>> RecordReader::last_document(Topic topic, Tick tick) {
  State& s = *state_;
  const std::int64_t limit = std::numeric_limits<std::int64_t>::max() / s.run.period_ns;
  const auto until_ns =
      static_cast<std::uint64_t>(std::clamp<Tick>(tick, 0, limit) * s.run.period_ns);
  std::optional<RecordedDocument> document;
  McapMessage message;
  const auto found = s.mcap.last(topic_name(topic), until_ns, message);
  if (!found) return tl::make_unexpected(found.error());
  if (*found) {
    RecordItem item;
    const auto taken = s.take_message(message, item);
    if (!taken) return tl::make_unexpected(taken.error());
    if (auto* is = std::get_if<RecordedDocument>(&item)) document = std::move(*is);
  }
  seek(0);
  return document;
}

Result<void> RecordReader::verify() {
  auto verified = state_->mcap.verify();
  seek(0);
  return verified;
}

bool RecordReader::is_complete() const { return state_->mcap.is_complete(); }
const std::string& RecordReader::end_note() const { return state_->mcap.end_note(); }

}  // namespace longmen::record
