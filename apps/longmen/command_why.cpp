#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands.h"
#include "core/plan_message.h"
#include "gate/motion/motion_rules.h"
#include "paths.h"
#include "planning/walking_planner.h"
#include "record/incident_log.h"
#include "record/incident_watch.h"
#include "record/moment.h"

namespace longmen::app {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

struct WhyOptions {
  std::string file;
  double at_s = -1.0;
  std::string incident;
  std::string lang = "en";
  bool json = false;
};

/// A sentence of the chain in both languages, and its numbers.
struct Link {
  const char* name;
  Bilingual text;
  ordered_json values;
};

class Chain {
 public:
  Chain(const record::Moment& moment, const record::RunInfo& run, const gate::MotionRules& rules)
      : moment_(moment), run_(run), rules_(rules) {}

  /// From torque back to sentence.
  std::vector<Link> links() const {
    std::vector<Link> links{torque(), gate()};
    if (moment_.intervention) links.push_back(earlier());
    if (moment_.tick.has_bulk) links.push_back(body());
    if (!moment_.inputs.empty()) links.push_back(inputs());
    links.push_back(step());
    links.push_back(verdict());
    links.push_back(sentence());
    return links;
  }

 private:
  std::string joint(int index) const {
    return index >= 0 && static_cast<std::size_t>(index) < run_.joints.size()
               ? run_.joints[static_cast<std::size_t>(index)]
               : "-";
  }
  double seconds(Tick tick) const {
    return 1e-9 * static_cast<double>(tick) * static_cast<double>(run_.period_ns);
  }

  /// The joint that the rule names, else the one that changed most, else the one that bears most.
  int joint_of(const record::TickRecord& tick) const {
    if (tick.gate.joint >= 0) return tick.gate.joint;
    const auto& left = tick.safe.torque_Nm;
    if (left.size() == 0) return -1;
    Eigen::Index most = 0;
    if (tick.has_bulk && tick.gate.changed && tick.proposal.torque_Nm.size() == left.size())
      (left - tick.proposal.torque_Nm).cwiseAbs().maxCoeff(&most);
    else
      left.cwiseAbs().maxCoeff(&most);
    return static_cast<int>(most);
  }

  Link torque() const {
    const record::TickRecord& tick = moment_.tick;
    const int j = joint_of(tick);
    const double left = j >= 0 && j < tick.safe.torque_Nm.size() ? tick.safe.torque_Nm[j] : 0.0;
    if (!tick.has_bulk)
      return {"torque",
              {fmt::format("{:.1f} N·m left for {}; what was asked is in a gap of the record", left,
                           joint(j)),
               fmt::format("{} 输出 {:.1f} N·m；原请求值位于记录缺口中", joint(j), left)},
              {{"joint", joint(j)}, {"left_Nm", left}}};
    const double asked =
        j >= 0 && j < tick.proposal.torque_Nm.size() ? tick.proposal.torque_Nm[j] : 0.0;
    return {"torque",
            {fmt::format("{}: {:.1f} N·m asked, {:.1f} N·m left", joint(j), asked, left),
             fmt::format("{}：请求 {:.1f} N·m，输出 {:.1f} N·m", joint(j), asked, left)},
            {{"joint", joint(j)}, {"asked_Nm", asked}, {"left_Nm", left}}};
  }

  Bilingual gate_text(const GateReport& report) const {
    Bilingual text = rules_.explain(report, run_.joints);
    if (text.en.empty())
      text = report.changed ? Bilingual{"the command was changed", "指令被修改"}
                            : Bilingual{"nothing bound; the command left with the same bits",
                                        "无规则触发，指令原样通过"};
    if (report.rung != StopRung::kNone) {
      text.en += fmt::format(" (stop ladder: {})", record::name_of(report.rung));
      text.zh += fmt::format("（停止阶梯：{}）", record::name_of(report.rung));
    }
    if (!report.armed) {
      text.en += " [disarmed]";
      text.zh += "【未授权】";
    }
    return text;
  }

  ordered_json gate_values(const GateReport& report) const {
    return {{"rule", gate::name_of(report.rule)},
            {"rung", record::name_of(report.rung)},
            {"armed", report.armed},
            {"changed", report.changed},
            {"joint", joint(report.joint)},
            {"margin", std::isfinite(report.margin) ? ordered_json(report.margin) : ordered_json()},
            {"change_max_Nm", report.change_max_Nm},
            {"joints_changed", report.joints_changed}};
  }

