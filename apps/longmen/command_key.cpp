#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "commands.h"
#include "gate/plan/pack_files.h"
#include "paths.h"
#include "record/machine_log.h"
#include "trust/key_store.h"

namespace longmen::app {
namespace {

struct KeyOptions {
  std::string use = "record";
  bool json = false;
};

int print(const trust::PublicKey& key, const KeyOptions& options) {
  if (options.json)
    std::cout << nlohmann::ordered_json{{"use", options.use}, {"key", key.text()}}.dump() << '\n';
  else
    std::cout << key.text() << '\n';
  return kExitGoalMet;
}

/// make: the key in force, made if there is none. rotate: a new one.
int make(const KeyOptions& options, bool is_new) {
  const auto use = trust::use_of(options.use);
  if (!use) return refuse(use.error());
  const auto store = trust::KeyStore::of_user();
  if (!store) return refuse(store.error());
  const auto key = is_new ? store->rotate(*use) : store->key(*use);
  if (!key) return refuse(key.error());
  if (is_new) {  // what was in force when can be seen afterwards
    const auto log = record::MachineLog::of_user();
    if (!log) return refuse(log.error());
    if (auto added = log->add("key", {{"use", options.use}, {"key", key->public_key().text()}});
        !added)
      return refuse(added.error());
  }
  return print(key->public_key(), options);
}

int show_key(const KeyOptions& options) {
  const auto use = trust::use_of(options.use);
  if (!use) return refuse(use.error());
  const auto store = trust::KeyStore::of_user();
  if (!store) return refuse(store.error());
  const auto keys = store->public_keys(*use);
  if (!keys) return refuse(keys.error());
  if (keys->empty())
    return refuse({ErrorCode::kNotFound,
                   fmt::format("this machine has no key for '{0}' yet; './longmen key make {0}' "
                               "makes one",
                               options.use),
                   {}});
  return print(keys->back(), options);
}

int list_keys(const KeyOptions& options) {
  const auto store = trust::KeyStore::of_user();
  if (!store) return refuse(store.error());
  const auto roots = trust::trusted_here(project_folder() / "rules" / "trust.yaml", *store);
  if (!roots) return refuse(roots.error());
  auto json = nlohmann::ordered_json::array();
  for (const auto& root : roots->roots()) {
    if (options.json)
      json.push_back(
          {{"use", trust::name_of(root.use)}, {"holder", root.holder}, {"key", root.key.text()}});
    else
      std::cout << fmt::format("{:12} {:14} {}\n", trust::name_of(root.use), root.holder,
                               root.key.text());
  }
  if (options.json) std::cout << nlohmann::ordered_json{{"keys", json}}.dump() << '\n';
  return kExitGoalMet;
}

/// Signs the rules on words and plans as they are now: rules/plan/pack.note.
int sign_rules(const KeyOptions& options) {
  const std::filesystem::path rules = project_folder() / "rules";
  std::error_code error;
  std::filesystem::remove(rules / "plan" / "pack.note", error);  // the old one is void
  const auto files = gate::plan::PackFiles::load(rules, gate::plan::PackFiles::Check::kUnsigned);
  if (!files) return refuse(files.error());
  const auto store = trust::KeyStore::of_user();
  if (!store) return refuse(store.error());
  const auto key = store->key(trust::KeyUse::kRules);
  if (!key) return refuse(key.error());
  auto note = trust::SignedNote::make(files->manifest());
  if (!note) return refuse(note.error());
  note->sign(*key);
  std::ofstream out(rules / "plan" / "pack.note", std::ios::binary);
  out << note->bytes();
  out.close();
  if (!out) return refuse({ErrorCode::kIo, "cannot be written", rules / "plan" / "pack.note"});
  return print(key->public_key(), options);
}

}  // namespace

void add_key(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "key", "This machine's keys, which sign records, rule packs, certificates and co-signatures");
  command->require_subcommand(1);
  command->footer(
      "Private keys are in $XDG_DATA_HOME/longmen/keys (else ~/.local/share), mode 0600; what else "
      "is trusted, in rules/trust.yaml.\nExample: longmen key show record");
  const auto add = [&](const char* name, const char* what, auto&& act, bool has_use) {
    auto options = std::make_shared<KeyOptions>();
    CLI::App* sub = command->add_subcommand(name, what);
    if (has_use)
      sub->add_option("use", options->use, "record, rules, certificate or witness")
          ->capture_default_str();
    sub->add_flag("--json", options->json, "print one JSON object");
    sub->callback([options, act, &exit_code] { exit_code = act(*options); });
  };
  add(
      "make", "Make the key if there is none, and print its public half",
      [](const KeyOptions& options) { return make(options, false); }, true);
  add("show", "Print the public half of the key in force", show_key, true);
  add("list", "Print every public key that is trusted here", list_keys, false);
  add(
      "rotate", "Make a new key; the old private half is destroyed, what it signed stays proved",
      [](const KeyOptions& options) { return make(options, true); }, true);
  add(
      "sign-rules", "Sign the rules on words and plans as they are: rules/plan/pack.note",
      [](const KeyOptions& options) {
        return sign_rules(KeyOptions{"rules", options.json});
      },
      false);
}

}  // namespace longmen::app
