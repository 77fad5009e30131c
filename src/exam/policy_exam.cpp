#include "exam/policy_exam.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "math/wilson.h"
#include "registry/card.h"
#include "trial/episode.h"
#include "trial/linked.h"
#include "trial/process_pool.h"
#include "trial/scenario.h"

namespace longmen::exam {
namespace {

namespace fs = std::filesystem;
using BodyJson = nlohmann::ordered_json;

std::vector<fs::path> files_in(const fs::path& folder, const char* ending) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ending) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

fs::path scenarios_of(const PolicyExam& exam) {
  return exam.project_folder / "rules" / "exam" / "body";
}

struct BodyTest {
  std::string name;
  trial::Scenario scenario;
};

Result<std::vector<BodyTest>> tests_of(const PolicyExam& exam) {
  std::vector<BodyTest> tests;
  for (const fs::path& file : files_in(scenarios_of(exam), ".yaml")) {
    auto scenario = trial::load_scenario(file);
    if (!scenario) return tl::make_unexpected(scenario.error());
    scenario->robot = exam.robot_folder.string();
    tests.push_back({file.stem().string(), std::move(*scenario)});
  }
  if (tests.empty())
    return fail(ErrorCode::kNotFound, "there is no scenario", scenarios_of(exam).string());
  return tests;
}

/// Sums over the runs of one scenario.
struct BodySum {
  int runs = 0, falls = 0;
  double seat_ticks = 0.0, driven_ticks = 0.0, rescues = 0.0, ticks = 0.0, changed = 0.0;
  double energy_J = 0.0, roughness_square = 0.0;

  void add(const BodyJson& run) {
    ++runs;
    falls += run.at("fell").get<bool>() ? 1 : 0;
    energy_J += run.at("energy_J").get<double>();
    roughness_square += std::pow(run.at("joint_acceleration_rms_rad_s2").get<double>(), 2);
    ticks += run.at("gate").at("ticks").get<double>();
    changed += run.at("gate").at("changed").get<double>();
    if (run.at("policy").is_null()) return;
    seat_ticks += run.at("policy").at("ticks").get<double>();
    driven_ticks += run.at("policy").at("driven_ticks").get<double>();
    rescues += run.at("policy").at("rescues").get<double>();
  }
};

double ratio(double a, double b) { return b > 0.0 ? a / b : 0.0; }

BodyScore score_of(const BodySum& with, const BodySum& without) {
  BodyScore score;
  score.runs = with.runs;
  score.falls = with.falls;
  score.driven_share = ratio(with.driven_ticks, with.seat_ticks);
  score.rescues_of_run = ratio(with.rescues, with.runs);
  score.gate_changed_share = ratio(with.changed, with.ticks);
  score.energy_ratio = ratio(with.energy_J, without.energy_J);
  score.roughness_ratio = std::sqrt(ratio(with.roughness_square, without.roughness_square));
  score.is_passed = score.falls == 0 && score.driven_share >= kDriven_min &&
                    score.rescues_of_run <= kRescuesOfRun_max &&
                    score.energy_ratio <= kEnergyRatio_max &&
                    score.roughness_ratio <= kRoughnessRatio_max;
  return score;
}

BodyJson body_object(const BodyScore& s) {
  // As a planner's classes are: the share of runs without a fall.
  const double share = s.runs == 0 ? 0.0 : 1.0 - static_cast<double>(s.falls) / s.runs;
  return {{"cases", s.runs},
          {"groups", s.runs},
          {"share", share},
          {"low", math::wilson_95(share, s.runs).low},
          {"falls", s.falls},
          {"driven_share", s.driven_share},
          {"rescues_of_run", s.rescues_of_run},
          {"gate_changed_share", s.gate_changed_share},
          {"energy_ratio", s.energy_ratio},
          {"roughness_ratio", s.roughness_ratio},
          {"passed", s.is_passed}};
}

}  // namespace

