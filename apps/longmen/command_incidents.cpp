#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "commands.h"
#include "html.h"
#include "record/incident_log.h"

namespace longmen::app {
namespace {

using nlohmann::ordered_json;
using record::IncidentCase;

constexpr double kClip_s = 5.0;  // of the record before and after an incident

struct IncidentsOptions {
  std::string id;
  std::string state;
  std::string text;
  std::string html;
  bool json = false;
};

std::string date(std::int64_t time_s) {
  const auto time = static_cast<std::time_t>(time_s);
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc);
  return text;
}

ordered_json object_of(const IncidentCase& is) {
  ordered_json steps = ordered_json::array();
  for (const auto& step : is.steps)
    steps.push_back({{"state", step.state}, {"time_s", step.time_s}, {"text", step.text}});
  return {{"id", is.id},
          {"state", is.state()},
          {"log", is.log},
          {"record", is.file},
          {"from_s", is.from_s},
          {"to_s", is.to_s},
          {"clip", {{"from_s", std::max(0.0, is.from_s - kClip_s)}, {"to_s", is.to_s + kClip_s}}},
          {"rung", is.rung},
          {"rule", is.rule},
          {"joint", is.joint},
          {"margin", is.margin},
          {"change_max_Nm", is.change_max_Nm},
          {"steps", steps}};
}

/// A page that stands alone, in both languages; a browser prints it to PDF.
std::string html_of(const IncidentCase& is) {
  std::string rows;
  const auto row = [&](const char* en, const char* zh, const std::string& value) {
    rows += fmt::format("<tr><th>{} <span lang=\"zh\">{}</span></th><td>{}</td></tr>\n", en, zh,
                        escaped(value));
  };
  row("State", "状态", is.state());
  row("Record", "记录文件", is.file);
  row("Log", "日志", is.log);
  row("When", "时间", fmt::format("{:.3f} s – {:.3f} s", is.from_s, is.to_s));
  row("Clip", "片段",
      fmt::format("{:.3f} s – {:.3f} s", std::max(0.0, is.from_s - kClip_s), is.to_s + kClip_s));
  row("Stop ladder", "停止阶梯", is.rung);
  row("Rule", "规则", is.rule);
  row("Joint", "关节", is.joint);
  row("Margin", "裕度", fmt::format("{:.4g}", is.margin));
  row("Largest change", "最大修改", fmt::format("{:.1f} N·m", is.change_max_Nm));
  std::string steps;
  for (const auto& step : is.steps)
    steps += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", date(step.time_s),
                         escaped(step.state), escaped(step.text));
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Incident "
      "{0}</title>\n"
      "{3}</head>\n<body><h1>Incident <span lang=\"zh\">事件</span> {0}</h1>\n"
      "<table>\n{1}</table>\n<h2>What was done <span lang=\"zh\">处理过程</span></h2>\n"
      "<table>\n{2}</table>\n"
      "<p>Simulation results are evidence, not conformity with a standard. "
      "<span lang=\"zh\">仿真结果是证据，不代表符合标准。</span></p>\n</body></html>\n",
      escaped(is.id), rows, steps, kPageStyle);
}

int list_incidents(const IncidentsOptions& options) {
  const auto log = record::MachineLog::of_user();
  if (!log) return refuse(log.error());
  const auto cases = record::incidents_of(*log);
  if (!cases) return refuse(cases.error());
  ordered_json all = ordered_json::array();
  for (const IncidentCase& is : *cases) {
    all.push_back(object_of(is));
    if (!options.json)
      std::cout << fmt::format("{:20} {:10} {} at {:.3f} s: {} {} {}\n", is.id, is.state(),
                               date(is.steps.front().time_s), is.from_s, is.rung, is.rule,
                               is.joint);
  }
  if (options.json)
    std::cout << ordered_json{{"incidents", all}}.dump() << '\n';
  else if (cases->empty())
    std::cout << "no incidents\n";
  return kExitGoalMet;
}

int show_incident(const IncidentsOptions& options) {
  const auto log = record::MachineLog::of_user();
  if (!log) return refuse(log.error());
  const auto is = record::incident_of(*log, options.id);
  if (!is) return refuse(is.error());
  if (!options.html.empty()) {
    std::ofstream stream(options.html, std::ios::binary);
    stream << html_of(*is) << std::flush;
    if (!stream) return refuse({ErrorCode::kIo, "cannot be written", options.html});
  }
  std::cout << object_of(*is).dump(options.json ? -1 : 2) << '\n';
  if (!options.json) std::cerr << fmt::format("'longmen why --incident {}' explains it\n", is->id);
  return kExitGoalMet;
}

int advance(const IncidentsOptions& options) {
  const auto log = record::MachineLog::of_user();
  if (!log) return refuse(log.error());
  if (auto done = record::advance(*log, options.id, options.state, options.text); !done)
    return refuse(done.error());
  return show_incident(options);
}

}  // namespace

void add_incidents(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "incidents", "What the motion gate had to stop or change much, and what people did about it");
  command->require_subcommand(1);
  command->footer(
      "Incidents open by themselves when a run ends (level: rules/incidents.yaml). They and all "
      "that "
      "is said about them are entries of this machine's log ('longmen verify --log').\nExample: "
      "longmen incidents list");
  auto options = std::make_shared<IncidentsOptions>();
  const auto with_id = [options](CLI::App* sub) {
    sub->add_option("id", options->id, "as 'incidents list' shows it")->required();
    return sub;
  };
  const auto add_json = [options](CLI::App* sub) {
    sub->add_flag("--json", options->json, "print one JSON object");
  };
  CLI::App* all = command->add_subcommand("list", "All incidents, oldest first");
  add_json(all);
  all->callback([options, &exit_code] { exit_code = list_incidents(*options); });

  CLI::App* one = with_id(command->add_subcommand("show", "One of them with all that was done"));
  add_json(one);
  one->callback([options, &exit_code] { exit_code = show_incident(*options); });

  CLI::App* page = with_id(command->add_subcommand("export", "The same as a page and as JSON"));
  page->add_option("--html", options->html, "file for the page; a browser prints it to PDF")
      ->required();
  add_json(page);
  page->callback([options, &exit_code] { exit_code = show_incident(*options); });

  CLI::App* next = with_id(command->add_subcommand("advance", "Take it to its next state"));
  next->add_option("state", options->state, "explained, remedied or closed, in this order")
      ->required();
  next->add_option("--text", options->text, "who did what")->required();
  add_json(next);
  next->callback([options, &exit_code] { exit_code = advance(*options); });
}

}  // namespace longmen::app
