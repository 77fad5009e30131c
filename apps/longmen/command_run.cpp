#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "agent/dialogue.h"
#include "agents.h"
#include "commands.h"
#include "core/plan_message.h"
#include "gate/plan/worded_plan.h"
#include "outcomes.h"
#include "paths.h"
#include "registration.h"
#include "runtime/live_documents.h"
#include "skills/fault_text.h"
#include "trial/mission.h"
#include "trial/rehearsal.h"
#include "view/film.h"
#include "world/step_sentence.h"
#include "world/world.h"

namespace longmen::app {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

struct RunOptions {
  std::string text;
  std::string plan;
  std::string world = "factory";
  std::string robot = "qinglong";
  std::uint64_t seed = 1;
  std::string record;
  std::string video;
  std::string sheet;
  std::string speed = "max";
  std::string model = "embedded";
  std::string database;
  int rehearse = 0;
  bool practice = false;
  bool json = false;
  bool yes = false;
};

constexpr Tick kProgressPeriod = 200;  // ticks between two looks at the progress line

volatile std::sig_atomic_t stop_requested = 0;

const char* status_text(VerdictStatus status) { return name_of(status); }

view::Caption caption_of(const trial::Mission& mission, const std::string& sentence) {
  view::Caption caption;
  caption.sentence = sentence;
  if (const auto& verdict = mission.session().verdict()) {
    if (!verdict->registered) caption.notice = {"UNREGISTERED", "未注册"};
    const bool repaired = verdict->status == VerdictStatus::kRepaired;
    caption.verdict = repaired ? Bilingual{"plan repaired by the gate", "计划经闸门修正"}
                               : Bilingual{"plan approved by the gate", "计划已通过闸门"};
    caption.verdict_tone = repaired ? view::Tone::kCaution : view::Tone::kGood;
  }
  if (const auto* executor = mission.session().executor()) {
    const auto& report = executor->report();
    const auto& step = executor->plan().steps[static_cast<std::size_t>(report.step)];
    caption.step = world::step_sentence(step, mission.session().world());
    caption.step_number = report.step + 1;
    caption.step_count = report.step_count;
  }
  return caption;
}

/// One line that a terminal rewrites and a log keeps only now and then.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet) : quiet_(quiet), is_terminal_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() { finish(); }

  void show(const trial::Mission& mission) {
    const auto now = Clock::now();
    const auto pause =
        is_terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(2000);
    if (quiet_ || now - last_ < pause) return;
    last_ = now;
    const RobotState& state = mission.session().loop().state();
    const runtime::LoopCounts& counts = mission.session().loop().counts();
    std::string step = "-";
    if (const auto* executor = mission.session().executor())
      step = describe(executor->plan().steps[static_cast<std::size_t>(executor->report().step)]);
    const std::string line = fmt::format(
        "{:6.1f} s  at ({:5.2f}, {:5.2f}) m  {:4.2f} m/s  gate changed {} of {} ticks  {}",
        state.time_s, state.p_WB.x(), state.p_WB.y(), state.v_WB_W.head<2>().norm(),
        counts.gate_changed, counts.ticks, step);
    std::cerr << (is_terminal_ ? "\r\033[K" + line : line + "\n") << std::flush;
    open_ = is_terminal_;
  }
  void finish() {
    if (open_) std::cerr << '\n';
    open_ = false;
  }

 private:
  bool quiet_;
  bool is_terminal_;
  bool open_ = false;
  Clock::time_point last_{};
};

Json verdict_object(const Verdict& verdict) { return Json::parse(verdict_json(verdict)); }

/// Null where nothing was rehearsed.
Json rehearsal_object(const std::optional<runtime::Rehearsed>& rehearsed) {
  if (!rehearsed) return {};
  return {{"plan_hash", rehearsed->plan_hash},
          {"copies", rehearsed->copies},
          {"unsafe", rehearsed->unsafe},
          {"worst", Json::parse(rehearsed->worst_json)}};
}

Json receipts_array(const runtime::Session& session) {
  Json list = Json::array();
  std::array<char, runtime::kReceiptMax_bytes> buffer;
  for (const runtime::Receipt& receipt : session.receipts())
    list.push_back(Json::parse(runtime::receipt_json(receipt, session.period_s(), buffer)));
  return list;
}

