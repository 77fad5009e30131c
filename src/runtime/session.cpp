#include "runtime/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/digest.h"
#include "core/plan_message.h"
#include "gate/motion/motion_rules.h"
#include "gate/plan/plan_gate.h"
#include "record/run_entry.h"
#include "runtime/step_policies.h"
#include "runtime/stream_pilot.h"
#include "runtime/temporal_watch.h"

namespace longmen::runtime {
namespace {

using nlohmann::json;

constexpr std::size_t kArmingEventsMax =
    8;  // taken up in one tick; more are refused and counted by the lease's loss
constexpr int kConfigurationVersion = 1;
constexpr std::size_t kKeysMax = 256;  // requests that are remembered; older ones would act anew

Result<std::string> read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return fail(ErrorCode::kNotFound, "cannot be read", file.string());
  return text.str();
}

/// A folder as it stands in the record: below the project without the project's own path.
std::string portable(const std::filesystem::path& folder, const std::filesystem::path& project) {
  const auto relative =
      std::filesystem::absolute(folder).lexically_relative(std::filesystem::absolute(project));
  return relative.empty() || *relative.begin() == ".." ? folder.string() : relative.string();
}

/// Hashes of the files that a run depends on, by the names under which a person would look for
/// them.
Result<json> hashes_of(const SessionSetup& setup, const model::RobotModel& model,
                       const gate::plan::PlanGate& plan_gate) {
  json hashes = {{"plan_words", plan_gate.words().hash().hex()}};
  const auto add = [&](const char* name, const std::filesystem::path& file) -> Result<void> {
    const auto text = read_text(file);
    if (!text) return tl::make_unexpected(text.error());
    hashes[name] = sha256(*text).hex();
    return {};
  };
  if (auto done = add("robot.yaml", setup.robot_folder / "robot.yaml"); !done)
    return tl::make_unexpected(done.error());
  if (auto done = add("model", model.model_file()); !done) return tl::make_unexpected(done.error());
  if (setup.world_folder)
    if (auto done = add("world.yaml", *setup.world_folder / "world.yaml"); !done)
      return tl::make_unexpected(done.error());
  if (auto done = add("motion_rules", setup.project_folder / "rules" / "limits" / "motion.yaml");
      !done)
    return tl::make_unexpected(done.error());
  for (const auto& [name, file] :
       {std::pair{"plan_rules", "plan.yaml"}, std::pair{"temporal_rules", "temporal.yaml"}})
    if (auto done = add(name, setup.project_folder / "rules" / "plan" / file); !done)
      return tl::make_unexpected(done.error());
  return hashes;
}

json rehearsed_json(const Rehearsed& ahead) {
  return {{"plan_hash", ahead.plan_hash},
          {"copies", ahead.copies},
          {"unsafe", ahead.unsafe},
          {"worst", json::parse(ahead.worst_json)}};
}

}  // namespace

struct Session::Parts {
  SessionSetup setup;
  std::unique_ptr<model::RobotModel> keeper;  ///< at an address that stays
  world::World world;
  gate::MotionRules motion_rules;
  gate::plan::PlanGate plan_gate;
  Loop loop;
  SkillPilot skills;
  StreamPilot stream;
  std::optional<record::RunEntry> run_entry;
  std::unique_ptr<record::Recorder> recorder;
  std::string configuration;
  std::optional<Verdict> verdict;

  std::array<gate::ArmingEvent, kArmingEventsMax> arming{};
  std::size_t arming_count = 0;
  StopRung stop = StopRung::kNone;
  std::function<bool()> is_admitted;
  bool is_revoked = false;
  Tick now = 0;

  std::optional<TemporalWatch> temporal;
  TemporalWatch::Tell record_broken;

  std::optional<StepPolicies> policies;

  Receipts receipts;
  Receipts::Tell record_receipt;
  /// A request that had an idempotency key, and what was said to it.
  struct Answered {
    std::string key;
    Digest message;
    Verdict verdict;
  };
  std::deque<Answered> answered;

  void take_command(const record::Event& event);
  void answer(std::string_view message);
  void judge(std::string_view message);
  /// The plan that the gate let through, held to its rehearsal. False: it does not run.
  [[nodiscard]] bool is_as_rehearsed(const ApprovedPlan& plan);
  [[nodiscard]] std::string verdict_text() const;
  void see_objects(const skills::Grip& grip, gate::plan::Situation& situation) const;
};

