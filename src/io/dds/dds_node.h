#pragma once

#include <dds/dds.h>
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/result.h"
#include "io/dds/dds_link.h"

/// What the ends of links and stops share: for the sources of this folder alone.
namespace longmen::io::dds {

inline constexpr int kHistory = 64;
inline constexpr double kBlockingMax_s = 1.0;  // of a writer whose reader is full
inline constexpr double kLook_s = 0.002;       // between two looks whether the other end is there

// This machine's loopback and nothing else, whatever the user's own settings are.
inline constexpr const char* kLoopbackAlone =
    "<CycloneDDS><Domain Id=\"any\"><General>"
    "<Interfaces><NetworkInterface name=\"lo\" multicast=\"false\"/></Interfaces>"
    "<AllowMulticast>false</AllowMulticast></General>"
    "<Discovery><ParticipantIndex>auto</ParticipantIndex>"
    "<MaxAutoParticipantIndex>60</MaxAutoParticipantIndex>"
    "<Peers><Peer Address=\"127.0.0.1\"/></Peers></Discovery></Domain></CycloneDDS>";

inline tl::unexpected<Error> dds_fails(const char* what, dds_return_t code) {
  return fail(ErrorCode::kIo, fmt::format("{}: {}", what, dds_strretcode(code)), "DDS");
}

inline dds_duration_t duration(double s) {
  return static_cast<dds_duration_t>(std::llround(s * static_cast<double>(DDS_NSECS_IN_SEC)));
}

/// A participant and what belongs to it; ends together with its domain.
class Node {
 public:
  static Result<Node> join(const DdsMeeting& meeting) {
    Node node;
    node.meeting_ = meeting;
    // A domain that this process has joined already keeps its settings, which are the same.
    const auto id = static_cast<dds_domainid_t>(meeting.domain);
    const dds_entity_t domain = dds_create_domain(id, kLoopbackAlone);
    if (domain < 0 && domain != DDS_RETCODE_PRECONDITION_NOT_MET)
      return dds_fails("cannot join the domain", domain);
    node.participant_ = dds_create_participant(id, nullptr, nullptr);
    if (node.participant_ < 0) return dds_fails("no participant", node.participant_);
    return node;
  }
  Node() = default;
  Node(Node&& other) noexcept
      : meeting_(std::move(other.meeting_)), participant_(std::exchange(other.participant_, 0)) {}
  Node& operator=(Node&&) = delete;
  ~Node() {
    if (participant_ > 0) dds_delete(participant_);
  }

  Result<dds_entity_t> writer(const dds_topic_descriptor_t& type, const char* name) const {
    return open(type, name, dds_create_writer);
  }
  Result<dds_entity_t> reader(const dds_topic_descriptor_t& type, const char* name) const {
    return open(type, name, dds_create_reader);
  }
  [[nodiscard]] dds_entity_t participant() const { return participant_; }

 private:
  template <typename Create>
  Result<dds_entity_t> open(const dds_topic_descriptor_t& type, const char* name,
                            Create create) const {
    const dds_entity_t topic = dds_create_topic(participant_, &type, name, nullptr, nullptr);
    if (topic < 0) return dds_fails(name, topic);
    dds_qos_t* qos = dds_create_qos();
    dds_qset_reliability(qos, DDS_RELIABILITY_RELIABLE, duration(kBlockingMax_s));
    dds_qset_history(qos, DDS_HISTORY_KEEP_LAST, kHistory);
    if (!meeting_.partition.empty()) dds_qset_partition1(qos, meeting_.partition.c_str());
    const dds_entity_t entity = create(participant_, topic, qos, nullptr);
    dds_delete_qos(qos);
    if (entity < 0) return dds_fails(name, entity);
    return entity;
  }

  DdsMeeting meeting_;
  dds_entity_t participant_ = 0;
};

/// A reader that can be waited for.
template <typename T>
class Inbox {
 public:
  Result<void> open(const Node& node, const dds_topic_descriptor_t& type, const char* name) {
    const auto reader = node.reader(type, name);
    if (!reader) return tl::make_unexpected(reader.error());
    reader_ = *reader;
    waitset_ = dds_create_waitset(node.participant());
    if (waitset_ < 0) return dds_fails("no waitset", waitset_);
    dds_set_status_mask(reader_, DDS_DATA_AVAILABLE_STATUS);
    if (const auto attached = dds_waitset_attach(waitset_, reader_, 0); attached < 0)
      return dds_fails("no waitset", attached);
    return {};
  }
  /// The next message; waits for it. False: none came in that time.
  bool take(T& message, double patience_s) noexcept {
    const dds_time_t until = dds_time() + duration(patience_s);
    for (;;) {
      void* into[] = {&message};
      dds_sample_info_t info;
      const dds_return_t taken = dds_take(reader_, into, &info, 1, 1);
      if (taken > 0 && info.valid_data) return true;
      if (taken > 0) continue;  // word of a writer that came or went
      const dds_duration_t rest = until - dds_time();
      if (taken < 0 || rest <= 0) return false;
      dds_waitset_wait(waitset_, nullptr, 0, rest);
    }
  }
  [[nodiscard]] bool is_matched() const noexcept {
    dds_subscription_matched_status_t status{};
    return dds_get_subscription_matched_status(reader_, &status) == DDS_RETCODE_OK &&
           status.current_count > 0;
  }

 private:
  dds_entity_t reader_ = 0;
  dds_entity_t waitset_ = 0;
};

template <typename T>
class Outbox {
 public:
  Result<void> open(const Node& node, const dds_topic_descriptor_t& type, const char* name) {
    const auto writer = node.writer(type, name);
    if (!writer) return tl::make_unexpected(writer.error());
    writer_ = *writer;
    return {};
  }
  bool put(const T& message) noexcept { return dds_write(writer_, &message) == DDS_RETCODE_OK; }
  [[nodiscard]] bool is_matched() const noexcept {
    dds_publication_matched_status_t status{};
    return dds_get_publication_matched_status(writer_, &status) == DDS_RETCODE_OK &&
           status.current_count > 0;
  }

 private:
  dds_entity_t writer_ = 0;
};

template <typename IsThere>
Result<void> wait_for(const IsThere& is_there, double patience_s, const char* whom) {
  const dds_time_t until = dds_time() + duration(patience_s);
  while (!is_there()) {
    if (dds_time() > until)
      return fail(ErrorCode::kNotFound,
                  fmt::format("no {} on this machine's loopback within {:g} s", whom, patience_s),
                  "DDS");
    dds_sleepfor(duration(kLook_s));
  }
  return {};
}

}  // namespace longmen::io::dds
