#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands.h"
#include "paths.h"
#include "record/machine_log.h"
#include "record/verify.h"
#include "record/witness.h"
#include "trust/key_store.h"

namespace longmen::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

struct VerifyOptions {
  std::string file;
  bool log = false;
  bool witness = false;
  std::string since;
  std::string topic = "/event";
  std::int64_t event = -1;
  std::string proof;
  std::string checkpoint;
  std::vector<std::string> trust;
  bool json = false;
};

/// Damage and missing trust are answers; the rest is bad input.
int refuse_proof(const Error& error, const VerifyOptions& options) {
  const bool is_answer = error.code == ErrorCode::kCorrupt;
  if (options.json && is_answer)
    std::cout << ordered_json{{"proved", false}, {"why", error.text()}}.dump() << '\n';
  std::cerr << error.text() << '\n';
  if (error.code == ErrorCode::kInternal) return kExitDefect;
  return is_answer ? kExitGoalNotMet : kExitBadInput;
}

Result<trust::TrustRoots> roots_of(const VerifyOptions& options, const trust::KeyStore& keys) {
  auto roots = trust::trusted_here(project_folder() / "rules" / "trust.yaml", keys);
  if (!roots) return roots;
  for (const std::string& text : options.trust) {
    auto key = trust::PublicKey::parse(text);
    if (!key) return fail(key.error().code, key.error().message, "--trust");
    const auto use = key->kind() == trust::KeyKind::kCosignature ? trust::KeyUse::kWitness
                                                                 : trust::KeyUse::kRecord;
    roots->add({use, std::move(*key), "--trust"});
  }
  return roots;
}