Result<Session> Session::create(const SessionSetup& setup) {
  auto model = model::RobotModel::load(setup.robot_folder);
  if (!model) return tl::make_unexpected(model.error());
  const std::filesystem::path tuning_file = setup.robot_folder / "tuning.yaml";
  const Result<std::string> tuning_text =
      setup.tuning ? Result<std::string>(*setup.tuning) : read_text(tuning_file);
  if (!tuning_text) return tl::make_unexpected(tuning_text.error());
  const auto tuning = RobotTuning::parse(*tuning_text, tuning_file.string(), *model);
  if (!tuning) return tl::make_unexpected(tuning.error());
  world::World world;
  if (setup.world_folder) {
    auto loaded = world::load_world(*setup.world_folder);
    if (!loaded) return tl::make_unexpected(loaded.error());
    world = std::move(*loaded);
  }
  const auto motion =
      gate::load_motion_rules(setup.project_folder / "rules" / "limits" / "motion.yaml");
  if (!motion) return tl::make_unexpected(motion.error());
  auto plan_gate = gate::plan::PlanGate::load(setup.project_folder / "rules", setup.admitted);
  if (!plan_gate) return tl::make_unexpected(plan_gate.error());
  const auto hashes = hashes_of(setup, *model, *plan_gate);
  if (!hashes) return tl::make_unexpected(hashes.error());

  // The loop keeps the address of the model, so the model comes to rest first.
  auto keeper = std::make_unique<model::RobotModel>(std::move(*model));
  auto loop = Loop::create(*keeper, *tuning, motion->limits, setup.period_s, world.zones);
  if (!loop) return tl::make_unexpected(loop.error());

  json configuration = {
      {"version", kConfigurationVersion},
      {"robot", portable(setup.robot_folder, setup.project_folder)},
      {"world",
       setup.world_folder ? json(portable(*setup.world_folder, setup.project_folder)) : json()},
      {"pilot", setup.pilot == PilotKind::kSkills ? "skills" : "stream"},
      {"practice", setup.practice},
      {"admitted", setup.admitted},
      {"foreign_proposals", setup.foreign_proposals},
      {"period_s", setup.period_s},
      {"tuning", *tuning_text},
      {"sha256", *hashes},
  };
  if (setup.gets_up) configuration["gets_up"] = true;
  if (setup.rehearsed) configuration["rehearsed"] = rehearsed_json(*setup.rehearsed);
  auto parts = std::make_unique<Parts>(Parts{.setup = setup,
                                             .keeper = std::move(keeper),
                                             .world = std::move(world),
                                             .motion_rules = *motion,
                                             .plan_gate = std::move(*plan_gate),
                                             .loop = std::move(*loop),
                                             .configuration = configuration.dump()});
  auto temporal = TemporalWatch::create(parts->plan_gate.temporal(), parts->world, *parts->keeper,
                                        setup.period_s);
  if (!temporal) return tl::make_unexpected(temporal.error());
  parts->temporal = std::move(*temporal);
  parts->record_broken = [p = parts.get()](const gate::monitor::TemporalRule& rule) noexcept {
    record::Event note;
    note.tick = p->now;
    note.set_source("temporal rules");
    if (p->recorder) p->recorder->record_event(note, rule.note);
  };
  parts->policies.emplace(parts->loop, *parts->keeper,
                          StepPolicies::Setup{.folder = setup.project_folder / "models/policies",
                                              .starts_processes = !setup.is_replay,
                                              .lock_step = !setup.real_time});
  // The record has each step when it starts and when it ends.
  parts->record_receipt = [p = parts.get()](const Receipt& receipt) noexcept {
    std::array<char, kReceiptMax_bytes> json;
    if (p->recorder)
      p->recorder->record_step(p->now, receipt_json(receipt, p->setup.period_s, json));
  };
  return Session(std::move(parts));
}

