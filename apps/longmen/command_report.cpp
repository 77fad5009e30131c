#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "commands.h"
#include "core/bilingual.h"
#include "html.h"
#include "math/poisson.h"
#include "math/wilson.h"
#include "paths.h"
#include "record/incident_log.h"
#include "record/run_tally.h"
#include "record/verify.h"
#include "trust/key_store.h"

namespace longmen::app {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using record::RunTally;

struct ReportOptions {
  std::string from;
  std::string to;
  std::string lang = "en";
  std::string html;
  bool json = false;
};

/// "YYYY-MM-DD" or "YYYY-MM-DDTHH:MM:SSZ" as Unix time; nothing else, and no day that is none.
Result<std::int64_t> time_of(const std::string& text, const char* option) {
  for (const char* form : {"%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"}) {
    std::tm utc{};
    const char* end = strptime(text.c_str(), form, &utc);
    if (end == nullptr || *end != '\0') continue;
    std::tm same = utc;
    const std::time_t time = timegm(&same);
    if (same.tm_mday == utc.tm_mday && same.tm_mon == utc.tm_mon) return time;
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("'{}' is no time; valid: 2026-11-30 or 2026-11-30T12:00:00Z", text),
              option);
}

/// Runs that the log names and that are in no sum, with the reason.
struct NotCounted {
  std::string file, why;
};

struct Statement {
  std::optional<std::int64_t> from_s, to_s;  ///< of the first and after the last moment
  int started = 0, counted = 0, cut = 0;     ///< runs; cut: their record has no end
  std::vector<NotCounted> not_counted;
  RunTally tally;
  int falls_runs = 0;  ///< runs with a fall
  std::vector<record::IncidentCase> incidents;

  [[nodiscard]] bool covers(std::int64_t time_s) const {
    return (!from_s || time_s >= *from_s) && (!to_s || time_s < *to_s);
  }
};

std::string text_at(const json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Counts one run, if its record is there, is the one of the log's entry, and is as it was signed.
/// `ended` is the last checkpoint that the log has of it, empty for a run that never said so.
Result<void> count_run(const json& entry, const std::string& ended, const trust::TrustRoots& roots,
                       Statement& statement) {
  const std::string file = text_at(entry, "file");
  const auto verified = record::verify_record(file, roots);
  if (!verified) return tl::make_unexpected(verified.error());
  auto reader = record::RecordReader::open(file);
  if (!reader) return tl::make_unexpected(reader.error());
  if (reader->run().log != text_at(entry, "log"))
    return fail(ErrorCode::kCorrupt, "another run stands in its place", file);
  if (!ended.empty() && verified->note != ended)
    return fail(ErrorCode::kCorrupt, "it is not as it was when the run ended", file);
  const auto counted = record::tally(*reader);
  if (!counted) return tl::make_unexpected(counted.error());
  ++statement.counted;
  if (!verified->complete) ++statement.cut;
  if (counted->total().falls > 0) ++statement.falls_runs;
  statement.tally += *counted;
  return {};
}

Result<Statement> make_statement(const ReportOptions& options) {
  Statement statement;
  if (!options.from.empty()) {
    const auto time = time_of(options.from, "--from");
    if (!time) return tl::make_unexpected(time.error());
    statement.from_s = *time;
  }
  if (!options.to.empty()) {
    const auto time = time_of(options.to, "--to");
    if (!time) return tl::make_unexpected(time.error());
    statement.to_s = *time;
  }
  if (statement.from_s && statement.to_s && *statement.from_s >= *statement.to_s)
    return fail(ErrorCode::kInvalidArgument, "the period ends before it begins", "--to");
  const auto log = record::MachineLog::of_user();
  if (!log) return tl::make_unexpected(log.error());
  const auto entries = log->entries();
  if (!entries) return tl::make_unexpected(entries.error());
  const auto roots = trust::trusted_here(project_folder() / "rules" / "trust.yaml", log->keys());
  if (!roots) return tl::make_unexpected(roots.error());
  std::map<std::string, std::string> ended;  // log of a run -> last checkpoint of its record
  for (const json& entry : *entries)
    if (entry["kind"] == "run" && text_at(entry, "state") == "ended")
      ended[text_at(entry, "log")] = text_at(entry, "checkpoint");
  for (const json& entry : *entries) {
    const auto time = entry.find("time_s");
    const bool is_start = entry["kind"] == "run" && text_at(entry, "state") == "started";
    if (!is_start || time == entry.end() || !time->is_number_integer() ||
        !statement.covers(time->get<std::int64_t>()))
      continue;
    ++statement.started;
    if (const auto done = count_run(entry, ended[text_at(entry, "log")], *roots, statement); !done)
      statement.not_counted.push_back({text_at(entry, "file"), done.error().message});
  }
  auto incidents = record::incidents_of(*log);
  if (!incidents) return tl::make_unexpected(incidents.error());
  for (record::IncidentCase& is : *incidents)
    if (statement.covers(is.steps.front().time_s)) statement.incidents.push_back(std::move(is));
  return statement;
}

// ---- as JSON ------------------------------------------------------------------------------------

/// A count and its rate for each hour watched, with the exact 95 % interval; null without time.
ordered_json hourly(std::int64_t count, double watched_s) {
  const double hours = watched_s / 3600.0;
  if (!(hours > 0.0)) return {{"n", count}, {"per_hour", nullptr}};
  const math::Interval bounds = math::poisson_95(count);
  return {{"n", count},
          {"per_hour", static_cast<double>(count) / hours},
          {"low", bounds.low / hours},
          {"high", bounds.high / hours}};
}

ordered_json share_of(std::int64_t part, std::int64_t all) {
  if (all == 0) return {{"n", part}, {"of", all}, {"share", nullptr}};
  const double p = static_cast<double>(part) / static_cast<double>(all);
  const math::Interval bounds = math::wilson_95(p, static_cast<int>(all));
  return {{"n", part}, {"of", all}, {"share", p}, {"low", bounds.low}, {"high", bounds.high}};
}

ordered_json hourly_each(const std::map<std::string, std::int64_t>& counts, double watched_s) {
  ordered_json object = ordered_json::object();
  for (const auto& [name, count] : counts) object[name] = hourly(count, watched_s);
  return object;
}

std::string utc_of(std::int64_t time_s) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(time_s)));
}

