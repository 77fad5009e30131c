#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "agents.h"
#include "commands.h"
#include "paths.h"
#include "registration.h"
#include "server/http_server.h"
#include "server/service.h"
#include "world/world.h"

namespace longmen::app {
namespace {

struct ServeOptions {
  std::string world = "factory";
  std::string robot = "qinglong";
  std::string model = "embedded";
  std::string host = "127.0.0.1";
  std::string name;
  std::vector<std::string> tls;
  std::string database;
  std::uint16_t port = 8787;
  std::uint64_t seed = 1;
  bool practice = false;
  bool operators_by_quiz = false;
};

/// Values of Host by which this server may be reached: no other, so that no foreign name that is
/// made to point here speaks through a browser.
std::vector<std::string> hosts_of(const ServeOptions& options, std::uint16_t port) {
  std::vector<std::string> names = {"127.0.0.1", "localhost", "[::1]", options.host};
  if (!options.name.empty()) names.push_back(options.name);
  std::vector<std::string> hosts = names;
  for (const std::string& name : names) hosts.push_back(fmt::format("{}:{}", name, port));
  return hosts;
}

void print_links(const server::Access& access, const std::string& base) {
  std::cout << "Longmen is open. Links, good for 24 hours; whoever has one has its role:\n";
  const std::pair<server::Role, const char*> roles[] = {
      {server::Role::kOperator, "operator      "},
      {server::Role::kSafetyOfficer, "safety officer"},
      {server::Role::kRegistrar, "registrar     "}};
  for (const auto& [role, words] : roles)
    std::cout << fmt::format("  {}  {}/#token={}\n", words, base, access.token(role));
  std::cout << fmt::format("  everyone        {}/   (2 s late, without operators' words)\n", base)
            << std::flush;
}

int run(const ServeOptions& options) {
  const auto world_folder = world::find_world(options.world, project_folder() / "worlds");
  if (!world_folder) return refuse(world_folder.error());
  const auto robot_folder = find_robot(options.robot);
  if (!robot_folder) return refuse(robot_folder.error());
  if (const auto agent = make_agent(options.model); !agent) return refuse(agent.error());
  const auto world = world::load_world(*world_folder);
  if (!world) return refuse(world.error());
  std::string registered;  // the model's name in the register
  if (!is_shipped(options.model) && !options.practice) {
    const auto admitted = admission_of(options.model, *world, options.database);
    if (!admitted) {
      std::cerr << admitted.error().text()
                << " (--practice lets an unregistered model act in simulation)\n";
      return kExitRefused;
    }
    registered = admitted->name;
  }
  boost::asio::io_context context(1);
  auto http = server::HttpServer::listen(context, options.host, options.port);
  if (!http) return refuse(http.error());
  if (!options.tls.empty())
    if (auto done = (*http)->use_tls(options.tls[0], options.tls[1]); !done)
      return refuse(done.error());
  const std::uint16_t port = (*http)->port();
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  server::ServiceConfig config;
  config.web_folder = project_folder() / "web" / "dist";
  config.state_folder = project_folder() / "runs" / fmt::format("serve-{}", port);
  config.robot_command = {program,   "live",
                          "--world", world_folder->string(),
                          "--robot", robot_folder->string(),
                          "--seed",  std::to_string(options.seed)};
  config.mind_command = {program,   "mind",       "--world", world_folder->string(),
                         "--model", options.model};
  if (!registered.empty()) {
    config.mind_command.insert(config.mind_command.end(), {"--registered-as", registered});
    config.robot_command.insert(config.robot_command.end(), {"--model", options.model});
    if (!options.database.empty())
      config.robot_command.insert(config.robot_command.end(), {"--db", options.database});
  }
  if (options.practice) config.robot_command.push_back("--practice");
  config.agent_command = {program, "mcp", "--world", world_folder->string()};
  config.why_command = {program, "why"};
  config.report_command = {program, "report"};
  config.quiz_file = project_folder() / "rules" / "quiz" / "operators.yaml";
  config.quiz_makes_operators = options.operators_by_quiz;
  config.speech_program = kSpeechProgram;
  const auto database = register_database(options.database);
  if (!database) return refuse(database.error());
  config.archive = {*database, project_folder(), LONGMEN_EMBEDDING_WEIGHTS};
  config.hosts = hosts_of(options, port);
  auto service = server::Service::create(context, std::move(config));
  if (!service) return refuse(service.error());
  (*http)->start(**service);
  print_links((*service)->access(),
              fmt::format("{}://{}:{}", options.tls.empty() ? "http" : "https",
                          options.name.empty() ? options.host : options.name, port));

  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    std::cerr << "closing: the robot comes to a stand and ends its record\n";
    (*http)->stop();
    (*service)->shut_down();
    // Goodbyes that are not answered must not keep us.
    auto patience = std::make_shared<boost::asio::steady_timer>(context, std::chrono::seconds(1));
    patience->async_wait(
        [&context, patience](const boost::system::error_code&) { context.stop(); });
  });
  context.run();
  return kExitGoalMet;
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand(
      "serve", "Open the window: a live page of a simulated robot, for this machine's browser");
  command->add_option("--world", options->world, "name of a world, or its folder")
      ->capture_default_str();
  command->add_option("--robot", options->robot, "name of a robot, or its folder")
      ->capture_default_str();
  command->add_option("--model", options->model, kModelHelp)->capture_default_str();
  command->add_flag("--practice", options->practice,
                    "let a model that is not registered act; simulation only");
  command
      ->add_option("--host", options->host,
                   "address to listen at; others than 127.0.0.1 let in "
                   "other machines")
      ->capture_default_str();
  command->add_option("--name", options->name, "name by which browsers reach it, if not --host");
  command->add_option("--tls", options->tls, "speak TLS only: chain of certificates, private key")
      ->expected(2)
      ->type_name("CERT KEY");
  command->add_flag("--operators-by-quiz", options->operators_by_quiz,
                    "whoever passes the quiz of the page may drive, for that session; without it "
                    "the quiz gives no role");
  command->add_option("--port", options->port, "0: any that is free")->capture_default_str();
  command->add_option("--seed", options->seed, "of the plant's errors and the sensors' noise")
      ->check(CLI::Range(std::uint64_t{0}, kSeedMax))
      ->capture_default_str();
  command->add_option("--db", options->database,
                      "the register of models; default: the user's register.db");
  command->footer("Example: longmen serve --world factory");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
