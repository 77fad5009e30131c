#include "exam/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "core/digest.h"
#include "core/skill_catalogue.h"
#include "gate/plan/pack_files.h"
#include "registry/card.h"

namespace longmen::exam {
namespace {

namespace fs = std::filesystem;

/// Every field of every skill: what agents read and the plan gate checks.
std::string catalogue_text() {
  std::string text;
  const auto phrases = [&](std::span<const Phrase> all) {
    for (const Phrase& phrase : all)
      text += fmt::format("  {:?} {:?} {}\n", phrase.pattern, phrase.preset, phrase.is_assumed);
  };
  for (const Skill& skill : skill_catalogue()) {
    text += fmt::format("{:?} {:?} {:?} {:?} {:?} {} {}\n", skill.name, skill.summary_en,
                        skill.summary_zh, skill.sentence_en, skill.sentence_zh, skill.timeout_s,
                        skill.body_can);
    for (const Parameter& p : skill.parameters)
      text += fmt::format("  {:?} {} {:?} {} {}\n", p.name, static_cast<int>(p.kind), p.unit, p.min,
                          p.max);
    for (const Precondition p : skill.preconditions)
      text += fmt::format("  needs {}\n", static_cast<int>(p));
    for (const Effect e : skill.effects) text += fmt::format("  gives {}\n", static_cast<int>(e));
    phrases(skill.phrases_en);
    phrases(skill.phrases_zh);
  }
  return text;
}

}  // namespace

std::vector<fs::path> banks_of(const fs::path& project, const fs::path& world_folder) {
  return {project / "rules" / "exam" / "bank.txt", world_folder / "exam" / "bank.txt"};
}

Result<std::vector<registry::Input>> inputs_of(const fs::path& project,
                                               const fs::path& world_folder,
                                               const fs::path& embedding_weights) {
  const auto rules = gate::plan::PackFiles::load(project / "rules");
  if (!rules) return tl::make_unexpected(rules.error());
  std::vector<registry::Input> inputs;
  std::istringstream manifest(rules->manifest());
  std::string line;
  std::getline(manifest, line);  // the title
  while (std::getline(manifest, line)) {
    const std::size_t space = line.find(' ');
    inputs.push_back({"rules/" + line.substr(space + 1), line.substr(0, space)});
  }
  const auto banks = banks_of(project, world_folder);
  for (const auto& [name, file] :
       {std::pair<const char*, fs::path>{"rules/exam/bank.txt", banks[0]},
        {"world/exam/bank.txt", banks[1]},
        {"world/world.yaml", world_folder / "world.yaml"},
        {"embedding weights", embedding_weights}}) {
    const auto digest = registry::digest_of_file(file);
    if (!digest) return tl::make_unexpected(digest.error());
    inputs.push_back({name, digest->hex()});
  }
  inputs.push_back({"skill catalogue", sha256(catalogue_text()).hex()});
  std::sort(inputs.begin(), inputs.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return inputs;
}

}  // namespace longmen::exam