ordered_json statement_object(const Statement& s) {
  const RunTally::Model all = s.tally.total();
  const double armed_s = s.tally.armed_s;
  ordered_json models = ordered_json::object();
  for (const auto& [name, m] : s.tally.models)
    models[name] = {{"armed_h", m.armed_s / 3600.0},
                    {"plans", m.plans},
                    {"refused", share_of(m.refused, m.plans)},
                    {"asked", share_of(m.asked, m.plans)},
                    {"interventions", hourly(m.interventions, m.armed_s)},
                    {"stops", hourly(m.stops, m.armed_s)},
                    {"falls", hourly(m.falls, m.armed_s)}};
  ordered_json not_counted = ordered_json::array();
  for (const NotCounted& run : s.not_counted)
    not_counted.push_back({{"file", run.file}, {"why", run.why}});
  std::map<std::string, std::int64_t> incident_rules;
  std::map<std::string, int> states;
  for (const record::IncidentCase& is : s.incidents) {
    ++incident_rules[is.rule];
    ++states[is.state()];
  }
  return {{"from", s.from_s ? ordered_json(utc_of(*s.from_s)) : ordered_json()},
          {"to", s.to_s ? ordered_json(utc_of(*s.to_s)) : ordered_json()},
          {"runs",
           {{"started", s.started},
            {"counted", s.counted},
            {"cut", s.cut},
            {"not_counted", not_counted}}},
          {"hours", s.tally.duration_s / 3600.0},
          {"armed_h", armed_s / 3600.0},
          {"gap_s", 1e-3 * static_cast<double>(s.tally.gap_ticks)},
          {"interventions", hourly(all.interventions, armed_s)},
          {"interventions_by_rule", hourly_each(s.tally.interventions, armed_s)},
          {"stops", hourly(all.stops, armed_s)},
          {"stops_by_rung", hourly_each(s.tally.stops, armed_s)},
          {"stops_by_cause", hourly_each(s.tally.stop_causes, armed_s)},
          {"falls", hourly(all.falls, armed_s)},
          {"runs_with_a_fall", share_of(s.falls_runs, s.counted)},
          {"plans", all.plans},
          {"refused", share_of(all.refused, all.plans)},
          {"asked", share_of(all.asked, all.plans)},
          {"refusals_by_rule", s.tally.refusals},
          {"models", models},
          {"incidents", hourly(static_cast<std::int64_t>(s.incidents.size()), armed_s)},
          {"incidents_by_rule", hourly_each(incident_rules, armed_s)},
          {"incidents_by_state", states}};
}

// ---- in words -----------------------------------------------------------------------------------