Result<std::string> read_small(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(64 << 20, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad()) return fail(ErrorCode::kNotFound, "cannot be read", file);
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

Result<void> write_text(const std::string& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text << std::flush;
  if (!stream) return fail(ErrorCode::kIo, "cannot be written", file);
  return {};
}

/// Where cosignatures of witnesses stand in a note: name and time of each that is trusted.
ordered_json witnesses_of(const std::string& bytes, const trust::TrustRoots& roots) {
  auto found = ordered_json::array();
  const auto note = trust::SignedNote::parse(bytes);
  if (!note) return found;
  for (const auto& root : roots.roots())
    if (root.use == trust::KeyUse::kWitness &&
        note->check(root.key) == trust::SignedNote::Check::kSigned)
      found.push_back({{"key", root.key.name()}, {"time_s", note->cosigned_at(root.key)}});
  return found;
}

int verify_proof(const std::string& text, const VerifyOptions& options,
                 const trust::TrustRoots& roots) {
  const auto proof = record::TlogProof::parse(text);
  if (!proof) return refuse_proof(proof.error(), options);
  const auto report = record::check_proof(*proof, roots);
  if (!report) return refuse_proof(report.error(), options);
  if (options.json)
    std::cout << ordered_json{{"proved", true},
                              {"log", report->checkpoint.origin},
                              {"index", proof->index},
                              {"size", report->checkpoint.size},
                              {"signed_by", report->signer.key_name},
                              {"holder", report->signer.holder}}
                     .dump()
              << '\n';
  else
    std::cout << fmt::format("proved: leaf {} of {} in {}\nsigned by {} ({})\n", proof->index,
                             report->checkpoint.size, report->checkpoint.origin,
                             report->signer.key_name, report->signer.holder);
  return kExitGoalMet;
}

int verify_file(const VerifyOptions& options, const trust::TrustRoots& roots) {
  const auto report = record::verify_record(options.file, roots);
  if (!report) {
    // Nobody who is trusted signed it: an answer too, unlike a file that is not there.
    if (report.error().code == ErrorCode::kNotFound && fs::exists(options.file))
      return refuse_proof({ErrorCode::kCorrupt, report.error().message, report.error().where},
                          options);
    return refuse_proof(report.error(), options);
  }
  ordered_json json = {{"proved", report->complete},
                       {"complete", report->complete},
                       {"log", report->checkpoint.origin},
                       {"leaves", report->checkpoint.size},
                       {"root", report->checkpoint.root.hex()},
                       {"messages", report->messages},
                       {"until_s", 1e-9 * static_cast<double>(report->last_ns)},
                       {"checkpoints", report->checkpoints},
                       {"signed_by", report->signer.key_name},
                       {"holder", report->signer.holder}};
  if (!options.since.empty()) {
    const auto note = read_small(options.since);
    if (!note) return refuse_proof(note.error(), options);
    const auto proof = record::prove_growth(options.file, *report, *note, roots);
    if (!proof) return refuse_proof(proof.error(), options);
    json["grew_since"] = true;
    json["consistency_proof"] = proof->size();
  }
  if (options.event >= 0) {
    const auto leaf = record::prove_message(options.file, *report, options.topic,
                                            static_cast<std::uint32_t>(options.event));
    if (!leaf) return refuse_proof(leaf.error(), options);
    json["message"] = {{"topic", leaf->topic},
                       {"time_s", 1e-9 * static_cast<double>(leaf->log_time_ns)},
                       {"leaf", leaf->proof.index},
                       {"hashes", leaf->proof.hashes.size()}};
    if (const auto checked = record::check_proof(leaf->proof, roots); !checked)
      return refuse_proof(checked.error(), options);
    if (!options.proof.empty())
      if (auto written = write_text(options.proof, leaf->proof.text()); !written)
        return refuse_proof(written.error(), options);
  }
  if (!options.checkpoint.empty())
    if (auto written = write_text(options.checkpoint, report->note); !written)
      return refuse_proof(written.error(), options);
  if (options.json) {
    std::cout << json.dump() << '\n';
  } else {
    std::cout << fmt::format(
        "{}: {} messages until {:.3f} s are as they were recorded\n{} leaves, {} checkpoints, "
        "signed by {} ({})\n",
        report->complete ? "proved" : "proved in part", report->messages,
        1e-9 * static_cast<double>(report->last_ns), report->checkpoint.size, report->checkpoints,
        report->signer.key_name, report->signer.holder);
    if (json.contains("grew_since"))
      std::cout << fmt::format("grew from the older checkpoint: {} hashes prove it\n",
                               json["consistency_proof"].get<std::size_t>());
    if (json.contains("message"))
      std::cout << fmt::format("{} {} at {:.3f} s is leaf {}: {} hashes prove it\n", options.topic,
                               options.event, json["message"]["time_s"].get<double>(),
                               json["message"]["leaf"].get<std::uint64_t>(),
                               json["message"]["hashes"].get<std::size_t>());
  }
  if (!report->complete) std::cerr << "not whole: " << report->end_note << '\n';
  return report->complete ? kExitGoalMet : kExitGoalNotMet;
}

int verify_log(const VerifyOptions& options, const trust::TrustRoots& roots,
               const record::MachineLog& machine) {
  const record::TileLog log(options.file.empty() ? machine.tiles().folder()
                                                 : fs::path(options.file));
  auto contents = log.read(roots);
  if (!contents) return refuse_proof(contents.error(), options);
  const record::Checkpoint& c = contents->trusted.checkpoint;
  ordered_json json = {{"proved", true},
                       {"log", c.origin},
                       {"entries", c.size},
                       {"root", c.root.hex()},
                       {"signed_by", contents->trusted.signer.key_name},
                       {"holder", contents->trusted.signer.holder}};
  if (!options.since.empty()) {
    const auto note = read_small(options.since);
    if (!note) return refuse_proof(note.error(), options);
    if (auto grew = record::check_growth(*contents, *note, roots); !grew)
      return refuse_proof(grew.error(), options);
    json["grew_since"] = true;
  }
  if (options.witness) {
    const auto cosigned = record::cosign(log, *contents, machine.keys(),
                                         machine.tiles().folder().parent_path() / "witness", roots,
                                         static_cast<std::uint64_t>(std::time(nullptr)));
    if (!cosigned) return refuse_proof(cosigned.error(), options);
    contents->note = *cosigned;
  }
  const auto all = roots_of(options, machine.keys());  // the witness may just have made its key
  if (!all) return refuse_proof(all.error(), options);
  json["witnesses"] = witnesses_of(contents->note, *all);
  if (!options.checkpoint.empty())
    if (auto written = write_text(options.checkpoint, contents->note); !written)
      return refuse_proof(written.error(), options);
  if (options.json) {
    std::cout << json.dump() << '\n';
    return kExitGoalMet;
  }
  std::cout << fmt::format("proved: {} entries of {}, signed by {} ({})\n", c.size, c.origin,
                           contents->trusted.signer.key_name, contents->trusted.signer.holder);
  for (const auto& witness : json["witnesses"])
    std::cout << fmt::format("co-signed by {}\n", witness["key"].get<std::string>());
  return kExitGoalMet;
}

int run(const VerifyOptions& options) {
  const auto machine = record::MachineLog::of_user();
  if (!machine) return refuse_proof(machine.error(), options);
  const auto roots = roots_of(options, machine->keys());
  if (!roots) return refuse_proof(roots.error(), options);
  if (options.log || options.witness) return verify_log(options, *roots, *machine);
  if (options.file.empty())
    return refuse_proof(
        {ErrorCode::kInvalidArgument,
         "what shall be verified? a record (.mcap), a proof (.tlog-proof), or --log",
         {}},
        options);
  std::ifstream stream(options.file, std::ios::binary);
  std::string start(9, '\0');
  if (stream.read(start.data(), static_cast<std::streamsize>(start.size())) &&
      start == "c2sp.org/") {
    const auto text = read_small(options.file);
    if (!text) return refuse_proof(text.error(), options);
    return verify_proof(*text, options, *roots);
  }
  return verify_file(options, *roots);
}

}  // namespace

void add_verify(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = app.add_subcommand(
      "verify", "Prove that a record, one event of it, or this machine's log is as it was signed");
  command->add_option("file", options->file,
                      "a record (.mcap), a proof (.tlog-proof), or with --log a log's folder");
  command->add_flag("--log", options->log, "this machine's log of runs, or the one in the folder");
  command->add_flag("--witness", options->witness,
                    "co-sign that log, if it grew from what this witness saw before");
  command->add_option("--since", options->since,
                      "an older checkpoint: prove that the record or log grew from it");
  command->add_option("--event", options->event, "prove that message of the stream, from 0")
      ->check(CLI::Range(0, 2'000'000'000));
  command->add_option("--topic", options->topic, "the stream of --event")->capture_default_str();
  command->add_option("--proof", options->proof, "write the proof of --event: FILE.tlog-proof");
  command->add_option("--checkpoint", options->checkpoint,
                      "write the signed checkpoint, to be kept elsewhere");
  command->add_option("--trust", options->trust,
                      "a public key to trust besides rules/trust.yaml and this machine's own");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Exit code 0: proved; 1: altered, cut, or signed by nobody who is trusted; 2: not there or "
      "no "
      "record.\nExample: longmen verify runs/20260101T120000Z.mcap");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
