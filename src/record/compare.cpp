#include "record/compare.h"

#include <fmt/format.h>

#include <bit>
#include <cstdint>

#include "record/convert.h"

namespace longmen::record {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// One value of a message as text, exact: equal texts are equal bits.
std::string value_text(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  const bool repeated = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      const double value = repeated ? reflection.GetRepeatedDouble(message, &field, index)
                                    : reflection.GetDouble(message, &field);
      return fmt::format("{:.17g} (bits {:016x})", value, std::bit_cast<std::uint64_t>(value));
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return (repeated ? reflection.GetRepeatedBool(message, &field, index)
                       : reflection.GetBool(message, &field))
                 ? "true"
                 : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return std::to_string(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return std::to_string(reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return std::to_string(reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = reflection.GetEnumValue(message, &field);
      const auto* named = field.enum_type()->FindValueByNumber(number);
      return named != nullptr ? named->name() : std::to_string(number);
    }
    default:
      return field.name() + " has a kind that no frame uses";
  }
}

struct Finding {
  std::string field, recorded, recomputed;
};

std::optional<Finding> compare_messages(const Message& a, const Message& b,
                                        const std::string& prefix);

std::optional<Finding> compare_value(const Message& a, const Message& b,
                                     const FieldDescriptor& field, int index,
                                     const std::string& name) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    const auto part = [&](const Message& m) -> const Message& {
      return field.is_repeated() ? m.GetReflection()->GetRepeatedMessage(m, &field, index)
                                 : m.GetReflection()->GetMessage(m, &field);
    };
    return compare_messages(part(a), part(b), name + ".");
  }
  std::string recorded = value_text(a, field, index);
  std::string recomputed = value_text(b, field, index);
  if (recorded == recomputed) return {};
  return Finding{name, std::move(recorded), std::move(recomputed)};
}

std::optional<Finding> compare_field(const Message& a, const Message& b,
                                     const FieldDescriptor& field, const std::string& name) {
  if (!field.is_repeated()) {
    const bool in_a = a.GetReflection()->HasField(a, &field);
    const bool in_b = b.GetReflection()->HasField(b, &field);
    if (field.has_presence() && in_a != in_b)
      return Finding{name, in_a ? "present" : "absent", in_b ? "present" : "absent"};
    if (!in_a && !in_b) return {};
    return compare_value(a, b, field, -1, name);
  }
  const int size_a = a.GetReflection()->FieldSize(a, &field);
  const int size_b = b.GetReflection()->FieldSize(b, &field);
  if (size_a != size_b)
    return Finding{name, fmt::format("{} values", size_a), fmt::format("{} values", size_b)};
  for (int i = 0; i < size_a; ++i)
    if (auto found = compare_value(a, b, field, i, fmt::format("{}[{}]", name, i))) return found;
  return {};
}

std::optional<Finding> compare_messages(const Message& a, const Message& b,
                                        const std::string& prefix) {
  const auto& type = *a.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i)
    if (auto found = compare_field(a, b, *type.field(i), prefix + type.field(i)->name()))
      return found;
  return {};
}

}  // namespace

std::string Difference::text() const {
  return fmt::format("first difference at tick {} in stream {}, {}: recorded {}, recomputed {}",
                     tick, topic_name(topic), field, recorded, recomputed);
}

struct TickComparer::State {
  template <typename Message>
  struct Pair {
    Message recorded, recomputed;
  };
  Pair<proto::SensorFrame> sensors;
  Pair<proto::RobotState> state;
  Pair<proto::WorldState> world;
  Pair<proto::WholeBodyReference> reference;
  Pair<proto::Command> command;
  Pair<proto::GateReport> gate;
  std::string bytes, other_bytes;

  template <typename Frame, typename Message>
  std::optional<Difference> compare(Topic topic, Tick tick, const Frame& a, const Frame& b,
                                    Pair<Message>& messages, const char* prefix = "") {
    to_proto(a, messages.recorded);
    to_proto(b, messages.recomputed);
    messages.recorded.SerializeToString(&bytes);
    messages.recomputed.SerializeToString(&other_bytes);
    if (bytes == other_bytes) return {};  // the wire has every bit
    auto found = compare_messages(messages.recorded, messages.recomputed, prefix);
    if (!found) found = Finding{"message", "other bytes", "other bytes"};
    return Difference{topic, tick, std::move(found->field), std::move(found->recorded),
                      std::move(found->recomputed)};
  }
};

TickComparer::TickComparer() : state_(std::make_unique<State>()) {}
TickComparer::~TickComparer() = default;

std::optional<Difference> TickComparer::first_difference(const TickRecord& recorded,
                                                         const TickRecord& recomputed) {
  State& s = *state_;
  const TickRecord& a = recorded;
  const TickRecord& b = recomputed;
  const Tick tick = a.tick();
  std::optional<Difference> found;
  if (a.has_bulk && b.has_bulk) {
    found = s.compare(Topic::kSensors, tick, a.sensors, b.sensors, s.sensors);
    if (!found) found = s.compare(Topic::kState, tick, a.state, b.state, s.state);
    if (!found) found = s.compare(Topic::kWorld, tick, a.world, b.world, s.world);
    if (!found) found = s.compare(Topic::kReference, tick, a.reference, b.reference, s.reference);
    if (!found) found = s.compare(Topic::kProposal, tick, a.proposal, b.proposal, s.command);
  }
  if (!found) found = s.compare(Topic::kGate, tick, a.gate, b.gate, s.gate);
  if (!found) found = s.compare(Topic::kGate, tick, a.safe, b.safe, s.command, "safe.");
  return found;
}

}  // namespace longmen::record