Result<PolicyReport> examine_policy(const PolicyExam& exam) {
  const auto tests = tests_of(exam);
  if (!tests) return tl::make_unexpected(tests.error());
  const auto inputs = inputs_of_policy(exam);
  if (!inputs) return tl::make_unexpected(inputs.error());
  const auto file = registry::digest_of_file(exam.policy);
  if (!file) return tl::make_unexpected(file.error());
  const auto runs = static_cast<std::size_t>(exam.runs);
  const trial::DataFolders folders = trial::DataFolders::under(exam.project_folder);

  // Run i: of test i / (2 runs), of its seed (i / 2) % runs, with the policy when i is even.
  std::vector<BodyJson> results(tests->size() * runs * 2);
  const auto test_of = [&](std::size_t i) -> const BodyTest& { return (*tests)[i / (2 * runs)]; };
  const auto done = trial::run_processes(
      results.size(), exam.jobs,
      [&](std::size_t i) {
        trial::Scenario scenario = test_of(i).scenario;
        scenario.seed = exam.seed + (i / 2) % runs + 1;
        if (i % 2 == 0) scenario.policy = trial::Scenario::Policy{exam.policy, kPolicyFrom_s};
        return trial::run_scenario(scenario, folders, {.record = {}, .recorded = false});
      },
      [&](std::size_t i) { return fmt::format("{}, run {}", test_of(i).name, i); },
      [&](std::size_t i, BodyJson result) {
        results[i] = std::move(result);
        return true;
      });
  if (!done) return tl::make_unexpected(done.error());

  PolicyReport report;
  report.model = exam.policy.stem().string();
  report.file = *file;
  std::string drawn = fmt::format("{} {}\n", exam.seed, exam.runs);
  for (const registry::Input& input : *inputs) drawn += input.name + " " + input.sha256 + "\n";
  report.drawn = sha256(drawn);
  report.is_passed = true;
  std::string states;
  for (std::size_t t = 0; t < tests->size(); ++t) {
    BodySum with, without;
    for (std::size_t i = 2 * runs * t; i < 2 * runs * (t + 1); ++i) {
      (i % 2 == 0 ? with : without).add(results[i]);
      states += results[i].at("state_hash").get<std::string>() + "\n";
    }
    const BodyScore score = score_of(with, without);
    report.tests[(*tests)[t].name] = score;
    report.runs += score.runs;
    if (score.is_passed) report.passed_runs += score.runs;
    report.is_passed = report.is_passed && score.is_passed;
  }
  report.states = sha256(states);
  return report;
}

Result<std::vector<registry::Input>> inputs_of_policy(const PolicyExam& exam) {
  std::vector<std::pair<std::string, fs::path>> files = {
      {"rules/limits/motion.yaml", exam.project_folder / "rules" / "limits" / "motion.yaml"}};
  for (const fs::path& file : files_in(scenarios_of(exam), ".yaml"))
    files.emplace_back("rules/exam/body/" + file.filename().string(), file);
  for (const char* ending : {".yaml", ".xml"})
    for (const fs::path& file : files_in(exam.robot_folder, ending))
      files.emplace_back("robot/" + file.filename().string(), file);
  std::vector<registry::Input> inputs;
  for (const auto& [name, file] : files) {
    const auto digest = registry::digest_of_file(file);
    if (!digest) return tl::make_unexpected(digest.error());
    inputs.push_back({name, digest->hex()});
  }
  std::sort(inputs.begin(), inputs.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return inputs;
}

std::string report_json(const PolicyReport& report) {
  BodyJson tests = BodyJson::object();
  for (const auto& [name, score] : report.tests) tests[name] = body_object(score);
  return BodyJson{{"model", report.model},
                  {"file_sha256", report.file.hex()},
                  {"passed", report.is_passed},
                  {"bank_sha256", report.drawn.hex()},
                  {"states_sha256", report.states.hex()},
                  {"tests", tests}}
      .dump();
}

std::string scores_json(const PolicyReport& report) {
  BodyJson scores = BodyJson::object();
  for (const auto& [name, score] : report.tests) scores[name] = body_object(score);
  return scores.dump();
}

std::string report_page(const PolicyReport& report) {
  // The name is a file's: letters that mean something in a page are left out.
  std::string name = report.model;
  std::erase_if(name, [](char c) { return c == '<' || c == '>' || c == '&' || c == '"'; });
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Exam of {0}</title>\n"
      "<style>body{{font:16px sans-serif;max-width:60em;margin:2em auto}}td,th{{text-align:left;"
      "padding:.2em 1em}}</style>\n<h1>{0}: {1} / {2}</h1>\n<p>A motion policy in its seat, in "
      "simulation, beside the same runs of the trusted controller; evidence, not conformity with a "
      "standard. 运动策略在仿真中驱动，与可信控制器的相同测试对比；是证据，不是合规认证。</p>\n"
      "<table><tr><th>test<th>runs<th>falls<th>driven<th>taken over, a run<th>changed by the gate"
      "<th>energy ratio<th>roughness ratio</tr>\n",
      name, report.is_passed ? "passed" : "failed", report.is_passed ? "通过" : "未通过");
  for (const auto& [test, s] : report.tests)
    page += fmt::format(
        "<tr><td>{}<td>{}<td>{}<td>{:.1f} %<td>{:.1f}<td>{:.1f} %<td>{:.2f}<td>{:.2f}</tr>\n", test,
        s.runs, s.falls, 100 * s.driven_share, s.rescues_of_run, 100 * s.gate_changed_share,
        s.energy_ratio, s.roughness_ratio);
  return page + "</table>\n</html>\n";
}

}  // namespace longmen::exam
