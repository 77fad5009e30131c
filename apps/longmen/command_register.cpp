#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "commands.h"
#include "registration.h"
#include "registry/ballot.h"
#include "trust/key_store.h"

namespace longmen::app {
namespace {

using Json = nlohmann::ordered_json;

struct RegisterOptions {
  std::string what;  ///< card, model, certificate or member
  std::string by;
  std::string why;
  std::string organisation, role, key;
  std::string vote;
  int days = 365;
  std::string database;
  bool json = false;
};

/// Where a member's private keys are on this machine.
Result<std::filesystem::path> member_folder(const std::string& member) {
  if (member.empty() || member.find('/') != std::string::npos || member[0] == '.')
    return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is no member's name", member),
                "--as");
  const auto folder = trust::data_folder();
  if (!folder) return tl::make_unexpected(folder.error());
  return *folder / "members" / member;
}

/// A member's private key; made at first need.
Result<trust::SigningKey> key_of(const std::string& member) {
  const auto folder = member_folder(member);
  if (!folder) return tl::make_unexpected(folder.error());
  return trust::KeyStore(*folder).key(trust::KeyUse::kCertificate);
}

Json entry_object(const registry::Entry& entry, bool is_full) {
  Json json = {{"name", entry.name},
               {"identity", entry.identity},
               {"organisation", entry.organisation},
               {"standing", registry::name_of(entry.standing)},
               {"expires_s", entry.expires_s}};
  auto certificates = Json::array();
  for (const registry::Certificate& c : entry.certificates) {
    Json one = {{"vertical", c.vertical}, {"passed", c.is_passed}, {"expires_s", c.expires_s}};
    if (is_full) {
      one["bank_sha256"] = c.bank;
      one["inputs"] = Json::object();
      for (const registry::Input& input : c.inputs) one["inputs"][input.name] = input.sha256;
      one["program_sha256"] = c.program;
      one["carried_out"] = c.carried_out;
      one["goals_met"] = c.goals_met;
      one["scores"] = Json::parse(c.scores, nullptr, false);
    }
    certificates.push_back(std::move(one));
  }
  json["certificates"] = std::move(certificates);
  if (is_full) json["card"] = entry.card;
  return json;
}

void print_entry(const registry::Entry& entry) {
  std::cout << fmt::format("{:20} {:10} {:14} {}\n", entry.name, registry::name_of(entry.standing),
                           entry.organisation, entry.identity);
  for (const registry::Certificate& c : entry.certificates)
    std::cout << fmt::format("  {:10} {}, {} goals met of {} carried out\n", c.vertical,
                             c.is_passed ? "passed" : "failed", c.goals_met, c.carried_out);
}

using Act = std::function<Result<void>(registry::Register&, const trust::SigningKey&)>;

int act(const RegisterOptions& options, const Act& what) {
  auto models = open_register(options.database);
  if (!models) return refuse(models.error());
  const auto key = key_of(options.by);
  if (!key) return refuse(key.error());
  if (const auto done = what(*models, *key); !done) return refuse(done.error());
  std::cout << "done\n";
  return kExitGoalMet;
}

int add_card(const RegisterOptions& options) {
  const auto card = registry::Card::load(options.what);
  if (!card) return refuse(card.error());
  return act(options, [&](registry::Register& models, const trust::SigningKey& key) {
    return models.submit(*card, options.by, key, unix_time_s());
  });
}

/// Signs a card's weights with the member's key of Model Signing, and says what goes into the card.
int sign_weights(const RegisterOptions& options) {
  const std::filesystem::path file = options.what;
  std::ifstream in(file);
  if (!in) return refuse({ErrorCode::kNotFound, "there is no such card", options.what});
  auto card = registry::Card::parse({std::istreambuf_iterator<char>(in), {}}, options.what);
  if (!card) return refuse(card.error());
  if (card->weights.empty())
    return refuse({ErrorCode::kInvalidArgument, "only weights are signed", options.what});
  if (card->signature.empty()) card->signature = "model.sig";
  const auto folder = member_folder(options.by);
  if (!folder) return refuse(folder.error());
  const auto key = registry::ModelKey::of_file(*folder / "model_signing.pem");
  if (!key) return refuse(key.error());
  const auto weights = registry::hashed(file.parent_path(), card->weights);
  if (!weights) return refuse(weights.error());
  const std::filesystem::path signature = file.parent_path() / card->signature;
  std::ofstream out(signature, std::ios::binary | std::ios::trunc);
  out << registry::sign_model(card->name, *weights, {file.filename(), card->signature}, *key)
      << std::flush;
  if (!out) return refuse({ErrorCode::kIo, "cannot be written", signature.string()});
  std::cout << fmt::format("sha256: {}\nsignature: {}\nsigning_key: |\n",
                           registry::digest_of_weights(*weights).hex(), card->signature);
  std::istringstream pem(key->public_pem());
  for (std::string line; std::getline(pem, line);) std::cout << "  " << line << '\n';
  std::cerr << "signed: " << signature.string() << "; the lines above belong in the card\n";
  return kExitGoalMet;
}

int add_member(const RegisterOptions& options) {
  const auto role = registry::role_of(options.role);
  if (!role) return refuse(role.error());
  registry::Member member{options.what, options.organisation, *role, options.key};
  if (member.key.empty()) {
    const auto own = key_of(member.name);
    if (!own) return refuse(own.error());
    member.key = own->public_key().text();
  } else if (auto key = trust::PublicKey::parse(member.key); !key) {
    return refuse(key.error());
  }
  return act(options, [&](registry::Register& models, const trust::SigningKey& key) {
    return models.add_member(member, options.by, key, unix_time_s());
  });
}

int certify(const RegisterOptions& options) {
  std::ifstream in(options.what, std::ios::binary);
  if (!in) return refuse({ErrorCode::kNotFound, "cannot be read", options.what});
  std::string envelope(2u << 20, '\0');
  in.read(envelope.data(), static_cast<std::streamsize>(envelope.size()));
  envelope.resize(static_cast<std::size_t>(in.gcount()));
  while (!envelope.empty() && envelope.back() == '\n') envelope.pop_back();
  return act(options, [&](registry::Register& models, const trust::SigningKey& key) {
    return models.certify(envelope, options.by, key, unix_time_s());
  });
}

int approve(const RegisterOptions& options) {
  return act(options, [&](registry::Register& models, const trust::SigningKey& key) {
    const std::int64_t now_s = unix_time_s();
    return models.approve(options.what, now_s + std::int64_t{86400} * options.days, options.by, key,
                          now_s);
  });
}

/// Says nothing to the register: whoever counts holds the line to the member's key there.
int vote(const RegisterOptions& options) {
  const auto key = key_of(options.by);
  if (!key) return refuse(key.error());
  const std::int64_t time_us = std::chrono::duration_cast<std::chrono::microseconds>(
                                   std::chrono::system_clock::now().time_since_epoch())
                                   .count();
  std::cout << registry::sign_ballot(options.what, options.by, options.vote == "for", time_us, *key)
            << '\n';
  return kExitGoalMet;
}

int list(const RegisterOptions& options) {
  const auto models = open_register(options.database);
  if (!models) return refuse(models.error());
  const auto entries = models->entries();
  if (!entries) return refuse(entries.error());
  auto json = Json::array();
  for (const registry::Entry& entry : *entries) {
    if (options.json)
      json.push_back(entry_object(entry, false));
    else
      print_entry(entry);
  }
  if (options.json) std::cout << Json{{"models", json}}.dump() << '\n';
  return kExitGoalMet;
}

int show(const RegisterOptions& options) {
  const auto models = open_register(options.database);
  if (!models) return refuse(models.error());
  const auto entry = models->entry(options.what);
  if (!entry) return refuse(entry.error());
  if (options.json)
    std::cout << entry_object(*entry, true).dump() << '\n';
  else
    print_entry(*entry);
  return kExitGoalMet;
}

int history(const RegisterOptions& options) {
  const auto models = open_register(options.database);
  if (!models) return refuse(models.error());
  const auto lines = models->history();
  if (!lines) return refuse(lines.error());
  if (const auto seen = remember_acts(*lines, options.database); !seen) return refuse(seen.error());
  auto json = Json::array();
  for (const registry::HistoryLine& line : *lines) {
    if (options.json)
      json.push_back({{"number", line.number},
                      {"time_s", line.time_s},
                      {"member", line.member},
                      {"action", line.action},
                      {"model", line.model},
                      {"detail", line.detail}});
    else
      std::cout << fmt::format("{:5} {} {:10} {:8} {} {}\n", line.number, line.time_s, line.member,
                               line.action, line.model, line.detail);
  }
  if (options.json) std::cout << Json{{"history", json}}.dump() << '\n';
  return kExitGoalMet;
}

}  // namespace

