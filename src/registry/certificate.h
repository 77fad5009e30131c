#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "registry/card.h"
#include "trust/signing.h"
#include "trust/trust_roots.h"

namespace longmen::registry {

/// A thing that an exam's result hangs on, beside the model and the program: a file of rules, a
/// bank, a world, the skill catalogue.
struct Input {
  std::string name;
  std::string sha256;  ///< hex

  friend bool operator==(const Input&, const Input&) = default;
};

/// Name of the first input that is not the same in both lists, each in the order of names; nothing
/// when all are the same.
[[nodiscard]] std::optional<std::string> first_difference(const std::vector<Input>& certified,
                                                          const std::vector<Input>& now);

/// How much of a model's work an exam must have let a simulated robot carry out, plans of a planner
/// and runs of a motion policy, and the share of goals that it must have met, before the model may
/// work.
inline constexpr int kCarriedOut_min = 500;
inline constexpr int kPolicyRuns_min = 40;
inline constexpr double kGoalsMet_min = 0.90;

/// What an exam found of a model for one vertical, as it is certified.
struct Certificate {
  std::string model;
  std::string identity;  ///< of the card: "sha256:…" or "endpoint:…"
  ModelKind kind = ModelKind::kPlanner;
  std::string vertical;  ///< a world; of a motion policy the body: "body:ROBOT"
  bool is_passed = false;
  std::string bank, program;  ///< SHA-256, hex: of the drawn cases and of what examined
  std::vector<Input> inputs;  ///< in the order of names; a change of one ends its force
  int carried_out = 0;        ///< plans, or runs, that a simulated robot carried out
  int goals_met = 0;          ///< of them: with their goal met, and without a fall
  std::string scores;         ///< JSON object: class -> {cases, groups, share, low, …}
  std::int64_t issued_s = 0;  ///< Unix time
  std::int64_t expires_s = 0;

  /// May the model work by it? Passed, with enough plans carried out and goals met.
  [[nodiscard]] bool admits() const {
    return is_passed && carried_out >= carried_out_min() &&
           goals_met >= kGoalsMet_min * carried_out;
  }
  [[nodiscard]] int carried_out_min() const {
    return kind == ModelKind::kPolicy ? kPolicyRuns_min : kCarriedOut_min;
  }
  friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// The certificate as an in-toto Statement v1 in a DSSE envelope, signed with Ed25519 over DSSE's
/// pre-authentication encoding. JSON, one line.
[[nodiscard]] std::string sign_certificate(const Certificate& certificate,
                                           const trust::SigningKey& key);

/// Reads untrusted bytes: at most 1 MiB; the signature must be of a root that may certify.
/// Errors: kParse; kNotFound when no such root signed; kCorrupt when a signature is false.
Result<Certificate> read_certificate(std::string_view envelope, const trust::TrustRoots& roots);

}  // namespace longmen::registry
