#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/bilingual.h"
#include "core/digest.h"
#include "core/motion_policy.h"
#include "core/result.h"

namespace longmen::gate::plan {

/// The values that a rule's sentences show.
using Placeholders = std::vector<std::pair<std::string, std::string>>;

/// The plan gate's rules as data: rules/plan/plan.yaml.
class RulePack {
 public:
  struct Limits {
    int steps_max = 0;
    double approval_valid_s = 0.0;
    double way_clearance_m = 0.0;
  };

  /// A motion policy that a plan may name, by its name.
  struct Policy {
    std::string file;      ///< in the folder models/policies
    std::string sha256;    ///< of the file, in hexadecimal
    bool practice = true;  ///< drives in practice alone: nobody vouches for it
  };

  /// Errors: those of a strict file; kMissingKey when a rule of `rule_ids()` is absent;
  /// kUnknownName for a placeholder that no rule has.
  static Result<RulePack> load(const std::filesystem::path& file);
  static Result<RulePack> parse(const std::string& text, const std::string& where);

  /// The rules that the gate applies.
  [[nodiscard]] static const std::vector<std::string>& rule_ids();

  [[nodiscard]] const Limits& limits() const { return limits_; }
  /// Names of the models that may propose plans before there is a register.
  [[nodiscard]] const std::vector<std::string>& models() const { return models_; }
  [[nodiscard]] const std::map<std::string, Policy>& policies() const { return policies_; }
  [[nodiscard]] const std::map<std::string, PolicyBounds>& policy_bounds() const {
    return policy_bounds_;
  }
  /// What a rule says of a case.
  [[nodiscard]] Bilingual sentence(const std::string& rule, const Placeholders& values) const;
  [[nodiscard]] const Digest& hash() const { return hash_; }

 private:
  RulePack() = default;
  Limits limits_;
  std::vector<std::string> models_;
  std::map<std::string, Policy> policies_;
  std::map<std::string, PolicyBounds> policy_bounds_;
  std::map<std::string, Bilingual> sentences_;
  Digest hash_;
};

}  // namespace longmen::gate::plan