/// Names of rules, rungs and causes that the public reads; what is newer shows its own name.
std::string public_words(const std::string& name, bool zh) {
  static const std::map<std::string, Bilingual> kWords = {
      {"finite", {"value that is no number", "无效数值"}},
      {"fresh", {"command of another moment", "指令过期"}},
      {"torque", {"torque", "力矩"}},
      {"velocity", {"joint speed", "关节转速"}},
      {"range", {"joint range", "关节范围"}},
      {"set_point", {"set-point", "设定值"}},
      {"tilt", {"tilt", "倾角"}},
      {"brace", {"brace for a fall", "防摔"}},
      {"self_collision", {"self-collision", "自碰撞"}},
      {"hand_speed", {"hand speed", "手部速度"}},
      {"separation", {"distance from people", "与人距离"}},
      {"keep_out", {"keep-out zone", "禁入区"}},
      {"balance", {"balance", "平衡"}},
      {"power", {"power", "功率"}},
      {"torque_rate", {"torque rate", "力矩变化率"}},
      {"hold", {"hold", "保持"}},
      {"settle", {"settle", "下蹲"}},
      {"asked", {"asked for", "被要求"}},
      {"emergency", {"emergency stop", "急停"}},
      {"given_back", {"end of control", "交还控制"}},
      {"gate", {"by the gate, or the lease was lost", "由闸门触发或控制权丢失"}},
      {"open", {"open", "未处理"}},
      {"explained", {"explained", "已说明"}},
      {"remedied", {"remedied", "已整改"}},
      {"closed", {"closed", "已关闭"}},
      {"pad", {"driven by hand", "手动驾驶"}},
      {"", {"no model yet", "尚无模型"}}};
  const auto known = kWords.find(name);
  if (known == kWords.end()) return name;
  return zh ? known->second.zh : known->second.en;
}

std::string hourly_words(const ordered_json& is, bool zh) {
  if (is["per_hour"].is_null())
    return fmt::format(fmt::runtime(zh ? "{} 次" : "{}"), is["n"].get<std::int64_t>());
  return fmt::format(fmt::runtime(zh ? "{} 次，每小时 {:.2f} 次（95 % 区间 {:.2f} 至 {:.2f}）"
                                     : "{}: {:.2f} an hour (95 % {:.2f} to {:.2f})"),
                     is["n"].get<std::int64_t>(), is["per_hour"].get<double>(),
                     is["low"].get<double>(), is["high"].get<double>());
}

std::string share_words(const ordered_json& is, bool zh) {
  if (is["share"].is_null()) return zh ? "无" : "none of none";
  return fmt::format(fmt::runtime(zh ? "{}/{}，{:.1f} %（95 % 区间 {:.1f} 至 {:.1f}）"
                                     : "{} of {}, {:.1f} % (95 % {:.1f} to {:.1f})"),
                     is["n"].get<std::int64_t>(), is["of"].get<std::int64_t>(),
                     100 * is["share"].get<double>(), 100 * is["low"].get<double>(),
                     100 * is["high"].get<double>());
}