void add_register(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "register", "Which models may drive the robot: submit, examine, approve, suspend, revoke");
  command->require_subcommand(1);
  command->footer(
      "Members' private keys are in $XDG_DATA_HOME/longmen/members (else ~/.local/share), mode "
      "0600.\nExample: longmen register add card.yaml --as sam");
  const auto add = [&](const char* name, const char* words, const char* what, auto&& run,
                       bool is_act) {
    auto options = std::make_shared<RegisterOptions>();
    CLI::App* sub = command->add_subcommand(name, words);
    if (*what != '\0') sub->add_option(what, options->what)->required();
    sub->add_option(
        "--db", options->database,
        "sqlite3://FILE or postgresql://HOST/DATABASE; default: the user's register.db");
    if (is_act)
      sub->add_option("--as", options->by, "the member who does it")->required();
    else
      sub->add_flag("--json", options->json, "print one JSON object");
    sub->callback([options, run, &exit_code] { exit_code = run(*options); });
    return std::pair(sub, options);
  };
  const auto end = [](bool is_final) {
    return [is_final](const RegisterOptions& options) {
      return act(options, [&](registry::Register& models, const trust::SigningKey& key) {
        return is_final ? models.revoke(options.what, options.why, options.by, key, unix_time_s())
                        : models.suspend(options.what, options.why, options.by, key, unix_time_s());
      });
    };
  };
  add("sign", "Sign the weights of a card (OpenSSF Model Signing); prints the lines for the card",
      "card", sign_weights, true);
  add("add", "Submit a model by its card", "card", add_card, true);
  const auto [member, member_options] = add(
      "member", "Add a member; the first is a registrar and adds itself", "name", add_member, true);
  member->add_option("--organisation", member_options->organisation)->required();
  member->add_option("--role", member_options->role, "submitter, examiner, registrar or auditor")
      ->required();
  member->add_option("--key", member_options->key,
                     "public key; default: that of a key pair made here");
  add("certify", "File a certificate that an exam gave", "file", certify, true);
  for (const char* name : {"approve", "renew"}) {
    const auto [sub, options] = add(name, "Let an examined model work", "model", approve, true);
    sub->add_option("--days", options->days, "for how long")
        ->check(CLI::Range(1, 3650))
        ->capture_default_str();
  }
  for (const bool is_final : {false, true}) {
    const auto [sub, options] =
        add(is_final ? "revoke" : "suspend",
            is_final ? "End a model's work for good, also where it runs now"
                     : "Stop a model's work until it is renewed, also where it runs now",
            "model", end(is_final), true);
    sub->add_option("--why", options->why)->required();
  }
  const auto [ballot, ballot_options] =
      add("vote", "Print a signed ballot on a proposal of the page, by the mark that stands there",
          "mark", vote, true);
  ballot->add_option("vote", ballot_options->vote, "for or against")
      ->required()
      ->check(CLI::IsMember({"for", "against"}));
  add("list", "All models", "", list, false);
  add("show", "One model with its card and certificates", "model", show, false);
  add("history", "Every act, after checking that none was altered", "", history, false);
}

}  // namespace longmen::app
