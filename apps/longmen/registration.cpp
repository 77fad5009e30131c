#include "registration.h"

#include <fmt/format.h>

#include <chrono>

#include "agent/embedded_agent.h"
#include "agent/parser.h"
#include "exam/inputs.h"
#include "paths.h"
#include "registry/ledger.h"
#include "trust/key_store.h"

namespace longmen::app {
namespace {

Result<trust::TrustRoots> roots_here() {
  const auto store = trust::KeyStore::of_user();
  if (!store) return tl::make_unexpected(store.error());
  return trust::trusted_here(project_folder() / "rules" / "trust.yaml", *store);
}

}  // namespace

std::int64_t unix_time_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Result<std::string> register_database(const std::string& option) {
  if (!option.empty()) return option;
  const auto folder = trust::data_folder();
  if (!folder) return tl::make_unexpected(folder.error());
  std::error_code error;
  std::filesystem::create_directories(*folder, error);
  return "sqlite3://" + (*folder / "register.db").string();
}

Result<registry::Register> open_register(const std::string& option) {
  const auto database = register_database(option);
  if (!database) return tl::make_unexpected(database.error());
  auto roots = roots_here();
  if (!roots) return tl::make_unexpected(roots.error());
  return registry::Register::open(*database, std::move(*roots));
}

Result<void> remember_acts(const std::vector<registry::HistoryLine>& acts,
                           const std::string& option) {
  const auto database = register_database(option);
  if (!database) return tl::make_unexpected(database.error());
  const auto folder = trust::data_folder();
  if (!folder) return tl::make_unexpected(folder.error());
  std::error_code error;
  std::filesystem::create_directories(*folder, error);
  return registry::remember_history(acts, registry::shown_database(*database),
                                    *folder / "register_seen.json");
}

bool is_shipped(const std::string& model) {
  return model == agent::Parser::kModel || model == agent::EmbeddedAgent::kModel;
}

Result<Admission> admission_of(const std::string& model, const world::World& world,
                               const std::string& option) {
  const auto models = open_register(option);
  if (!models) return tl::make_unexpected(models.error());
  const auto entry = models->entry_of_identity("endpoint:" + model);
  if (!entry && entry.error().code == ErrorCode::kNotFound)
    return fail(ErrorCode::kNotFound, fmt::format("model '{}' is not in the register", model),
                "register");
  if (!entry) return tl::make_unexpected(entry.error());
  const auto acts = models->prove(entry->name);
  if (!acts) return tl::make_unexpected(acts.error());
  if (auto seen = remember_acts(*acts, option); !seen) return tl::make_unexpected(seen.error());
  const auto inputs = exam::inputs_of(project_folder(), world.folder, LONGMEN_EMBEDDING_WEIGHTS);
  if (!inputs) return tl::make_unexpected(inputs.error());
  const auto admitted =
      models->admit(entry->name, entry->identity, world.name, *inputs, unix_time_s());
  if (!admitted) return tl::make_unexpected(admitted.error());
  const auto database = register_database(option);
  if (!database) return tl::make_unexpected(database.error());
  auto roots = roots_here();
  if (!roots) return tl::make_unexpected(roots.error());
  auto watch =
      registry::Watch::start(*database, *roots, entry->name, entry->identity, world.name, *inputs);
  if (!watch) return tl::make_unexpected(watch.error());
  return Admission{entry->name, std::move(*watch)};
}

std::function<bool()> is_admitted_by(const registry::Watch* watch) {
  if (watch == nullptr) return {};
  return [watch] { return watch->is_admitted(); };
}

}  // namespace longmen::app
