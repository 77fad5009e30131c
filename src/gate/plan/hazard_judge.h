#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/verdict.h"
#include "gate/plan/hazard_base.h"
#include "gate/plan/pack_files.h"
#include "gate/plan/rego.h"

namespace longmen::gate::plan {

/// What is to be judged, in words. Nothing of it is trusted; only `instruction` and `steps` ask for
/// anything. Objects, scene and facts are data: what they say is never done.
struct WordedPlan {
  std::string instruction{};
  std::vector<std::string> steps{};
  std::vector<std::string> objects{};
  std::string scene{};
  std::vector<std::string> facts{};
  std::vector<std::string> context{};  ///< earlier turns, oldest first
};

/// Judges words by the hazard base and the Rego packs.
class HazardJudge {
 public:
  /// @param rules  the folder with hazards/ and plan/*.rego, plan/texts.yaml
  /// Errors: those of PackFiles::load and of strict files; kParse when a pack does not compile;
  /// kMissingKey when a relation has no rule or a rule no sentence.
  static Result<HazardJudge> load(const std::filesystem::path& rules);
  static Result<HazardJudge> of(const PackFiles& files);

  /// Error: kInternal when the packs cannot be evaluated; kInvalidArgument beyond the bounds.
  [[nodiscard]] Result<std::vector<VerdictReason>> findings(const WordedPlan& plan) const;
  /// Refused with reasons, or approved.
  [[nodiscard]] Result<Verdict> judge(const WordedPlan& plan) const;

  /// Of all files that it was read from.
  [[nodiscard]] const Digest& hash() const { return hash_; }

 private:
  struct Text {
    Bilingual sentence;
    Bilingual allowed;
    VerdictStatus verdict = VerdictStatus::kRefused;
  };
  HazardJudge(HazardBase base, Rego rego, std::map<std::string, Text> texts, const Digest& hash)
      : base_(std::move(base)), rego_(std::move(rego)), texts_(std::move(texts)), hash_(hash) {}
  [[nodiscard]] Result<void> check_rules() const;
  struct Finding {
    std::string rule;
    std::string relation;  ///< why: the relation that holds
    std::size_t event = 0;
  };
  [[nodiscard]] Result<std::vector<Finding>> ask(const nlohmann::json& relations,
                                                 const Attributes& scene) const;
  static Result<std::map<std::string, Text>> read_texts(const std::string& yaml,
                                                        const std::string& where);

  HazardBase base_;
  Rego rego_;
  std::map<std::string, Text> texts_;
  Digest hash_;
};

}  // namespace longmen::gate::plan
