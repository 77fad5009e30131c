// What the register answers when many clients share it, and what is left when some are killed.
//   register_bench DATABASE [CLIENTS] [SECONDS] [MODELS]     (DATABASE: an empty one, as --db takes
//   it)
// Each client has a connection of its own and calls once a second: 99 times of 100 it asks whether
// a model may work, as a robot does while it works; once it writes an act. A tenth of the clients
// is killed in the middle of it all, and at the end the rest. Clients whose server is gone come
// again. Times are of calls; coming, with a first look at the certificate, is not among them.

#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <thread>
#include <vector>

#include "core/random.h"
#include "registry/register.h"

namespace {

using namespace longmen;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kNow_s = 1'800'000'000;
constexpr std::int64_t kYear_s = 365 * 24 * 3600;
constexpr int kProcesses = 10;
constexpr int kCallsOfOneAct = 100;
constexpr int kCallsMax = 400;

/// What one client did; in memory that outlives its process.
struct Client {
  std::atomic<bool> is_there{false}, begins{false};
  std::atomic<int> looks{0}, acts{0}, failures{0};
  float look_ms[kCallsMax], act_ms[kCallsMax];
};

struct World {
  std::string database;
  int clients = 1000, models = 100;
  double seconds = 20.0;
  trust::SigningKey exam = trust::SigningKey::make("lab").value();
  trust::SigningKey registrar = trust::SigningKey::make("rita").value();
  trust::SigningKey submitter = trust::SigningKey::make("sam").value();
  trust::SigningKey examiner = trust::SigningKey::make("eva").value();
  trust::SigningKey auditor = trust::SigningKey::make("ada").value();
  trust::TrustRoots roots;
};

std::string model_name(int i) { return fmt::format("model-{}", i); }
std::string identity(int i) { return fmt::format("sha256:{:064d}", i); }

std::vector<registry::Input> inputs() {
  std::vector<registry::Input> all;
  for (int i = 0; i < 40; ++i)
    all.push_back({fmt::format("rules/{:02d}.yaml", i), fmt::format("{:064x}", i)});
  return all;
}

void demand(const Result<void>& done) {
  if (done) return;
  fmt::print(stderr, "{}\n", done.error().text());
  std::_Exit(2);
}

registry::Register opened(const World& world) {
  auto models = registry::Register::open(world.database, world.roots);
  if (!models) demand(tl::make_unexpected(models.error()));
  return std::move(*models);
}

void fill(const World& world) {
  registry::Register models = opened(world);
  using registry::Role;
  const auto add = [&](const char* name, const char* house, Role role,
                       const trust::SigningKey& key) {
    demand(models.add_member({name, house, role, key.public_key().text()}, "rita", world.registrar,
                             kNow_s));
  };
  add("rita", "authority", Role::kRegistrar, world.registrar);
  add("sam", "acme", Role::kSubmitter, world.submitter);
  add("eva", "lab", Role::kExaminer, world.examiner);
  add("ada", "audit", Role::kAuditor, world.auditor);
  for (int i = 0; i < world.models; ++i) {
    registry::Card card;
    card.name = model_name(i);
    card.organisation = "acme";
    card.identity = identity(i);
    card.text = "name: " + card.name;
    demand(models.submit(card, "sam", world.submitter, kNow_s));
    const registry::Certificate certificate{.model = card.name,
                                            .identity = card.identity,
                                            .vertical = "factory",
                                            .is_passed = true,
                                            .bank = "b",
                                            .program = "p",
                                            .inputs = inputs(),
                                            .carried_out = registry::kCarriedOut_min,
                                            .goals_met = registry::kCarriedOut_min,
                                            .scores = R"({"x":1})",
                                            .issued_s = kNow_s,
                                            .expires_s = kNow_s + kYear_s};
    demand(
        models.certify(sign_certificate(certificate, world.exam), "eva", world.examiner, kNow_s));
    demand(models.approve(card.name, kNow_s + kYear_s, "rita", world.registrar, kNow_s));
  }
}

/// One client, until it is killed.
void live(const World& world, int number, Client& client) {
  Random random(static_cast<std::uint64_t>(number) + 1);
  // Every second model is suspended again and again; the others work, one for each client.
  const int model = 2 * (number % (world.models / 2));
  const std::vector<registry::Input> now = inputs();
  std::unique_ptr<registry::Register> models;
  const auto look = [&] {
    return models->admit(model_name(model), identity(model), "factory", now, kNow_s);
  };
  const auto connect = [&] {
    while (!models) {
      auto own = registry::Register::open(world.database, world.roots);
      if (own) models = std::make_unique<registry::Register>(std::move(*own));
      if (!own || !look()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  };
  connect();
  client.is_there = true;
  while (!client.begins) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto start = Clock::now() + std::chrono::microseconds(
                                        static_cast<std::int64_t>(1e6 * random.uniform(0.0, 1.0)));
  for (int call = 0;; ++call) {
    std::this_thread::sleep_until(start + std::chrono::seconds(call));
    connect();
    const bool is_act = (call + number) % kCallsOfOneAct == 0;
    const auto begin = Clock::now();
    Result<void> done;
    if (is_act)
      done = models->suspend(model_name(model + 1),
                             fmt::format("client {} act {}", number, client.acts.load() + 1), "ada",
                             world.auditor, kNow_s);
    else
      done = look();
    const auto ms = std::chrono::duration<float, std::milli>(Clock::now() - begin).count();
    if (!done && done.error().code == ErrorCode::kIo) {
      ++client.failures;
      models.reset();
      continue;
    }
    std::atomic<int>& count = is_act ? client.acts : client.looks;
    (is_act ? client.act_ms : client.look_ms)[count] = ms;
    ++count;  // acknowledged
  }
}

void report(const char* what, std::vector<float> ms) {
  if (ms.empty()) return;
  std::sort(ms.begin(), ms.end());
  const auto at = [&](double q) {
    return ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))];
  };
  fmt::print("{:<6} n {:>6}  p50 {:.2f}  p99 {:.2f}  p99.9 {:.2f}  max {:.2f} ms\n", what,
             ms.size(), at(0.5), at(0.99), at(0.999), ms.back());
}

