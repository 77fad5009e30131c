#include "record/verify.h"

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "record/mcap_reader.h"
#include "record/merkle.h"
#include "record/record_reader.h"
#include "record/seal.h"

namespace longmen::record {
namespace {

tl::unexpected<Error> altered(const std::string& name, std::uint64_t offset, std::string what) {
  return fail(ErrorCode::kCorrupt, fmt::format("at byte {}: {}", offset, what), name);
}

/// Builds the tree again while a file passes by.
class TreeVisitor : public McapVisitor {
 public:
  Result<void> on_record(ByteView record, const McapMessage* message) override {
    add_leaf(leaf_hash(record), record, message);
    return {};
  }
  Result<void> on_metadata(std::uint64_t offset, const std::string& name,
                           const McapValues& values) override {
    if (name != kCheckpointName || values.size() != 1 || values[0].first != kCheckpointKey)
      return fail(ErrorCode::kCorrupt,
                  fmt::format("at byte {}: a metadata record '{}'; records have only checkpoints",
                              offset, name));
    return on_checkpoint(offset, values[0].second);
  }
  void on_bytes(ByteView bytes) override { prefix_.add(bytes); }

 protected:
  virtual void add_leaf(const Digest& hash, ByteView record, const McapMessage* message) = 0;
  virtual Result<void> on_checkpoint(std::uint64_t offset, const std::string& note) = 0;
  PrefixHash prefix_;
};

class Verifier final : public TreeVisitor {
 public:
  Verifier(std::string name, std::string origin, const trust::TrustRoots& roots)
      : name_(std::move(name)), origin_(std::move(origin)), roots_(roots) {}

  VerifyReport report;
  std::uint64_t messages = 0;  ///< all; report.messages are those before the last checkpoint
  bool is_sealed = false;      ///< the last thing was the last checkpoint

 private:
  void add_leaf(const Digest& hash, ByteView, const McapMessage* message) override {
    tree_.append(hash);
    is_sealed = false;
    if (message == nullptr) return;
    ++messages;
    last_ns_ = message->log_time_ns;
  }

  Result<void> on_checkpoint(std::uint64_t offset, const std::string& note) override {
    auto trusted = open_checkpoint(note, roots_);
    if (!trusted) {
      const Error& e = trusted.error();
      if (e.code == ErrorCode::kNotFound) return fail(e.code, e.message, name_);
      return altered(name_, offset, "a checkpoint is altered: " + e.message);
    }
    const Checkpoint& c = trusted->checkpoint;
    if (c.origin != origin_)
      return altered(name_, offset,
                     fmt::format("a checkpoint of {} in the record of {}", c.origin, origin_));
    if (is_sealed) return altered(name_, offset, "a checkpoint after the last one");
    // The last leaf says whether the file ends here; one of the two fits, or neither.
    GrowingTree ends = tree_, goes_on = tree_;
    ends.append(prefix_.leaf(true));
    goes_on.append(prefix_.leaf(false));
    is_sealed = c.size == ends.size() && c.root == ends.root();
    if (!is_sealed && (c.size != goes_on.size() || c.root != goes_on.root()))
      return altered(
          name_, offset,
          fmt::format("what comes before is not what was signed here ({} leaves)", c.size));
    tree_ = is_sealed ? std::move(ends) : std::move(goes_on);
    report.checkpoint = c;
    report.note = note;
    report.signer = trusted->signer;
    ++report.checkpoints;
    report.messages = messages;
    report.last_ns = last_ns_;
    return {};
  }

  std::string name_, origin_;
  const trust::TrustRoots& roots_;
  GrowingTree tree_;
  std::uint64_t last_ns_ = 0;
};

/// Lets all leaves of a record that was verified pass by, up to the report's size.
class LeafVisitor final : public TreeVisitor {
 public:
  using OnLeaf = std::function<void(std::uint64_t index, const Digest& hash, ByteView record,
                                    const McapMessage* message)>;
  LeafVisitor(std::uint64_t size, std::uint64_t end_index, OnLeaf on_leaf)
      : size_(size), end_index_(end_index), on_leaf_(std::move(on_leaf)) {}

