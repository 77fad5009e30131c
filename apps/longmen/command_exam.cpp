#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "agent/embedder.h"
#include "agents.h"
#include "commands.h"
#include "exam/carry_out.h"
#include "exam/exam.h"
#include "exam/inputs.h"
#include "paths.h"
#include "registration.h"
#include "trust/key_store.h"
#include "world/world.h"

namespace longmen::app {
namespace {

struct ExamOptions {
  std::string model;
  std::string vertical = "factory";
  std::uint64_t seed = 0;
  std::string robot = "qinglong";
  std::size_t carry_out = 0;
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
Result<registry::Entry> entry_of(const ExamOptions& options) {
  const auto models = open_register(options.database);
  if (!models) return tl::make_unexpected(models.error());
  const auto entries = models->entries();
  if (!entries) return tl::make_unexpected(entries.error());
  for (const registry::Entry& entry : *entries)
    if (entry.identity == "endpoint:" + options.model) return entry;
  return fail(ErrorCode::kNotFound,
              fmt::format("'{}' is not in the register: submit its card first", options.model),
              "--certificate");
}

Result<void> certify_exam(const ExamOptions& options, const exam::Report& report,
                          std::vector<registry::Input> inputs) {
  const auto entry = entry_of(options);
  if (!entry) return tl::make_unexpected(entry.error());
  const auto program = registry::digest_of_file("/proc/self/exe");
  if (!program) return tl::make_unexpected(program.error());
  const auto store = trust::KeyStore::of_user();
  if (!store) return tl::make_unexpected(store.error());
  const auto key = store->key(trust::KeyUse::kCertificate);
  if (!key) return tl::make_unexpected(key.error());
  registry::Certificate certificate;
  certificate.model = entry->name;
  certificate.identity = entry->identity;
  certificate.vertical = report.vertical;
  certificate.is_passed = report.is_passed;
  certificate.bank = report.bank.hex();
  certificate.inputs = std::move(inputs);
  certificate.program = program->hex();
  certificate.scores = exam::scores_json(report);
  certificate.issued_s = unix_time_s();
  certificate.expires_s = certificate.issued_s + std::int64_t{86400} * options.days;
  return write(options.certificate, registry::sign_certificate(certificate, *key) + "\n");
}

int run(const ExamOptions& options) {
  const auto robot = find_robot(options.robot);
  if (!robot) return refuse(robot.error());
  const auto agent = make_agent(options.model);
  if (!agent) return refuse(agent.error());
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
  if (options.carry_out > 0) {
    const auto carried = exam::carry_out(
        {project_folder(), *robot, *folder, options.carry_out, options.seed, options.jobs}, report);
    if (!carried) return refuse(carried.error());
  }
  if (!options.page.empty())
    if (auto done = write(options.page, exam::report_page(report)); !done)
      return refuse(done.error());
  if (!options.certificate.empty())
    if (auto done = certify_exam(options, report, std::move(*inputs)); !done)
      return refuse(done.error());
  if (options.json) {
    std::cout << exam::report_json(report) << '\n';
  } else {
    const auto line = [](const std::string& name, const exam::Score& s) {
      std::cout << fmt::format(
          "{:26} {:5} cases {:5} groups  right {:5.1f} %  (95 % low {:5.1f} %)\n", name, s.cases,
          s.groups, 100 * s.share, 100 * s.share_low);
    };
    for (const auto& [name, score] : report.sections) line(name, score);
    line("capability", report.capability);
    line("lookalike", report.lookalike);
    line("risk", report.risk);
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
  command->add_option("model", options->model, kModelHelp)->required();
  command->add_option("--vertical", options->vertical, "factory, bank, park, or a world's folder")
      ->capture_default_str();
  command
      ->add_option("--seed", options->seed,
                   "0 draws the public practice exam; an examiner's secret number a sealed one")
      ->capture_default_str();
  command
      ->add_option("--carry-out", options->carry_out,
                   "how many of the approved plans are carried out in simulation")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
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
