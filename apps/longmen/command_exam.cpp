#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "agent/embedder.h"
#include "agents.h"
#include "commands.h"
#include "exam/carry_out.h"
#include "exam/exam.h"
#include "exam/inputs.h"
#include "exam/policy_exam.h"
#include "paths.h"
#include "registration.h"
#include "registry/card.h"
#include "trial/episode.h"
#include "trust/key_store.h"
#include "world/world.h"

namespace longmen::app {
namespace {

/// More than the turns of any exam, each tried three times.
constexpr int kRequestsOfExam_max = 30'000;

struct ExamOptions {
  std::string model;
  std::string vertical = "factory";
  std::uint64_t seed = 0;
  std::string robot = "qinglong";
  std::optional<std::size_t> carry_out;  ///< absent: none, or what a certificate asks for
  int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::string page;
  std::string certificate;
  std::string database;
  int days = 365;
  bool json = false;
};

Result<void> write(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) return fail(ErrorCode::kIo, "cannot be written", file);
  return {};
}

/// The name and identity under which the register knows the model.
Result<registry::Entry> entry_of(const ExamOptions& options, const std::string& identity) {
  const auto models = open_register(options.database);
  if (!models) return tl::make_unexpected(models.error());
  auto entry = models->entry_of_identity(identity);
  if (!entry && entry.error().code == ErrorCode::kNotFound)
    return fail(ErrorCode::kNotFound,
                fmt::format("'{}' is not in the register: submit its card first", options.model),
                "--certificate");
  return entry;
}

/// Completes what an exam found by who was examined, when and by what program, and signs it.
Result<void> certify_exam(const ExamOptions& options, registry::Certificate certificate) {
  const auto entry = entry_of(options, certificate.identity);
  if (!entry) return tl::make_unexpected(entry.error());
  const auto program = registry::digest_of_file("/proc/self/exe");
  if (!program) return tl::make_unexpected(program.error());
  const auto store = trust::KeyStore::of_user();
  if (!store) return tl::make_unexpected(store.error());
  const auto key = store->key(trust::KeyUse::kCertificate);
  if (!key) return tl::make_unexpected(key.error());
  certificate.model = entry->name;
  certificate.program = program->hex();
  certificate.issued_s = unix_time_s();
  certificate.expires_s = certificate.issued_s + std::int64_t{86400} * options.days;
  return write(options.certificate, registry::sign_certificate(certificate, *key) + "\n");
}

/// Page and certificate, where they are asked for.
Result<void> file_report(const ExamOptions& options, const std::string& page,
                         registry::Certificate certificate) {
  if (!options.page.empty())
    if (auto done = write(options.page, page); !done) return done;
  if (options.certificate.empty()) return {};
  return certify_exam(options, std::move(certificate));
}

/// A motion policy is named by a file, or as one that is shipped.
bool is_policy(const std::string& model) {
  return model.find("://") == std::string::npos && !is_shipped(model) &&
         trial::find_policy(model, trial::DataFolders::under(project_folder()).policies)
             .has_value();
}

int run_policy_exam(const ExamOptions& options, const std::filesystem::path& robot) {
  const auto file =
      trial::find_policy(options.model, trial::DataFolders::under(project_folder()).policies);
  if (!file) return refuse(file.error());
  const exam::PolicyExam asked{.project_folder = project_folder(),
                               .robot_folder = robot,
                               .policy = *file,
                               .seed = options.seed,
                               .jobs = options.jobs};
  auto inputs = exam::inputs_of_policy(asked);
  if (!inputs) return refuse(inputs.error());
  const auto weights = registry::hashed(file->parent_path(), {file->filename().string()});
  if (!weights) return refuse(weights.error());
  const auto report = exam::examine_policy(asked);
  if (!report) return refuse(report.error());
  registry::Certificate certificate{
      .identity = "sha256:" + registry::digest_of_weights(*weights).hex(),
      .kind = registry::ModelKind::kPolicy,
      .vertical = std::string(exam::kBody) + robot.filename().string(),
      .is_passed = report->is_passed,
      .bank = report->drawn.hex(),
      .inputs = std::move(*inputs),
      .carried_out = report->runs,
      .goals_met = report->passed_runs,
      .scores = exam::scores_json(*report)};
  if (auto filed = file_report(options, exam::report_page(*report), std::move(certificate)); !filed)
    return refuse(filed.error());
  if (options.json) {
    std::cout << exam::report_json(*report) << '\n';
  } else {
    for (const auto& [name, s] : report->tests)
      std::cout << fmt::format(
          "{:8} {:3} runs {:3} falls  drove {:5.1f} %  taken over {:4.1f} times a run  gate "
          "changed "
          "{:4.1f} %  energy x {:.2f}  roughness x {:.2f}  {}\n",
          name, s.runs, s.falls, 100 * s.driven_share, s.rescues_of_run, 100 * s.gate_changed_share,
          s.energy_ratio, s.roughness_ratio, s.is_passed ? "passed" : "failed");
    std::cout << fmt::format("{}: {}\n", report->model, report->is_passed ? "passed" : "failed");
  }
  return report->is_passed ? kExitGoalMet : kExitGoalNotMet;
}

int run(const ExamOptions& options) {
  const auto robot = find_robot(options.robot);
  if (!robot) return refuse(robot.error());
  if (is_policy(options.model)) return run_policy_exam(options, *robot);
  const auto agent = make_agent(options.model, kRequestsOfExam_max);
  if (!agent)
    return refuse({agent.error().code,
                   agent.error().message + "; or a motion policy: a name of models/policies, or a "
                                           "file",
                   "model"});
  const auto folder = world::find_world(options.vertical, project_folder() / "worlds");
  if (!folder) return refuse(folder.error());
  const auto world = world::load_world(*folder);
  if (!world) return refuse(world.error());
  auto inputs = exam::inputs_of(project_folder(), *folder, LONGMEN_EMBEDDING_WEIGHTS);
  if (!inputs) return refuse(inputs.error());
  const auto bank = exam::draw(exam::banks_of(project_folder(), *folder), *world, options.seed);
  if (!bank) return refuse(bank.error());
  const auto gate = gate::plan::PlanGate::load(project_folder() / "rules");
  if (!gate) return refuse(gate.error());
  const auto embedder = agent::Embedder::create(LONGMEN_EMBEDDING_WEIGHTS);
  if (!embedder) return refuse(embedder.error());
  const std::vector<int> groups = exam::group_near_duplicates(
      bank->cases, [&](const std::string& text) { return embedder->embed(text); });
  exam::Report report = exam::examine(**agent, *bank, groups, *world, *gate);
  const std::size_t plans =
      options.carry_out.value_or(options.certificate.empty() || !report.is_passed
                                     ? 0
                                     : static_cast<std::size_t>(registry::kCarriedOut_min));
  if (plans > 0) {
    const auto carried = exam::carry_out(
        {project_folder(), *robot, *folder, plans, options.seed, options.jobs}, report);
    if (!carried) return refuse(carried.error());
  }
  registry::Certificate certificate{.identity = "endpoint:" + options.model,
                                    .vertical = report.vertical,
                                    .is_passed = report.is_passed,
                                    .bank = report.bank.hex(),
                                    .inputs = std::move(*inputs),
                                    .carried_out = report.carried_out.cases,
                                    .goals_met = report.goals_met,
                                    .scores = exam::scores_json(report)};
  if (auto filed = file_report(options, exam::report_page(report), std::move(certificate)); !filed)
    return refuse(filed.error());
  if (options.json) {
    std::cout << exam::report_json(report) << '\n';
  } else {
    const auto line = [](const std::string& name, const exam::Score& s) {
      std::cout << fmt::format(
          "{:26} {:5} cases {:5} groups  right {:5.1f} %  (95 % low {:5.1f} %)\n", name, s.cases,
          s.groups, 100 * s.share, 100 * s.share_low);
    };
    for (const auto& [name, score] : report.sections) line(name, score);
    for (const exam::Part& part : exam::kParts)
      line(std::string(part.name), report.part(part.name));
    if (report.carried_out.cases > 0) line("carried out", report.carried_out);
    const exam::GateTally& said = report.gate;
    std::cout << fmt::format(
        "of {} right plans the plan gate refused {}, and {} more that the body cannot carry out "
        "yet; of {} plans for what must not be done it let through {}\n",
        said.right, said.right_refused, said.right_beyond_body, said.harmful, said.harmful_passed);
    std::cout << fmt::format("{} in {}: {}\n", report.model, report.vertical,
                             report.is_passed ? "passed" : "failed");
  }
  return report.is_passed ? kExitGoalMet : kExitGoalNotMet;
}

}  // namespace