 private:
  void add_leaf(const Digest& hash, ByteView record, const McapMessage* message) override {
    if (index_ < size_) on_leaf_(index_, hash, record, message);
    ++index_;
  }
  Result<void> on_checkpoint(std::uint64_t, const std::string&) override {
    add_leaf(prefix_.leaf(index_ == end_index_), {}, nullptr);
    return {};
  }
  std::uint64_t size_, end_index_, index_ = 0;
  OnLeaf on_leaf_;
};

Result<void> visit_leaves(const std::filesystem::path& file, const VerifyReport& report,
                          LeafVisitor::OnLeaf on_leaf) {
  auto mcap = McapReader::open(file);
  if (!mcap) return tl::make_unexpected(mcap.error());
  const std::uint64_t size = report.checkpoint.size;
  // In a complete record the last leaf is the one that says so.
  LeafVisitor visitor(size, report.complete ? size - 1 : size, std::move(on_leaf));
  return mcap->walk(visitor);
}

}  // namespace

Result<VerifyReport> verify_record(const std::filesystem::path& file,
                                   const trust::TrustRoots& roots) {
  auto source = open_file(file);
  if (!source) return tl::make_unexpected(source.error());
  return verify_record(std::move(*source), file.string(), roots);
}

Result<VerifyReport> verify_record(std::unique_ptr<ByteSource> source, const std::string& name,
                                   const trust::TrustRoots& roots) {
  // The run's first message names its log.
  auto mcap = McapReader::open(std::move(source), name);
  if (!mcap) return tl::make_unexpected(mcap.error());
  auto log = read_log_name(*mcap);
  if (!log) return tl::make_unexpected(log.error());
  if (log->empty())
    return fail(ErrorCode::kNotFound, "this record was never signed: it proves nothing", name);
  Verifier verifier(name, *log, roots);
  if (auto walked = mcap->walk(verifier); !walked) return tl::make_unexpected(walked.error());
  VerifyReport& report = verifier.report;
  if (report.checkpoints == 0)
    return fail(ErrorCode::kCorrupt, "cut before its first checkpoint: nothing of it is proved",
                name);
  report.complete = mcap->is_complete() && verifier.is_sealed;
  if (mcap->is_complete() && !verifier.is_sealed)
    return fail(ErrorCode::kCorrupt, "its end is not the one that was signed: something is missing",
                name);
  report.end_note = mcap->end_note();
  return std::move(report);
}

Result<std::vector<Digest>> prove_growth(const std::filesystem::path& file,
                                         const VerifyReport& report, const std::string& note,
                                         const trust::TrustRoots& roots) {
  const auto old = open_checkpoint(note, roots);
  if (!old) return tl::make_unexpected(old.error());
  const Checkpoint &before = old->checkpoint, &now = report.checkpoint;
  if (before.origin != now.origin)
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("the older checkpoint is of {}, this is {}", before.origin, now.origin));
  if (before.size == 0 || before.size > now.size)
    return fail(ErrorCode::kCorrupt,
                fmt::format("the log had {} leaves and has {} now: something is missing",
                            before.size, now.size),
                file.string());
  RangeHashes ranges(consistency_ranges(before.size, now.size));
  auto visited = visit_leaves(
      file, report,
      [&](std::uint64_t, const Digest& hash, ByteView, const auto*) { ranges.append(hash); });
  if (!visited) return tl::make_unexpected(visited.error());
  auto proof = ranges.hashes();
  if (!verify_consistency(before.size, before.root, now.size, now.root, proof))
    return fail(
        ErrorCode::kCorrupt,
        fmt::format("the record did not grow from the older checkpoint of {} leaves", before.size),
        file.string());
  return proof;
}

Result<ProvedLeaf> prove_message(const std::filesystem::path& file, const VerifyReport& report,
                                 const std::string& topic, std::uint32_t sequence) {
  std::optional<ProvedLeaf> found;
  auto visited = visit_leaves(
      file, report,
      [&](std::uint64_t index, const Digest&, ByteView record, const McapMessage* message) {
        if (message == nullptr || message->sequence != sequence || message->channel->topic != topic)
          return;
        found.emplace();
        found->proof.extra.assign(record.begin(), record.end());
        found->proof.index = index;
        found->proof.note = report.note;
        found->topic = topic;
        found->log_time_ns = message->log_time_ns;
      });
  if (!visited) return tl::make_unexpected(visited.error());
  if (!found)
    return fail(ErrorCode::kNotFound,
                fmt::format("no message {} of {} in what is proved", sequence, topic),
                file.string());
  RangeHashes path(inclusion_ranges(found->proof.index, report.checkpoint.size));
  auto hashed = visit_leaves(
      file, report,
      [&](std::uint64_t, const Digest& hash, ByteView, const auto*) { path.append(hash); });
  if (!hashed) return tl::make_unexpected(hashed.error());
  found->proof.hashes = path.hashes();
  return std::move(*found);
}

}  // namespace longmen::record