/// `verdict`: on the plan that ran; `proposals`: all, in their order.
Json result_object(const trial::Mission& mission, const trial::MissionResult& result,
                   const Verdict& verdict, const Json& proposals, const std::string& record,
                   const Json& rehearsal) {
  const auto or_null = [](const std::optional<double>& value) {
    return value ? Json(*value) : Json();
  };
  Json json;
  json["plan"] = Json::parse(steps_json(verdict.plan.steps));
  json["verdict"] = verdict_object(verdict);
  json["proposals"] = proposals;
  json["rehearsal"] = rehearsal;
  json["receipts"] = receipts_array(mission.session());
  json["goal_met"] = result.goal_met;
  json["position_error_m"] = or_null(result.position_error_m);
  json["heading_error_rad"] = or_null(result.heading_error_rad);
  json["object_error_m"] = or_null(result.object_error_m);
  json["arrival_s"] = or_null(result.arrival_s);
  json["fell"] = result.fell;
  if (result.fault == skills::SkillFault::kNone) {
    json["failed"] = nullptr;
  } else {
    const Bilingual why = skills::fault_text(result.fault);
    json["failed"] = {{"step", result.steps_done}, {"en", why.en}, {"zh", why.zh}};
  }
  json["duration_s"] = result.duration_s;
  json["gate"] = trial::to_json(result.gate);
  json["record"] = record;
  json["record_error"] = result.record_error ? Json(result.record_error->text()) : Json();
  json["state_hash"] = result.state_hash;
  return json;
}

void print_result(const trial::Mission& mission, const trial::MissionResult& result,
                  const std::string& record) {
  if (result.fault != skills::SkillFault::kNone) {
    const Plan& plan = mission.session().executor()->plan();
    const Bilingual why = skills::fault_text(result.fault);
    std::cout << fmt::format("step {}, {}: {}\n{}\n", result.steps_done + 1,
                             describe(plan.steps[static_cast<std::size_t>(result.steps_done)]),
                             why.en, why.zh);
  }
  std::cout << (result.goal_met  ? "goal met"
                : result.fell    ? "the robot fell"
                : result.stopped ? "stopped"
                                 : "goal not met");
  if (result.position_error_m)
    std::cout << fmt::format(": {:.1f} cm and {:.1f} deg from the place (true pose)",
                             100 * *result.position_error_m, 57.29578 * *result.heading_error_rad);
  if (result.object_error_m)
    std::cout << fmt::format("; the object {:.1f} cm from where it was meant to stand",
                             100 * *result.object_error_m);
  std::cout << fmt::format("; {:.1f} s, gate changed {} of {} ticks\nrecord: {}\n",
                           result.duration_s, result.gate.changed, result.gate.ticks, record);
  if (result.record_error)
    std::cerr << "the record ends early: " << result.record_error->text() << '\n';
}

Bilingual reasons_of(const Verdict& verdict) {
  Bilingual all;
  for (const VerdictReason& reason : verdict.reasons) {
    all.en += (all.en.empty() ? "" : " ") + reason.text.en;
    all.zh += reason.text.zh;
  }
  return all;
}

/// Nothing moved: says why, as text or as the object of a run with null for what there is not.
int print_refusal(const RunOptions& options, const Plan& plan, const Verdict& verdict,
                  const Json& proposals = Json::array(), const Json& rehearsal = {},
                  const Json& record = {}) {
  const Bilingual reason = reasons_of(verdict);
  if (!options.json) {
    std::cout << status_text(verdict.status) << ": " << reason.en << '\n' << reason.zh << '\n';
    return kExitRefused;
  }
  Json json;
  json["plan"] = Json::parse(steps_json(plan.steps));
  json["verdict"] = verdict_object(verdict);
  json["proposals"] = proposals;
  json["rehearsal"] = rehearsal;
  json["receipts"] = Json::array();
  json["goal_met"] = false;
  for (const char* key : {"position_error_m", "heading_error_rad", "object_error_m", "arrival_s"})
    json[key] = nullptr;
  json["fell"] = false;
  json["failed"] = nullptr;
  json["duration_s"] = 0.0;
  json["gate"] = nullptr;
  json["record"] = record;
  json["record_error"] = nullptr;
  json["state_hash"] = nullptr;
  std::cout << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  return kExitRefused;
}