  Link gate() const {
    return {"gate", gate_text(moment_.tick.gate), gate_values(moment_.tick.gate)};
  }

  Link earlier() const {
    const record::TickRecord& tick = *moment_.intervention;
    const Bilingual text = gate_text(tick.gate);
    ordered_json values = gate_values(tick.gate);
    values["at_s"] = seconds(tick.tick());
    values["ticks"] = moment_.interventions;
    return {"before",
            {fmt::format("last at {:.3f} s ({} ticks in 2 s): {}", seconds(tick.tick()),
                         moment_.interventions, text.en),
             fmt::format("最近一次 {:.3f} s（2 秒内 {} 个周期）：{}", seconds(tick.tick()),
                         moment_.interventions, text.zh)},
            values};
  }

  Link body() const {
    const WholeBodyReference& r = moment_.tick.reference;
    const RobotState& s = moment_.tick.state;
    const bool left = r.feet[kLeft].in_contact, right = r.feet[kRight].in_contact;
    const char* const en[] = {"stands", "prepares a step", "walks"};
    const char* const zh[] = {"站立", "准备迈步", "行走"};
    const std::size_t phase = std::min<std::size_t>(r.phase, 2);
    const double speed = s.v_WB_W.head<2>().norm();
    const double dcm_error = (r.dcm_W - r.dcm_reference_W).norm();
    return {
        "body",
        {fmt::format("{}, on {}, {:.2f} m/s, DCM {:.3f} m from its reference; feet carry {:.0f} "
                     "and {:.0f} N; next foothold ({:.2f}, {:.2f})",
                     en[phase],
                     left && right ? "both feet"
                     : left        ? "the left foot"
                     : right       ? "the right foot"
                                   : "no foot",
                     speed, dcm_error, s.foot_force_N[kLeft], s.foot_force_N[kRight],
                     r.next_foothold_W.x(), r.next_foothold_W.y()),
         fmt::format("{}，{}支撑，{:.2f} m/s，DCM 偏差 {:.3f} m；双足受力 {:.0f}、{:.0f} "
                     "N；下一落脚点 ({:.2f}, {:.2f})",
                     zh[phase],
                     left && right ? "双足"
                     : left        ? "左足"
                     : right       ? "右足"
                                   : "无足",
                     speed, dcm_error, s.foot_force_N[kLeft], s.foot_force_N[kRight],
                     r.next_foothold_W.x(), r.next_foothold_W.y())},
        {{"phase", phase},
         {"left_in_contact", left},
         {"right_in_contact", right},
         {"speed_m_s", speed},
         {"dcm_error_m", dcm_error},
         {"foot_force_N", {s.foot_force_N[kLeft], s.foot_force_N[kRight]}},
         {"next_foothold_m", {r.next_foothold_W.x(), r.next_foothold_W.y()}}}};
  }

  Link inputs() const {
    ordered_json values = ordered_json::array();
    std::string list;
    for (const record::RecordedEvent& input : moment_.inputs) {
      const record::Event& event = input.event;
      std::string what;
      switch (event.kind) {
        case record::Event::Kind::kVelocityCommand:
          what = fmt::format("velocity ({:.2f}, {:.2f}) m/s", event.velocity_H_m_s.x(),
                             event.velocity_H_m_s.y());
          break;
        case record::Event::Kind::kLease: {
          const char* const acts[] = {"lease granted", "heartbeat", "lease given back",
                                      "EMERGENCY STOP", "reset"};
          what = acts[std::min<std::size_t>(static_cast<std::size_t>(event.lease.act), 4)];
          break;
        }
        case record::Event::Kind::kStop:
          what = fmt::format("stop: {}", record::name_of(event.stop));
          break;
        case record::Event::Kind::kPlan:
          what = "plan";
          break;
        case record::Event::Kind::kMap:
          what = "height map";
          break;
        case record::Event::Kind::kPolicy:
          what = fmt::format(
              "policy of step {}: {}", event.policy.step + 1,
              event.policy.standing == PolicyStanding::kReady ? "ready" : input.payload);
          break;
        case record::Event::Kind::kFault:
          what = "fault injected: " + input.payload;
          break;
        case record::Event::Kind::kNote:
          what = input.payload;
          break;
      }
      const std::string source(event.source.data(),
                               strnlen(event.source.data(), event.source.size()));
      values.push_back({{"at_s", seconds(event.tick)}, {"what", what}, {"from", source}});
      list += fmt::format("{}{:.3f} s {} ({})", list.empty() ? "" : "; ", seconds(event.tick), what,
                          source);
    }
    return {"inputs", {list, list}, values};
  }