Result<void> Session::start_record(const std::filesystem::path& file, std::uint64_t seed,
                                   const record::RunInfo::NamedValues& notes) {
  Parts& p = *parts_;
  record::RunInfo run;
  run.robot = model().name();
  run.world = p.world.name;
  run.seed = seed;
  run.period_ns = std::llround(1e9 * p.setup.period_s);
  run.real_time = p.setup.real_time;
  for (int j = 0; j < model().na(); ++j) run.joints.push_back(model().joint(j).name);
  run.notes = notes;
  run.configuration = p.configuration;
  run.versions = {{"program", LONGMEN_VERSION}, {"compiler", __VERSION__}};
  auto entry = record::RunEntry::begin(file, run);
  if (!entry) return tl::make_unexpected(entry.error());
  const auto level =
      record::IncidentLevel::load(p.setup.project_folder / "rules" / "incidents.yaml");
  if (!level) return tl::make_unexpected(level.error());
  record::RecorderConfig config;
  config.incidents = *level;
  auto recorder = record::Recorder::create(file, run, config, entry->key());
  if (!recorder) return tl::make_unexpected(recorder.error());
  p.run_entry = std::move(*entry);
  p.recorder = std::move(*recorder);
  return {};
}

Result<void> Session::close_record() {
  if (!parts_->recorder) return {};
  auto closed = parts_->recorder->close();
  auto entered =
      parts_->run_entry->end(*parts_->recorder, closed ? std::string() : closed.error().text());
  parts_->recorder.reset();
  return closed ? entered : closed;
}

void Session::take(const record::Event& event, std::string_view payload) {
  Parts& p = *parts_;
  record::Event stamped = event;
  stamped.tick = p.now;
  if (p.is_revoked && event.kind == record::Event::Kind::kStop)
    stamped.stop = std::max(stamped.stop, StopRung::kHold);
  if (p.recorder) p.recorder->record_event(stamped, payload);
  switch (event.kind) {
    case record::Event::Kind::kVelocityCommand:
      p.take_command(stamped);
      break;
    case record::Event::Kind::kLease:
      if (p.arming_count < kArmingEventsMax)
        p.arming[p.arming_count++] = {static_cast<gate::ArmingEvent::Kind>(event.lease.act),
                                      event.lease.id, event.lease.sequence};
      break;
    case record::Event::Kind::kStop:
      p.stop = stamped.stop;
      break;
    case record::Event::Kind::kPlan:
      p.answer(payload);
      break;
    case record::Event::Kind::kMap:
      if (auto map = world::HeightMap::decode(payload)) p.loop.see_ground(*map);
      break;
    case record::Event::Kind::kPolicy:
      p.policies->take(event.policy);
      break;
    case record::Event::Kind::kNote:
      break;
  }
}

void Session::set_admission(std::function<bool()> is_admitted) {
  parts_->is_admitted = std::move(is_admitted);
  parts_->is_revoked = false;
}

void Session::Parts::take_command(const record::Event& event) {
  static_assert(StreamCommand::kSourceBytes == record::Event::kSourceBytes);
  const StreamCommand command{event.tick, event.velocity_H_m_s, event.yaw_rate_rad_s, event.source};
  if (setup.pilot == PilotKind::kStream)
    stream.command(command);
  else
    skills.command(command);
}

/// A request that was answered already is not judged again, and does not act again.
void Session::Parts::answer(std::string_view message) {
  const auto plan = decode_plan(message);
  if (!plan || plan->key.empty()) return judge(message);
  const Digest hash = sha256(message);
  const auto before = std::find_if(answered.begin(), answered.end(),
                                   [&](const Answered& a) { return a.key == plan->key; });
  if (before == answered.end()) {
    judge(message);
    answered.push_back({plan->key, hash, *verdict});
    if (answered.size() > kKeysMax) answered.pop_front();
  } else if (before->message == hash) {
    verdict = before->verdict;
  } else {
    verdict = Verdict();
    verdict->plan = *plan;
    verdict->plan.steps.clear();
    verdict->reasons.push_back(
        {.rule = "plan.key",
         .step = -1,
         .text = plan_gate.rules().sentence("plan.key", {{"value", plan->key}}),
         .facts = {}});
    if (recorder) {
      recorder->record_plan(now, message);
      recorder->record_verdict(now, verdict_json(*verdict));
    }
  }
}

