#include "trial/replay.h"

#include <utility>
#include <variant>

#include "record/record_reader.h"
#include "runtime/session.h"

namespace longmen::trial {
namespace {

constexpr Tick kProgressTicks = 1000;

/// A robot that measures what the record says and moves nothing.
class ReplayIo final : public io::RobotIo {
 public:
  explicit ReplayIo(int na) : na_(na) {}
  void put(const SensorFrame& frame) { frame_ = frame; }

  void read(SensorFrame& frame) noexcept override { frame = frame_; }
  io::WriteStatus write(SafeCommand&& command) noexcept override {
    const SafeCommand consumed = std::move(command);
    return consumed.tick() == frame_.tick ? io::WriteStatus::kAccepted
                                          : io::WriteStatus::kWrongTick;
  }
  void power_motors(const io::MotorMask&) noexcept override {}
  [[nodiscard]] Tick tick() const noexcept override { return frame_.tick; }
  [[nodiscard]] int joint_count() const noexcept override { return na_; }
  [[nodiscard]] bool is_simulated() const noexcept override { return true; }

 private:
  int na_;
  SensorFrame frame_;
};

/// Where something else than the controller touched the proposals, they are inputs like any other.
class RecordedProposal final : public runtime::ProposalTap {
 public:
  explicit RecordedProposal(const runtime::Session& session) : session_(session) {}
  void put(const ProposedCommand& proposal) { proposal_ = proposal; }
  void touch(ProposedCommand& proposal) noexcept override {
    if (session_.has_foreign_proposals()) proposal = proposal_;
  }

 private:
  const runtime::Session& session_;
  ProposedCommand proposal_;
};

record::TickRecord copy_of(const record::TickView& view) {
  return {view.sensors,  view.state, view.world, view.reference,
          view.proposal, view.gate,  view.safe,  true};
}

}  // namespace

Result<ReplayReport> replay(const std::filesystem::path& file, const std::filesystem::path& project,
                            const ReplayProgress& progress) {
  auto reader = record::RecordReader::open(file);
  if (!reader) return tl::make_unexpected(reader.error());
  // A record that was closed is whole to the byte, also where a replay does not look.
  if (reader->is_complete())
    if (auto verified = reader->verify(); !verified) return tl::make_unexpected(verified.error());
  auto session = runtime::session_from_record(reader->run().configuration, project);
  if (!session) return fail(session.error().code, session.error().text(), file.string());

  ReplayReport report;
  ReplayIo io(session->model().na());
  RecordedProposal proposal(*session);
  record::TickComparer comparer;
  record::RecordItem item;
  while (true) {
    const auto more = reader->next(item);
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) break;
    if (const auto* input = std::get_if<record::RecordedEvent>(&item)) {
      session->take(input->event, input->payload);
      continue;
    }
    if (std::holds_alternative<record::RecordedDocument>(item)) continue;
    const auto* recorded = std::get_if<record::TickRecord>(&item);
    if (recorded == nullptr || !recorded->has_bulk) {
      report.gap_at =
          recorded != nullptr ? recorded->tick() : std::get<record::Gap>(item).first_tick;
      break;
    }
    io.put(recorded->sensors);
    proposal.put(recorded->proposal);
    session->tick(io, &proposal);
    report.difference = comparer.first_difference(*recorded, copy_of(session->last_tick()));
    if (report.difference) break;
    ++report.ticks;
    if (progress && report.ticks % kProgressTicks == 0) progress(report.ticks);
  }
  report.complete = reader->is_complete();
  report.end_note = reader->end_note();
  return report;
}

}  // namespace longmen::trial