  std::optional<Plan> plan() const {
    if (!moment_.plan) return {};
    auto decoded = decode_plan(moment_.plan->json);
    return decoded ? std::optional(std::move(*decoded)) : std::nullopt;
  }

  Link step() const {
    const json told = moment_.step ? json::parse(moment_.step->json, nullptr, false) : json();
    if (!told.is_object() || !told.contains("step") || !told["step"].is_number_integer())
      return {"step", {"no step of a plan had begun", "尚无计划步骤开始"}, nullptr};
    const int index = told["step"].get<int>();
    const int count = told.value("count", 0);
    const std::string state = told.value("state", "");
    const auto decoded = plan();
    const bool is_known =
        decoded && index >= 0 && static_cast<std::size_t>(index) < decoded->steps.size();
    const std::string text =
        is_known ? describe(decoded->steps[static_cast<std::size_t>(index)]) : "?";
    const double since = seconds(moment_.step->tick);
    const std::string state_zh = state == "started" ? "进行中"
                                 : state == "done"  ? "已完成"
                                 : state == "ended" ? "已结束，无传感器可证实"
                                                    : "失败";
    const Bilingual seen = evidence(told);
    return {"step",
            {fmt::format("step {} of {}: {} ({} at {:.3f} s{})", index + 1, count, text, state,
                         since, seen.en),
             fmt::format("第 {}/{} 步：{}（{}，{:.3f} s{}）", index + 1, count, text, state_zh,
                         since, seen.zh)},
            {{"step", index + 1},
             {"count", count},
             {"call", text},
             {"state", state},
             {"since_s", since},
             {"receipt", ordered_json::parse(moment_.step->json)}}};
  }

  /// What a receipt says was seen.
  static Bilingual evidence(const json& receipt) {
    Bilingual seen;
    const auto found = receipt.find("evidence");
    if (found == receipt.end() || !found->is_array()) return seen;
    for (const json& item : *found) {
      const auto number = [&](const char* key) {
        const auto value = item.find(key);
        return value != item.end() && value->is_number()
                   ? fmt::format("{:.3g}", value->get<double>())
                   : std::string("-");
      };
      if (!item.is_object()) continue;
      const bool is_least = item.contains("at_least");
      const std::string limit = number(is_least ? "at_least" : "at_most");
      const std::string what = item.value("what", "");
      seen.en += fmt::format("{} {} {} (at {} {})", seen.en.empty() ? "; seen:" : ",", what,
                             number("value"), is_least ? "least" : "most", limit);
      seen.zh += fmt::format("{}{} {}（{} {}）", seen.zh.empty() ? "；所见：" : "，", what,
                             number("value"), is_least ? "至少" : "至多", limit);
    }
    return seen;
  }

  Link verdict() const {
    const json said = moment_.verdict ? json::parse(moment_.verdict->json, nullptr, false) : json();
    if (!said.is_object())
      return {"verdict", {"no plan had been judged", "尚无计划经过审查"}, nullptr};
    const auto text = [&](const char* lang) {
      std::string reasons;
      if (const auto r = said.find("reasons");
          r != said.end() && r->is_object() && r->contains(lang))
        reasons = (*r)[lang].is_string() ? (*r)[lang].get<std::string>() : (*r)[lang].dump();
      std::string rules;
      if (const auto found = said.find("rules"); found != said.end() && !found->empty())
        rules = found->dump();
      return fmt::format("{}{}{}", said.value("status", "?"), rules.empty() ? "" : " " + rules,
                         reasons.empty() ? "" : ": " + reasons);
    };
    return {"verdict", {text("en"), text("zh")}, ordered_json::parse(moment_.verdict->json)};
  }