void Session::Parts::judge(std::string_view message) {
  gate::plan::Situation situation = gate::plan::Situation::at_start(world);
  if (now > 0) situation.p_WB_m = loop.state().p_WB.head<2>();
  skills::Grip grip;
  if (const skills::PlanExecutor* last = skills.executor()) grip = last->grip();
  see_objects(grip, situation);
  gate::plan::Approval approval = plan_gate.approve(message, world, situation,
                                                    {.authority = setup.authority,
                                                     .now = now,
                                                     .period_s = setup.period_s,
                                                     .practice = setup.practice});
  verdict = approval.verdict;
  const bool may_run = approval.plan && is_as_rehearsed(*approval.plan);
  if (recorder) {
    recorder->record_plan(now, message);
    recorder->record_verdict(now, verdict_text());
  }
  if (!may_run) return;
  skills::ExecutorConfig config;
  config.walk.clearance_min_m = plan_gate.rules().limits().way_clearance_m;
  config.policy_bounds = plan_gate.rules().policy_bounds();
  auto executor = skills::PlanExecutor::create(std::move(*approval.plan), setup.authority, world,
                                               *keeper, config, setup.period_s, grip);
  if (executor) {
    receipts.abandon(now, record_receipt);
    receipts.begin(*executor, now, setup.period_s);
    policies->start(executor->plan(), plan_gate.rules());
    skills.start(std::move(*executor));
    return;
  }
  // The gate let through what the body cannot run: the verdict says so, and nothing moves.
  verdict->status = VerdictStatus::kRefused;
  verdict->reasons.push_back({.rule = "body.cannot",
                              .step = -1,
                              .text = {executor.error().text(), executor.error().text()},
                              .facts = {}});
}

bool Session::Parts::is_as_rehearsed(const ApprovedPlan& plan) {
  if (!setup.rehearsed) return true;
  const Rehearsed& ahead = *setup.rehearsed;
  const auto refuse = [&](const char* rule, const gate::plan::Placeholders& values) {
    verdict->status = VerdictStatus::kRefused;
    verdict->plan.steps.clear();
    verdict->reasons.push_back({.rule = rule,
                                .step = -1,
                                .text = plan_gate.rules().sentence(rule, values),
                                .facts = {"worst = " + ahead.worst_json}});
    return false;
  };
  if (plan.plan_hash().hex() != ahead.plan_hash)
    return refuse("plan.rehearsed", {{"value", plan.plan_hash().hex().substr(0, 16)},
                                     {"known", ahead.plan_hash.substr(0, 16)}});
  verdict->rehearsed = true;
  if (ahead.unsafe > 0)
    return refuse("plan.rehearsal", {{"value", std::to_string(ahead.unsafe)},
                                     {"limit", std::to_string(ahead.copies)}});
  return true;
}

/// The verdict as it stands in the record, with the rehearsal that it rests on.
std::string Session::Parts::verdict_text() const {
  if (!verdict->rehearsed) return verdict_json(*verdict);
  json document = json::parse(verdict_json(*verdict));
  document["rehearsal"] = rehearsed_json(*setup.rehearsed);
  return document.dump();
}

/// Objects are where they are seen; where none is seen, where the world says.
void Session::Parts::see_objects(const skills::Grip& grip, gate::plan::Situation& situation) const {
  const WorldState& seen = loop.world();
  for (std::size_t k = 0; k < world.objects.size(); ++k) {
    const std::string& id = world.objects[k].names.id;
    if (static_cast<int>(k) == grip.object) {
      situation.holding = id;
      situation.object_at.erase(id);
      continue;
    }
    if (k >= kMaxObjects || !seen.objects[k].known) continue;
    const Eigen::Vector2d p_WO = seen.objects[k].p_WO.head<2>();
    for (const world::Place& place : world.places) {
      if (!place.body) continue;
      const Eigen::Vector2d off_m = (p_WO - place.body->p_W_m).cwiseAbs();
      if ((off_m.array() <= 0.5 * place.body->size_m.head<2>().array()).all())
        situation.object_at[id] = place.names.id;
    }
  }
}