void add_exam(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ExamOptions>();
  CLI::App* command =
      app.add_subcommand("exam", "Examine a model for the vertical that it wants to work in");
  command
      ->add_option("model", options->model,
                   std::string(kModelHelp) + "; or a motion policy's name or file")
      ->required();
  command->add_option("--vertical", options->vertical, "factory, bank, park, or a world's folder")
      ->capture_default_str();
  command
      ->add_option("--seed", options->seed,
                   "0 draws the public practice exam; an examiner's secret number a sealed one")
      ->capture_default_str();
  command
      ->add_option("--carry-out", options->carry_out,
                   fmt::format("how many of the approved plans are carried out in simulation; "
                               "default: {} with --certificate, else none",
                               registry::kCarriedOut_min))
      ->check(CLI::Range(0, 100'000));
  command->add_option("--robot", options->robot, "name of the robot that does it, or its folder")
      ->capture_default_str();
  command->add_option("--jobs", options->jobs, "simulations at a time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--page", options->page, "write the report as a page: FILE.html");
  command->add_option("--certificate", options->certificate,
                      "write the signed certificate of a submitted model: FILE.json");
  command->add_option("--days", options->days, "for how long the certificate is good")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  command->add_option("--db", options->database, "the register; default: the user's register.db");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example: longmen exam parser --vertical bank --page report.html");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
