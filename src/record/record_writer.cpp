#include "record/record_writer.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/digest.h"
#include "core/utf8.h"
#include "record/convert.h"
#include "record/seal.h"
#include "record/topics.h"

namespace longmen::record {
namespace {

// The .proto file of a message type and all that it imports: what a tool needs to decode messages.
void add_file(const google::protobuf::FileDescriptor& file,
              google::protobuf::FileDescriptorSet& set, std::set<std::string>& seen) {
  if (!seen.insert(file.name()).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) add_file(*file.dependency(i), set, seen);
  file.CopyTo(set.add_file());
}

std::string descriptor_set(const google::protobuf::Descriptor& type) {
  google::protobuf::FileDescriptorSet set;
  std::set<std::string> seen;
  add_file(*type.file(), set, seen);
  return set.SerializeAsString();
}

void put(const RunInfo::NamedValues& in,
         google::protobuf::RepeatedPtrField<proto::NamedValue>& out) {
  for (const auto& [name, value] : in) {
    proto::NamedValue& pair = *out.Add();
    pair.set_name(as_utf8(name));
    pair.set_value(as_utf8(value));
  }
}

}  // namespace

struct RecordWriter::State {
  State(std::unique_ptr<RecordSeal> s, McapWriter writer)
      : seal(std::move(s)), mcap(std::move(writer)) {}

  std::unique_ptr<RecordSeal> seal;  // before mcap, which it must outlive
  McapWriter mcap;
  std::size_t sealed_chunks = 0;
  std::string checkpoint;
  bool is_closed = false;
  std::int64_t period_ns = 0;
  std::array<std::uint16_t, kTopicCount> channels{};
  Bytes scratch;

  // Reused from tick to tick, so that encoding takes no memory once they have grown.
  proto::SensorFrame sensors;
  proto::RobotState state;
  proto::WorldState world;
  proto::WholeBodyReference reference;
  proto::Command command;
  proto::GateReport gate;
  proto::Event event;

  template <typename Message>
  Result<void> put(Topic topic, Tick tick, const Message& message) {
    scratch.resize(message.ByteSizeLong());
    message.SerializeWithCachedSizesToArray(scratch.data());
    const auto time_ns = static_cast<std::uint64_t>(std::max<Tick>(tick, 0) * period_ns);
    auto written = mcap.write(channels[static_cast<std::size_t>(topic)], time_ns, scratch);
    return written ? put_checkpoint(false) : written;
  }

  // After each chunk, and at the end.
  Result<void> put_checkpoint(bool is_end) {
    if (!seal || (mcap.chunks_written() == sealed_chunks && !is_end)) return {};
    sealed_chunks = mcap.chunks_written();
    const McapValues values = seal->checkpoint(is_end);
    checkpoint = values.at(0).second;
    return mcap.write_metadata(kCheckpointName, values);
  }

  Result<void> flush() {
    return mcap.flush().and_then([&] { return put_checkpoint(false); });
  }

  template <typename Frame, typename Message>
  Result<void> put_frame(Topic topic, const Frame& frame, Message& message) {
    to_proto(frame, message);
    return put(topic, frame.tick, message);
  }

  void add_channels() {
    for (std::size_t i = 0; i < kTopicCount; ++i) {
      const auto topic = static_cast<Topic>(i);
      const std::string set = descriptor_set(topic_type(topic));
      const std::uint16_t schema =
          mcap.add_schema(topic_type_name(topic), "protobuf",
                          {reinterpret_cast<const std::uint8_t*>(set.data()), set.size()});
      channels[i] = mcap.add_channel(schema, std::string(topic_name(topic)), "protobuf");
    }
  }