io::WriteStatus Session::tick(io::RobotIo& io, ProposalTap* tap, TickProbe* probe) noexcept {
  Parts& p = *parts_;
  if (!p.is_revoked && p.is_admitted && !p.is_admitted()) {
    p.is_revoked = true;
    record::Event hold;
    hold.kind = record::Event::Kind::kStop;
    hold.stop = StopRung::kHold;
    hold.set_source("register");
    take(hold);
  }
  Pilot* pilot = nullptr;
  if (p.setup.pilot == PilotKind::kSkills)
    pilot = &p.skills;
  else if (io.is_simulated())
    pilot = &p.stream;
  StopRung stop = p.stop;
  if (p.recorder && !p.recorder->healthy())
    stop = std::max(stop, StopRung::kHold);  // no record, no motion
  stop = std::max(stop, p.temporal->look(p.loop, p.skills.executor(), p.now, p.record_broken));
  if (const auto news = p.policies->look(p.skills.executor())) {
    record::Event event;
    event.kind = record::Event::Kind::kPolicy;
    event.policy = news->policy;
    event.set_source("policy");
    take(event, news->reason);
  }
  p.skills.tell(p.policies->state());
  p.policies->after(tap);
  const auto status = p.loop.tick(
      io,
      {.arming = {p.arming.data(), p.arming_count},
       .stop = stop,
       .shares = p.policies->shares(),
       .gets_up = p.setup.gets_up},
      {.pilot = pilot, .tap = &*p.policies, .recorder = p.recorder.get(), .probe = probe});
  p.arming_count = 0;
  p.policies->watch();
  if (const skills::PlanExecutor* executor = p.skills.executor())
    p.receipts.watch(*executor, p.loop.arming().lease(), p.now, p.record_receipt);
  ++p.now;
  return status;
}

bool Session::is_recorded() const noexcept {
  return parts_->recorder && parts_->recorder->healthy();
}
bool Session::has_foreign_proposals() const noexcept {
  return parts_->setup.foreign_proposals || parts_->policies->proposes();
}
double Session::period_s() const noexcept { return parts_->setup.period_s; }
const model::RobotModel& Session::model() const { return *parts_->keeper; }
const world::World& Session::world() const { return parts_->world; }
const Loop& Session::loop() const { return parts_->loop; }
const gate::MotionRules& Session::motion_rules() const { return parts_->motion_rules; }
const std::optional<Verdict>& Session::verdict() const { return parts_->verdict; }
const skills::PlanExecutor* Session::executor() const { return parts_->skills.executor(); }
const std::vector<Receipt>& Session::receipts() const { return parts_->receipts.all(); }
const std::string& Session::configuration() const { return parts_->configuration; }

record::TickView Session::last_tick() const {
  const Loop& l = parts_->loop;
  return {l.sensors(),  l.state(),       l.world(),      l.reference(),
          l.proposal(), l.gate_report(), l.safe_values()};
}

Session::Session(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<Session> session_from_record(const std::string& configuration,
                                    const std::filesystem::path& project) {
  const json c = json::parse(configuration, nullptr, false);
  if (c.is_discarded() || !c.is_object() || c.value("version", 0) != kConfigurationVersion)
    return fail(ErrorCode::kCorrupt,
                "the record holds no configuration that this program can run again");
  try {
    SessionSetup setup;
    // Folders are recorded as they were given; relative ones are under the project.
    setup.robot_folder = project / std::filesystem::path(c.at("robot").get<std::string>());
    if (!c.at("world").is_null())
      setup.world_folder = project / std::filesystem::path(c.at("world").get<std::string>());
    setup.project_folder = project;
    setup.pilot =
        c.at("pilot").get<std::string>() == "stream" ? PilotKind::kStream : PilotKind::kSkills;
    setup.practice = c.at("practice").get<bool>();
    if (c.contains("admitted")) setup.admitted = c.at("admitted").get<std::vector<std::string>>();
    if (c.contains("rehearsed")) {
      const json& r = c.at("rehearsed");
      setup.rehearsed = {r.at("plan_hash").get<std::string>(), r.at("copies").get<int>(),
                         r.at("unsafe").get<int>(), r.at("worst").dump()};
    }
    setup.is_replay = true;
    setup.gets_up = c.value("gets_up", false);
    setup.foreign_proposals = c.at("foreign_proposals").get<bool>();
    setup.period_s = c.at("period_s").get<double>();
    setup.tuning = c.at("tuning").get<std::string>();
    auto session = Session::create(setup);
    if (!session) return session;
    const json hashes = json::parse(session->configuration()).at("sha256");
    for (const auto& [name, hash] : c.at("sha256").items())
      if (hashes.value(name, "") != hash.get<std::string>())
        return fail(
            ErrorCode::kUnsupported,
            fmt::format(
                "'{}' has changed since the run was recorded: it cannot be run again as it was",
                name));
    return session;
  } catch (const json::exception&) {
    return fail(ErrorCode::kCorrupt,
                "the record's configuration lacks a key or has a wrong kind of value");
  }
}

}  // namespace longmen::runtime