/// The agent's own answer in the form of a verdict: there is no plan for the gate to judge.
Verdict verdict_of(VerdictStatus status, const char* rule, const Bilingual& reason) {
  Verdict verdict;
  verdict.status = status;
  verdict.reasons.push_back({.rule = rule, .text = reason});
  return verdict;
}

const Bilingual kConfirm{
    "the text leaves something open that this plan fills in; run it with --yes if it is meant so",
    "指令有未说明之处，计划已作补充；如确认无误，请加 --yes 执行"};

bool person_agrees() {
  if (isatty(STDIN_FILENO) != 1) return false;
  std::cerr << "The text leaves something open. Run this plan? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

void print_plan(const Plan& plan, std::ostream& out) {
  int number = 0;
  for (const PlanStep& step : plan.steps)
    out << fmt::format("{:2}. {}\n", ++number, describe(step));
}

/// What is kept of a run to show it.
struct Footage {
  std::vector<view::Frame> frames;
  std::vector<view::Utterance> said;
};

Result<void> make_pictures(const trial::Mission& mission, const Footage& footage,
                           const RunOptions& options) {
  const auto progress = [](int done, int all) {
    if (isatty(STDERR_FILENO) == 1)
      std::cerr << fmt::format("\r\033[Kdrawing {} of {} pictures", done, all) << std::flush;
  };
  const view::CameraOptions camera{.subject =
                                       mission.session().model().body_name(model::Role::kBase)};
  const auto scene = mission.plant().scene_to_draw();
  if (!scene) return tl::make_unexpected(scene.error());
  if (!options.video.empty()) {
    const view::FilmOptions film_options{
        .camera = camera, .said = footage.said, .speech_program = kSpeechProgram};
    if (auto done =
            view::write_video(**scene, footage.frames, options.video, film_options, progress);
        !done)
      return done;
    std::cerr << (isatty(STDERR_FILENO) == 1 ? "\r\033[K" : "") << "video: " << options.video
              << '\n';
  }
  if (!options.sheet.empty()) {
    if (auto done = view::write_sheet(**scene, footage.frames, options.sheet, {.camera = camera});
        !done)
      return done;
    std::cerr << "sheet: " << options.sheet << '\n';
  }
  return {};
}

/// The plan in perturbed copies, before it moves anything.
Result<std::optional<runtime::Rehearsed>> go_ahead(const std::string& message,
                                                   const trial::MissionOptions& run_options,
                                                   int copies, std::ostream& people) {
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const auto rehearsal = trial::rehearse(message, run_options, copies, cores);
  if (!rehearsal) return tl::make_unexpected(rehearsal.error());
  auto summary = rehearsal->summary();
  if (!summary || !*summary) return summary;
  people << fmt::format("rehearsed in {} copies in {:.1f} s, {} unsafe; worst: {}\n",
                        (*summary)->copies, rehearsal->wall_s, (*summary)->unsafe,
                        (*summary)->worst_json);
  return summary;
}

Result<void> check_files(const RunOptions& options) {
  if (!options.video.empty())
    if (auto ok = view::check_video_file(options.video); !ok) return ok;
  if (!options.sheet.empty())
    if (auto ok = view::check_picture_file(options.sheet); !ok) return ok;
  return {};
}

/// Steps the mission to its end, at most as fast as the clock if asked to.
void carry_out(trial::Mission& mission, const RunOptions& options, const registry::Watch* watch,
               Footage& footage) {
  const bool filmed = !options.video.empty() || !options.sheet.empty();
  const auto begin = Clock::now();
  ProgressLine progress(options.json);
  bool goes_on = true;
  while (goes_on) {
    if (stop_requested != 0) mission.stop();
    if (watch != nullptr && !watch->is_admitted()) {  // the session holds by itself
      progress.finish();
      std::cerr << "the model is no longer admitted: hold\n";
      watch = nullptr;
    }
    const Tick tick = mission.plant().tick();
    if (filmed && tick % kFilmPeriod == 0) {
      const io::SimPlant& plant = mission.plant();
      view::Frame frame;
      frame.time_s = plant.truth().time_s;
      frame.pose.qpos.assign(plant.scene_qpos().begin(), plant.scene_qpos().end());
      frame.pose.mocap_pos.assign(plant.scene_mocap_pos().begin(), plant.scene_mocap_pos().end());
      frame.pose.mocap_quat.assign(plant.scene_mocap_quat().begin(),
                                   plant.scene_mocap_quat().end());
      frame.caption = caption_of(mission, options.text);
      footage.frames.push_back(std::move(frame));
    }
    goes_on = mission.step();
    if (const auto* executor = mission.session().executor(); filmed && executor != nullptr &&
                                                             executor->report().step_began &&
                                                             !executor->words().empty())
      footage.said.push_back({mission.plant().truth().time_s, executor->words()});
    if (tick % kProgressPeriod == 0) progress.show(mission);
    if (options.speed == "real")
      std::this_thread::sleep_until(begin + std::chrono::milliseconds(tick + 1));
  }
}

/// A person's own typed steps.
Result<agent::Answer> typed_plan(const RunOptions& options) {
  const auto json = read_file(options.plan);
  if (!json) return tl::make_unexpected(json.error());
  const auto message = gate::plan::plan_message_of(*json, "", options.model, options.plan);
  if (!message) return tl::make_unexpected(message.error());
  if (!*message)
    return fail(ErrorCode::kInvalidArgument,
                "'steps' must be a list of {\"skill\": NAME, \"args\": {...}}", options.plan);
  auto plan = decode_plan(**message);
  if (!plan) return fail(plan.error().code, plan.error().text(), options.plan);
  agent::Proposal proposal;
  proposal.plan = std::move(*plan);
  return agent::Answer(std::move(proposal));
}

/// The mind's side of the wall: text in, plan out.
struct Mind {
  std::unique_ptr<agent::Agent> agent;
  std::optional<agent::Dialogue> dialogue;  ///< nothing where there is no sentence to answer
  std::string registered;                   ///< name under which it proposes; empty: its own
};

Result<Mind> mind_of(const RunOptions& options, const world::World& world,
                     const std::string& registered) {
  Mind mind;
  mind.registered = registered;
  if (!options.plan.empty()) return mind;
  auto agent = make_agent(options.model);
  if (!agent) return tl::make_unexpected(agent.error());
  mind.agent = std::move(*agent);
  mind.dialogue.emplace(*mind.agent, world, options.text);
  return mind;
}

/// The proposals of a run, and what became of each.
class Proposals {
 public:
  void add(const Plan& plan, const Verdict& verdict) {
    list_.push_back({{"cause", plan.cause.empty() ? Json() : Json(plan.cause)},
                     {"plan", Json::parse(steps_json(plan.steps))},
                     {"verdict", verdict_object(verdict)},
                     {"receipts", Json::array()}});
  }
  /// The last one ran.
  void has_run(const runtime::Session& session) {
    list_.back()["receipts"] = receipts_array(session);
  }
  [[nodiscard]] const Json& list() const { return list_; }

 private:
  Json list_ = Json::array();
};

/// What the mind says when it sees what became of its last plan: another plan, in the form that it
/// crosses the wall, or nothing.
std::optional<std::string> replan(Mind& mind, const trial::Mission& mission, bool ran, bool yes,
                                  Proposals& proposals, Plan& plan, std::ostream& people) {
  if (!mind.dialogue || stop_requested != 0) return std::nullopt;
  const runtime::Session& session = mission.session();
  const auto outcome =
      ran ? outcome_of_receipts(nlohmann::json::parse(receipts_array(session).dump()))
          : outcome_of_verdict(nlohmann::json::parse(runtime::verdict_document(session)));
  if (!outcome) return std::nullopt;
  auto answer = mind.dialogue->after(*outcome);
  if (!answer) return std::nullopt;
  people << "the model was told: " << outcome->cause << '\n';
  plan = Plan();
  plan.cause = outcome->cause;
  const auto give_up = [&](VerdictStatus status, const char* rule, const Bilingual& words) {
    people << words.en << '\n' << words.zh << '\n';
    proposals.add(plan, verdict_of(status, rule, words));
    return std::nullopt;
  };
  if (const auto* cannot = std::get_if<agent::Cannot>(&*answer))
    return give_up(VerdictStatus::kRefused, "agent.cannot", cannot->reason);
  if (const auto* ask = std::get_if<agent::Ask>(&*answer))
    return give_up(VerdictStatus::kAsk, "agent.ask", ask->question);
  auto& proposal = std::get<agent::Proposal>(*answer);
  plan = std::move(proposal.plan);
  if (!mind.registered.empty()) plan.model = mind.registered;
  if (proposal.confirm && !yes) return give_up(VerdictStatus::kAsk, "agent.confirm", kConfirm);
  const auto message = encode_plan(plan);
  if (!message)
    return give_up(VerdictStatus::kRefused, "agent.cannot",
                   {message.error().text(), message.error().text()});
  print_plan(plan, people);
  return *message;
}

int run(const RunOptions& options) {
  if (options.text.empty() == options.plan.empty())
    return refuse({ErrorCode::kInvalidArgument, "give a sentence, or --plan FILE", ""});
  if (auto ok = check_files(options); !ok) return refuse(ok.error());
  const auto world_folder = world::find_world(options.world, project_folder() / "worlds");
  if (!world_folder) return refuse(world_folder.error());
  const auto robot_folder = find_robot(options.robot);
  if (!robot_folder) return refuse(robot_folder.error());
  const auto world = world::load_world(*world_folder);
  if (!world) return refuse(world.error());

  Admission admission;
  if (!is_shipped(options.model) && !options.practice) {
    auto admitted = admission_of(options.model, *world, options.database);
    if (!admitted) {
      std::cerr << admitted.error().text()
                << " (--practice lets an unregistered model act in simulation)\n";
      return kExitRefused;
    }
    admission = std::move(*admitted);
  }

  auto mind = mind_of(options, *world, admission.name);
  if (!mind) return refuse(mind.error());
  const auto answer =
      mind->dialogue ? Result<agent::Answer>(mind->dialogue->open()) : typed_plan(options);
  if (!answer) return refuse(answer.error());
  if (const auto* cannot = std::get_if<agent::Cannot>(&*answer))
    return print_refusal(options, {},
                         verdict_of(VerdictStatus::kRefused, "agent.cannot", cannot->reason));
  if (const auto* ask = std::get_if<agent::Ask>(&*answer))
    return print_refusal(options, {}, verdict_of(VerdictStatus::kAsk, "agent.ask", ask->question));
  agent::Proposal proposal = std::get<agent::Proposal>(*answer);
  if (!admission.name.empty()) proposal.plan.model = admission.name;
  const auto message = encode_plan(proposal.plan);
  if (!message) return refuse(message.error());
  std::ostream& people = options.json ? std::cerr : std::cout;
  if (!proposal.reading.empty()) people << "understood as / 理解为: " << proposal.reading << '\n';
  print_plan(proposal.plan, people);
  if (proposal.confirm && !options.yes && !person_agrees())
    return print_refusal(options, proposal.plan,
                         verdict_of(VerdictStatus::kAsk, "agent.confirm", kConfirm));

  // The robot's side.
  const std::filesystem::path record =
      options.record.empty() ? new_record_file() : std::filesystem::path(options.record);
  trial::MissionOptions run_options{
      .project_folder = project_folder(),
      .robot_folder = *robot_folder,
      .world_folder = *world_folder,
      .seed = options.seed,
      .practice = options.practice,
      .admitted = admission.name.empty() ? std::vector<std::string>{} : std::vector{admission.name},
      .is_admitted = is_admitted_by(admission.watch.get()),
      .record = record,
      .instruction = options.text};
  Json rehearsal;
  if (options.rehearse > 0) {
    auto ahead = go_ahead(*message, run_options, options.rehearse, people);
    if (!ahead) return refuse(ahead.error());
    run_options.rehearsed = std::move(*ahead);
    mind->dialogue.reset();  // another plan would need a rehearsal of its own
    rehearsal = rehearsal_object(run_options.rehearsed);
  }
  auto mission = trial::Mission::create(run_options);
  if (!mission) return refuse(mission.error());
  std::signal(SIGINT, [](int) { stop_requested = 1; });
  std::signal(SIGTERM, [](int) { stop_requested = 1; });
  Footage footage;
  Proposals proposals;
  Plan plan = proposal.plan;
  std::optional<Verdict> refused;  // the last, where no plan has run
  std::optional<Verdict> ran;      // on the last plan that did
  for (std::optional<std::string> proposed = *message; proposed;) {
    mission->propose(*proposed);
    const Verdict& verdict = *mission->session().verdict();
    proposals.add(plan, verdict);
    const bool runs =
        verdict.status != VerdictStatus::kRefused && verdict.status != VerdictStatus::kAsk;
    if (runs) {
      people << "plan gate: " << status_text(verdict.status)
             << (verdict.registered ? "" : ", UNREGISTERED / 未注册") << '\n';
      if (verdict.status == VerdictStatus::kRepaired) {
        people << reasons_of(verdict).en << '\n' << reasons_of(verdict).zh << '\n';
        print_plan(verdict.plan, people);
      }
      ran = verdict;
      carry_out(*mission, options, admission.watch.get(), footage);
      proposals.has_run(mission->session());
    } else {
      refused = verdict;
    }
    const Plan judged = plan;
    proposed = replan(*mind, *mission, runs, options.yes, proposals, plan, people);
    if (!proposed) plan = judged;
  }
  const trial::MissionResult result = mission->finish();
  if (!ran) {
    if (result.record_error) return refuse(*result.record_error);
    return print_refusal(options, plan, *refused, proposals.list(), rehearsal, record.string());
  }
  if (options.json)
    std::cout << result_object(*mission, result, *ran, proposals.list(), record.string(), rehearsal)
                     .dump(-1, ' ', false, Json::error_handler_t::replace)
              << std::endl;
  else
    print_result(*mission, result, record.string());
  if (auto drawn = make_pictures(*mission, footage, options); !drawn) return refuse(drawn.error());
  if (result.goal_met && !result.record_error) return kExitGoalMet;
  return result.stopped && !result.fell ? kExitStopped : kExitGoalNotMet;
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand(
      "run",
      "Carry out a sentence, English or Chinese: plan, plan gate, skills, motion gate, record");
  command->add_option("text", options->text, "the sentence");
  command->add_option("--plan", options->plan,
                      "in its place, a JSON file: {\"steps\": [{\"skill\": ..., \"args\": {}}]}");
  command->add_option("--world", options->world, "name of a world, or its folder")
      ->capture_default_str();
  command->add_option("--robot", options->robot, "name of a robot, or its folder")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "of the plant's errors and the sensors' noise")
      ->check(CLI::Range(std::uint64_t{0}, kSeedMax))
      ->capture_default_str();
  command->add_option("--record", options->record, "file to record to; default: runs/TIME.mcap");
  command->add_option("--video", options->video,
                      "make a video of the run, with what the robot says: FILE.mp4");
  command->add_option("--sheet", options->sheet, "make a picture of the run's moments: FILE.png");
  command
      ->add_option("--speed", options->speed, "real: as fast as the clock; max: as fast as it goes")
      ->check(CLI::IsMember({"real", "max"}))
      ->capture_default_str();
  command->add_option("--model", options->model, kModelHelp)->capture_default_str();
  command
      ->add_option("--rehearse", options->rehearse,
                   "run the plan ahead in so many perturbed copies; it runs only if all are safe")
      ->check(CLI::Range(1, 64));
  command->add_flag("--practice", options->practice,
                    "let a model that is not registered act; simulation only");
  command->add_option("--db", options->database, "the register; default: the user's register.db");
  command->add_flag("--yes", options->yes, "run a plan that fills in what the text leaves open");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Example: longmen run \"walk to the workbench and point at the shelf\" --video walk.mp4");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