  Link sentence() const {
    std::string text;
    std::string model;
    std::string cause;
    if (const auto decoded = plan()) {
      text = decoded->text;
      model = decoded->model;
      cause = decoded->cause;
    }
    if (text.empty())
      for (const auto& [name, value] : run_.notes)
        if (name == "instruction") text = value;
    if (text.empty()) return {"sentence", {"nobody had said anything", "尚无指令"}, nullptr};
    return {"sentence",
            {fmt::format("\"{}\" (plan by {}{})", text, model.empty() ? "-" : model,
                         cause.empty() ? "" : "; the one before: " + cause),
             fmt::format("“{}”（计划来自 {}{}）", text, model.empty() ? "-" : model,
                         cause.empty() ? "" : "；前一计划：" + cause)},
            {{"text", text}, {"model", model}, {"cause", cause}}};
  }

  const record::Moment& moment_;
  const record::RunInfo& run_;
  const gate::MotionRules& rules_;
};

const char* title(const std::string& name, bool zh) {
  const std::pair<const char*, std::pair<const char*, const char*>> titles[] = {
      {"torque", {"torque", "力矩"}},         {"gate", {"motion gate", "运动闸门"}},
      {"before", {"before", "此前"}},         {"body", {"body", "身体"}},
      {"inputs", {"inputs", "输入"}},         {"step", {"plan step", "计划步骤"}},
      {"verdict", {"plan gate", "计划闸门"}}, {"sentence", {"sentence", "指令"}}};
  for (const auto& [key, texts] : titles)
    if (name == key) return zh ? texts.second : texts.first;
  return "";
}

int run(WhyOptions options) {
  if (!options.incident.empty()) {
    const auto log = record::MachineLog::of_user();
    if (!log) return refuse(log.error());
    const auto is = record::incident_of(*log, options.incident);
    if (!is) return refuse(is.error());
    if (options.file.empty()) options.file = is->file;
    if (options.at_s < 0.0) options.at_s = is->from_s;
  }
  if (options.file.empty() || options.at_s < 0.0)
    return refuse({ErrorCode::kInvalidArgument,
                   "which moment? FILE --at SECONDS, or --incident ID ('longmen incidents' lists "
                   "them)",
                   {}});
  auto reader = record::RecordReader::open(options.file);
  if (!reader) return refuse(reader.error());
  const double period_s = 1e-9 * static_cast<double>(reader->run().period_ns);
  const double tick = std::min(std::round(options.at_s / period_s), 1e15);
  const auto moment = record::find_moment(*reader, static_cast<Tick>(tick));
  if (!moment) return refuse({moment.error().code, moment.error().message, options.file});
  const auto rules = gate::load_motion_rules(project_folder() / "rules" / "limits" / "motion.yaml");
  if (!rules) return refuse(rules.error());
  const auto links = Chain(*moment, reader->run(), *rules).links();
  if (options.json) {
    ordered_json out = {{"file", options.file},
                        {"at_s", static_cast<double>(moment->tick.tick()) * period_s},
                        {"tick", moment->tick.tick()},
                        {"chain", ordered_json::array()}};
    for (const Link& link : links)
      out["chain"].push_back({{"link", link.name},
                              {"en", link.text.en},
                              {"zh", link.text.zh},
                              {"values", link.values}});
    std::cout << out.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
    return kExitGoalMet;
  }
  const bool zh = options.lang == "zh";
  std::cout << fmt::format("{:.3f} s, {}\n", static_cast<double>(moment->tick.tick()) * period_s,
                           options.file);
  for (const Link& link : links)
    std::cout << fmt::format("{:>12}  {}\n", title(link.name, zh),
                             zh ? link.text.zh : link.text.en);
  return kExitGoalMet;
}

}  // namespace

void add_why(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<WhyOptions>();
  CLI::App* command = app.add_subcommand(
      "why", "Explain a moment of a record: the chain of causes from torque back to sentence");
  command->add_option("file", options->file, "a record (.mcap)");
  command->add_option("--at", options->at_s, "seconds from the start of the run")
      ->check([](const std::string& text) {
        const double at_s = std::strtod(text.c_str(), nullptr);
        return at_s >= 0.0 && at_s <= 1e9 ? std::string()
                                          : "'" + text + "' is no time; valid: 0 to 1e9 seconds";
      });
  command->add_option("--incident", options->incident, "the beginning of that incident");
  command->add_option("--lang", options->lang, "en or zh")
      ->check(CLI::IsMember({"en", "zh"}))
      ->capture_default_str();
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example: longmen why runs/20260101T120000Z.mcap --at 12.3");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