  Result<void> put_run(const RunInfo& info) {
    proto::Run run;
    run.set_robot(as_utf8(info.robot));
    run.set_world(as_utf8(info.world));
    run.set_seed(info.seed);
    run.set_log(as_utf8(info.log));
    run.set_period_ns(info.period_ns);
    run.set_real_time(info.real_time);
    for (const std::string& joint : info.joints) run.add_joints(as_utf8(joint));
    record::put(info.notes, *run.mutable_notes());
    proto::Configuration configuration;
    configuration.set_text(info.configuration);
    configuration.set_sha256(sha256(info.configuration).hex());
    proto::Versions versions;
    record::put(info.versions, *versions.mutable_versions());
    return put(Topic::kRun, 0, run)
        .and_then([&] { return put(Topic::kConfiguration, 0, configuration); })
        .and_then([&] { return put(Topic::kVersions, 0, versions); })
        .and_then([&] { return flush(); });
  }
};

RecordWriter::RecordWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
RecordWriter::RecordWriter(RecordWriter&&) noexcept = default;
RecordWriter& RecordWriter::operator=(RecordWriter&&) noexcept = default;
RecordWriter::~RecordWriter() = default;

Result<RecordWriter> RecordWriter::create(const std::filesystem::path& file, const RunInfo& run,
                                          const McapWriterConfig& config,
                                          std::shared_ptr<const trust::SigningKey> key) {
  if (run.period_ns <= 0)
    return fail(ErrorCode::kInvalidArgument, "a record needs a period above 0 ns", file.string());
  if (!is_valid_utf8(run.configuration))
    return fail(ErrorCode::kInvalidArgument, "the configuration is not UTF-8 text", file.string());
  if (key == nullptr ? !run.log.empty() : !trust::is_key_name(run.log))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' cannot name the log of a signed record", run.log), file.string());
  auto seal = key == nullptr ? nullptr : std::make_unique<RecordSeal>(std::move(key), run.log);
  auto mcap = McapWriter::create(file, config, seal.get());
  if (!mcap) return tl::make_unexpected(mcap.error());
  auto state = std::make_unique<State>(std::move(seal), std::move(*mcap));
  state->period_ns = run.period_ns;
  state->add_channels();
  if (auto written = state->put_run(run); !written) return tl::make_unexpected(written.error());
  return RecordWriter(std::move(state));
}

Result<void> RecordWriter::write_tick(const TickView& tick, bool has_bulk) {
  State& s = *state_;
  if (has_bulk) {
    auto bulk =
        s.put_frame(Topic::kSensors, tick.sensors, s.sensors)
            .and_then([&] { return s.put_frame(Topic::kState, tick.state, s.state); })
            .and_then([&] { return s.put_frame(Topic::kWorld, tick.world, s.world); })
            .and_then([&] { return s.put_frame(Topic::kReference, tick.reference, s.reference); })
            .and_then([&] { return s.put_frame(Topic::kProposal, tick.proposal, s.command); });
    if (!bulk) return bulk;
  }
  to_proto(tick.gate, s.gate);
  s.gate.set_bulk_dropped(!has_bulk);
  if (has_bulk && same_bits(tick.safe, tick.proposal))
    s.gate.clear_safe();
  else
    to_proto(tick.safe, *s.gate.mutable_safe());
  return s.put(Topic::kGate, tick.gate.tick, s.gate);
}

Result<void> RecordWriter::write_event(const Event& event, std::string_view payload) {
  to_proto(event, payload, state_->event);
  return state_->put(Topic::kEvent, event.tick, state_->event);
}

Result<void> RecordWriter::write_gap(const Gap& gap) {
  proto::Gap message;
  message.set_first_tick(gap.first_tick);
  message.set_last_tick(gap.last_tick);
  return state_->put(Topic::kGap, gap.last_tick, message);
}

Result<void> RecordWriter::write_document(Topic topic, Tick tick, std::string_view json) {
  const auto put = [&](auto message) {
    message.set_tick(tick);
    message.set_json(as_utf8(json));
    return state_->put(topic, tick, message);
  };
  if (topic == Topic::kPlan) return put(proto::Plan{});
  return topic == Topic::kStep ? put(proto::Step{}) : put(proto::Verdict{});
}

Result<void> RecordWriter::flush() { return state_->flush(); }
Result<void> RecordWriter::close() {
  State& s = *state_;
  if (s.is_closed) return {};
  return s.flush().and_then([&] { return s.put_checkpoint(true); }).and_then([&] {
    s.is_closed = true;
    return s.mcap.close();
  });
}
const std::string& RecordWriter::checkpoint() const { return state_->checkpoint; }
std::uint64_t RecordWriter::bytes_written() const { return state_->mcap.bytes_written(); }
std::uint64_t RecordWriter::messages_written() const { return state_->mcap.messages_written(); }

}  // namespace longmen::record