void print_statement(const ordered_json& s, bool zh) {
  const auto line = [](const std::string& text) { std::cout << text << '\n'; };
  const auto say = [&](const char* en, const char* chinese, const std::string& value) {
    line(fmt::format("{}{}{}", zh ? chinese : en, zh ? "：" : ": ", value));
  };
  const auto list = [&](const ordered_json& object, bool is_rate) {
    for (const auto& [name, value] : object.items())
      line(fmt::format("  {}{}{}", public_words(name, zh), zh ? "：" : ": ",
                       is_rate ? hourly_words(value, zh) : value.dump()));
  };
  const auto when = [&](const char* key, const char* en, const char* chinese) {
    return s[key].is_null() ? std::string(zh ? chinese : en) : s[key].get<std::string>();
  };
  say("Period", "时段",
      when("from", "the beginning", "开始") + (zh ? " 至 " : " to ") + when("to", "now", "现在"));
  const ordered_json& runs = s["runs"];
  say("Runs", "运行",
      fmt::format(fmt::runtime(zh ? "开始 {}，计入 {}（其中 {} 个记录被截断），未计入 {}"
                                  : "{} started, {} counted ({} of them with a record that is "
                                    "cut), {} not counted"),
                  runs["started"].get<int>(), runs["counted"].get<int>(), runs["cut"].get<int>(),
                  runs["not_counted"].size()));
  for (const ordered_json& run : runs["not_counted"])
    line(fmt::format("  {}: {}", run["file"].get<std::string>(), run["why"].get<std::string>()));
  say("Time", "时间",
      fmt::format(fmt::runtime(zh ? "{:.3f} 小时，其中启用 {:.3f} 小时（比率以此计）"
                                  : "{:.3f} h, of it {:.3f} h armed, which rates are of"),
                  s["hours"].get<double>(), s["armed_h"].get<double>()));
  say("Interventions of the motion gate", "运动闸门干预", hourly_words(s["interventions"], zh));
  list(s["interventions_by_rule"], true);
  say("Stops", "停止", hourly_words(s["stops"], zh));
  list(s["stops_by_rung"], true);
  list(s["stops_by_cause"], true);
  say("Falls", "跌倒", hourly_words(s["falls"], zh));
  say("Runs with a fall", "有跌倒的运行", share_words(s["runs_with_a_fall"], zh));
  say("Plans refused by the plan gate", "计划闸门拒绝的计划", share_words(s["refused"], zh));
  say("Plans asked back", "需询问的计划", share_words(s["asked"], zh));
  list(s["refusals_by_rule"], false);
  for (const auto& [name, model] : s["models"].items()) {
    say("Model", "模型", public_words(name, zh));
    line(fmt::format(
        fmt::runtime(zh ? "  启用 {:.3f} 小时；拒绝 {}" : "  {:.3f} h armed; refused {}"),
        model["armed_h"].get<double>(), share_words(model["refused"], zh)));
    line(fmt::format("  {}{}", zh ? "干预 " : "interventions ",
                     hourly_words(model["interventions"], zh)));
    line(fmt::format("  {}{}", zh ? "停止 " : "stops ", hourly_words(model["stops"], zh)));
    line(fmt::format("  {}{}", zh ? "跌倒 " : "falls ", hourly_words(model["falls"], zh)));
  }
  say("Incidents", "事件", hourly_words(s["incidents"], zh));
  list(s["incidents_by_rule"], true);
  list(s["incidents_by_state"], false);
}

// ---- as a page ----------------------------------------------------------------------------------