/// How many acts were acknowledged and are not in the history.
int lost(const World& world, const Client* clients) {
  auto history = opened(world).history();
  if (!history) demand(tl::make_unexpected(history.error()));
  std::map<std::string, int> found;
  for (const registry::HistoryLine& line : *history) ++found[line.detail];
  int missing = 0, acknowledged = 0;
  for (int i = 0; i < world.clients; ++i)
    for (int act = 1; act <= clients[i].acts; ++act, ++acknowledged)
      if (found[fmt::format("client {} act {}", i, act)] == 0) ++missing;
  fmt::print("acts acknowledged {}, in the history {}, lost {}\n", acknowledged,
             history->size() - 4 - 3 * static_cast<std::size_t>(world.models), missing);
  return missing;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: register_bench DATABASE [CLIENTS] [SECONDS] [MODELS]\n");
    return 2;
  }
  World world;
  world.database = argv[1];
  if (argc > 2) world.clients = std::atoi(argv[2]);
  if (argc > 3) world.seconds = std::min<double>(std::atof(argv[3]), kCallsMax - 1);
  if (argc > 4) world.models = std::atoi(argv[4]);
  world.roots.add({trust::KeyUse::kCertificate, world.exam.public_key(), "the bench"});
  fill(world);

  const std::size_t bytes = sizeof(Client) * static_cast<std::size_t>(world.clients);
  auto* clients = static_cast<Client*>(
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (clients == MAP_FAILED) return 2;
  std::vector<pid_t> processes;
  for (int p = 0; p < kProcesses; ++p) {
    const pid_t child = fork();
    if (child == 0) {
      std::vector<std::thread> threads;
      for (int i = p; i < world.clients; i += kProcesses)
        threads.emplace_back([&world, i, &client = clients[i]] { live(world, i, client); });
      for (std::thread& thread : threads) thread.join();
    }
    processes.push_back(child);
  }
  for (int i = 0; i < world.clients; ++i)
    while (!clients[i].is_there) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  for (int i = 0; i < world.clients; ++i) clients[i].begins = true;
  std::this_thread::sleep_for(std::chrono::duration<double>(0.5 * world.seconds));
  kill(processes[0], SIGKILL);
  std::this_thread::sleep_for(std::chrono::duration<double>(0.5 * world.seconds));
  for (const pid_t process : processes) kill(process, SIGKILL);
  for (const pid_t process : processes) waitpid(process, nullptr, 0);

  std::vector<float> looks, acts;
  int failures = 0;
  for (int i = 0; i < world.clients; ++i) {
    looks.insert(looks.end(), clients[i].look_ms, clients[i].look_ms + clients[i].looks);
    acts.insert(acts.end(), clients[i].act_ms, clients[i].act_ms + clients[i].acts);
    failures += clients[i].failures;
  }
  fmt::print("{} clients, {:g} s, {} models\n", world.clients, world.seconds, world.models);
  report("looks", looks);
  report("acts", acts);
  fmt::print("calls that failed {}\n", failures);
  return lost(world, clients) == 0 ? 0 : 1;
}
