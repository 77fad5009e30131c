#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/approved_plan.h"
#include "core/result.h"
#include "core/verdict.h"
#include "io/robot_io.h"
#include "record/recorder.h"
#include "record/tick_record.h"
#include "runtime/loop.h"
#include "runtime/receipts.h"
#include "runtime/rehearsed.h"
#include "runtime/skill_pilot.h"
#include "world/world.h"

namespace longmen::runtime {

/// Who sets the body's goals in a session.
enum class PilotKind : std::uint8_t {
  kSkills,  ///< the skills of plans that the plan gate approves
  kStream,  ///< velocity commands from outside; only with a simulated robot
};

/// Where a session's data is and what it may do. All of it goes into the record, so that a replay
/// can build the same.
struct SessionSetup {
  std::filesystem::path
      project_folder;  ///< robots, worlds and rules below it are recorded relative to it
  std::filesystem::path robot_folder;
  std::optional<std::filesystem::path>
      world_folder;  ///< absent: no places, objects or people are known
  PilotKind pilot = PilotKind::kSkills;
  bool practice = false;  ///< an unregistered model may propose (simulation only)
  std::vector<std::string>
      admitted{};                  ///< models that the register admits here, beside the shipped
  bool foreign_proposals = false;  ///< something else than the controller may touch the proposal
  bool gets_up = false;            ///< armed, it gets up from the ground by itself after a fall
  bool is_replay = false;          ///< no policy is started: what it proposed stands in the record
  double period_s = kTick_s;
  bool real_time = false;                  ///< the record never makes the loop wait; lock-step does
  std::optional<std::string> tuning;       ///< text that replaces the robot's tuning.yaml (replay)
  Authority authority = Authority::kLive;  ///< of the plans that run; kRehearsal: only of such
  /// The rehearsal that went before: only its plan runs, and only if it was safe.
  std::optional<Rehearsed> rehearsed{};
};

/// Everything on the robot's side of the wall for one run: the loop, the plan gate, the skills, the
/// recorder. All that comes from outside is an event, stamped with the tick that takes it up and
/// recorded; replay takes up the same events and frames and gets the same bits.
class Session {
 public:
  /// Errors: those of the files.
  static Result<Session> create(const SessionSetup& setup);

  /// Starts a record. Before the first tick. Errors: kIo, kInvalidArgument.
  Result<void> start_record(const std::filesystem::path& file, std::uint64_t seed,
                            const record::RunInfo::NamedValues& notes);
  /// Ends it; the first error of the whole recording, if there was one.
  Result<void> close_record();

  /// Takes up an input for the coming tick. Real-time safe except for plans, which are judged at
  /// once, and for maps of the ground; a map that is none leaves the one before. A plan with the
  /// idempotency key of an earlier one gets that one's verdict again and does not act; is it
  /// another plan, it is refused.
  void take(const record::Event& event, std::string_view payload = {});

  /// Says in each tick, in real time, whether the model that works here still may: the first no is
  /// a hold, recorded as an input from "register", that nobody takes back. A new one begins anew.
  void set_admission(std::function<bool()> is_admitted);

  /// False: there is no record, or not all of it gets there; a recorded session then holds.
  [[nodiscard]] bool is_recorded() const noexcept;
  [[nodiscard]] double period_s() const noexcept;
  /// Whether something else than the controller may touch the proposal of this tick.
  [[nodiscard]] bool has_foreign_proposals() const noexcept;

  /// One period.
  io::WriteStatus tick(io::RobotIo& io, ProposalTap* tap = nullptr,
                       TickProbe* probe = nullptr) noexcept;

  [[nodiscard]] const model::RobotModel& model() const;
  [[nodiscard]] const world::World& world() const;
  [[nodiscard]] const Loop& loop() const;
  /// The rules of the motion gate, and what each says to people.
  [[nodiscard]] const gate::MotionRules& motion_rules() const;
  /// What the plan gate said to the last plan; nothing before the first.
  [[nodiscard]] const std::optional<Verdict>& verdict() const;
  /// The plan that runs or ran last, nullptr if none was approved.
  [[nodiscard]] const skills::PlanExecutor* executor() const;
  /// What became of its steps; empty if no plan was approved.
  [[nodiscard]] const std::vector<Receipt>& receipts() const;
  /// Configuration as it stands in the record.
  [[nodiscard]] const std::string& configuration() const;
  /// What the last tick saw, thought and did.
  [[nodiscard]] record::TickView last_tick() const;

  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

 private:
  struct Parts;
  explicit Session(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// The session of a record anew, to run its inputs again. Folders are looked up as they were given,
/// names under `robots` and `worlds`. Errors: kCorrupt; those of create(); kUnsupported when the
/// robot's, world's or rules' files are not those of the run.
Result<Session> session_from_record(const std::string& configuration,
                                    const std::filesystem::path& project);

}  // namespace longmen::runtime