/// One table of the page: a heading, and rows of a name and what is said of it.
std::string table_of(const std::string& title, const std::vector<std::string>& heads,
                     const std::vector<std::vector<std::string>>& rows) {
  std::string html = fmt::format("<h2>{}</h2>\n<table><thead><tr>", escaped(title));
  for (const std::string& head : heads)
    html += fmt::format("<th scope=\"col\">{}</th>", escaped(head));
  html += "</tr></thead><tbody>\n";
  for (const auto& row : rows) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>", escaped(row.front()));
    for (std::size_t i = 1; i < row.size(); ++i)
      html += fmt::format("<td>{}</td>", escaped(row[i]));
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

/// n, rate and bounds of a rate in cells of their own.
std::vector<std::string> rate_cells(const std::string& name, const ordered_json& is) {
  const std::string n = std::to_string(is["n"].get<std::int64_t>());
  if (is["per_hour"].is_null()) return {name, n, "–", "–"};
  return {name, n, fmt::format("{:.2f}", is["per_hour"].get<double>()),
          fmt::format("{:.2f} – {:.2f}", is["low"].get<double>(), is["high"].get<double>())};
}

/// The statement as a page that stands alone; a browser prints it to PDF.
std::string html_of(const ordered_json& s, bool zh) {
  const auto say = [zh](const char* en, const char* chinese) {
    return std::string(zh ? chinese : en);
  };
  const std::vector<std::string> heads = {say("what", "项目"), "n", say("an hour", "每小时"),
                                          say("95 % bounds", "95 % 区间")};
  const auto rates = [&](const ordered_json& each) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, is] : each.items())
      rows.push_back(rate_cells(public_words(name, zh), is));
    return rows;
  };
  const auto when = [&](const char* key, const char* en, const char* chinese) {
    return s[key].is_null() ? say(en, chinese) : s[key].get<std::string>();
  };
  const ordered_json& runs = s["runs"];
  std::string body = fmt::format(
      "<h1>{}</h1>\n<p>{} – {}</p>\n<p>{}</p>\n", say("What happened", "情况统计"),
      when("from", "the beginning", "开始"), when("to", "now", "现在"),
      fmt::format(
          fmt::runtime(say("{} runs started, {} counted ({} with a record that is cut), {} not "
                           "counted; {:.3f} h, of it {:.3f} h armed, which rates are of.",
                           "开始 {} 次运行，计入 {} 次（其中 {} 次记录被截断），未计入 {} 次；共 "
                           "{:.3f} 小时，其中启用 {:.3f} 小时（比率以此计）。")),
          runs["started"].get<int>(), runs["counted"].get<int>(), runs["cut"].get<int>(),
          runs["not_counted"].size(), s["hours"].get<double>(), s["armed_h"].get<double>()));
  body += table_of(
      say("In all", "总计"), heads,
      {rate_cells(say("interventions of the motion gate", "运动闸门干预"), s["interventions"]),
       rate_cells(say("stops", "停止"), s["stops"]), rate_cells(say("falls", "跌倒"), s["falls"]),
       rate_cells(say("incidents", "事件"), s["incidents"])});
  body += table_of(say("Interventions, by rule", "干预，按规则"), heads,
                   rates(s["interventions_by_rule"]));
  body += table_of(say("Stops, by rung", "停止，按阶梯"), heads, rates(s["stops_by_rung"]));
  body += table_of(say("Stops, by cause", "停止，按原因"), heads, rates(s["stops_by_cause"]));
  body += table_of(
      say("Plans", "计划"), {say("what", "项目"), say("share, 95 % bounds", "比例，95 % 区间")},
      {{say("refused", "拒绝"), share_words(s["refused"], zh)},
       {say("asked back", "需询问"), share_words(s["asked"], zh)},
       {say("runs with a fall", "有跌倒的运行"), share_words(s["runs_with_a_fall"], zh)}});
  std::vector<std::vector<std::string>> refusals, plans, interventions, stops;
  for (const auto& [rule, n] : s["refusals_by_rule"].items()) refusals.push_back({rule, n.dump()});
  for (const auto& [name, model] : s["models"].items()) {
    const std::string words = public_words(name, zh);
    plans.push_back({words, fmt::format("{:.3f} h", model["armed_h"].get<double>()),
                     share_words(model["refused"], zh)});
    interventions.push_back(rate_cells(words, model["interventions"]));
    stops.push_back(rate_cells(words, model["stops"]));
  }
  body += table_of(say("Refusals, by rule", "拒绝，按规则"), {say("rule", "规则"), "n"}, refusals);
  body += table_of(say("Models", "模型"),
                   {say("model", "模型"), say("armed", "启用"), say("plans refused", "计划被拒绝")},
                   plans);
  body += table_of(say("Interventions, by model", "干预，按模型"), heads, interventions);
  body += table_of(say("Stops, by model", "停止，按模型"), heads, stops);
  if (!runs["not_counted"].empty()) {
    std::vector<std::vector<std::string>> rows;
    for (const ordered_json& run : runs["not_counted"])
      rows.push_back({run["file"].get<std::string>(), run["why"].get<std::string>()});
    body +=
        table_of(say("Not counted", "未计入"), {say("record", "记录"), say("why", "原因")}, rows);
  }
  return fmt::format(
      "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>Longmen</title>\n{}</head>\n<body>\n{}<p>{}</p>\n"
      "</body></html>\n",
      zh ? "zh-CN" : "en", kPageStyle, body,
      say("Simulation results are evidence, not conformity with a standard.",
          "仿真结果是证据，不代表符合标准。"));
}

int run(const ReportOptions& options) {
  const auto statement = make_statement(options);
  if (!statement) return refuse(statement.error());
  const ordered_json object = statement_object(*statement);
  if (!options.html.empty()) {
    std::ofstream stream(options.html, std::ios::binary);
    stream << html_of(object, options.lang == "zh") << std::flush;
    if (!stream) return refuse({ErrorCode::kIo, "cannot be written", options.html});
  }
  if (options.json)
    std::cout << object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
  else
    print_statement(object, options.lang == "zh");
  return kExitGoalMet;
}

}  // namespace

void add_report(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command = app.add_subcommand(
      "report", "A statement over a period, from the machine's log and the records of its runs");
  command->add_option("--from", options->from, "first moment, UTC: 2026-11-30 or with T12:00:00Z");
  command->add_option("--to", options->to, "the moment after the last, UTC");
  command->add_option("--lang", options->lang, "en or zh")
      ->check(CLI::IsMember({"en", "zh"}))
      ->capture_default_str();
  command->add_option("--html", options->html, "file for the same as a page in this language");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Only records that are as they were signed are counted; the others are named.\n"
      "Example: longmen report --from 2026-11-01 --to 2026-12-01");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
