#include "gate/plan/hazard_base.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "config/config_reader.h"

namespace longmen::gate::plan {
namespace {

using config::Reader;

constexpr std::size_t kFile_max_bytes = 1u << 20;
constexpr const char* kParts[kPartCount] = {"does", "object", "target", "tool", "manner", "scene"};

bool is_vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

/// "carry" -> carries, carried, carrying; of a phrase the first word is inflected.
std::vector<std::string> verb_forms(const std::string& phrase) {
  const std::size_t end = std::min(phrase.find(' '), phrase.size());
  const std::string verb = phrase.substr(0, end);
  const std::string rest = phrase.substr(end);
  std::vector<std::string> forms = {phrase};
  const auto add = [&](const std::string& form) { forms.push_back(form + rest); };
  const std::size_t n = verb.size();
  if (n < 2) return forms;
  const char last = verb[n - 1];
  const bool y = last == 'y' && !is_vowel(verb[n - 2]);
  const std::string stem = verb.substr(0, n - 1);
  const bool sibilant = last == 's' || last == 'x' || last == 'z' ||
                        (n > 2 && (verb.ends_with("ch") || verb.ends_with("sh")));
  add(y ? stem + "ies" : verb + (sibilant ? "es" : "s"));
  add(y ? stem + "ied" : last == 'e' ? verb + "d" : verb + "ed");
  add(last == 'e' && !verb.ends_with("ee") ? stem + "ing" : verb + "ing");
  if (n > 2 && !is_vowel(last) && is_vowel(verb[n - 2]) && !is_vowel(verb[n - 3])) {
    add(verb + last + "ed");
    add(verb + last + "ing");
  }
  return forms;
}

std::vector<std::string> noun_forms(const std::string& phrase) {
  const std::size_t n = phrase.size();
  if (n < 3) return {phrase};
  const char last = phrase[n - 1];
  if (last == 'y' && !is_vowel(phrase[n - 2])) return {phrase, phrase.substr(0, n - 1) + "ies"};
  if (phrase.ends_with("fe")) return {phrase, phrase + "s", phrase.substr(0, n - 2) + "ves"};
  const bool es =
      last == 's' || last == 'x' || last == 'o' || phrase.ends_with("ch") || phrase.ends_with("sh");
  return es ? std::vector{phrase, phrase + "es", phrase + "s"} : std::vector{phrase, phrase + "s"};
}

}  // namespace

/// Fills a base from files, one after the other; attributes are known once all are read.
class HazardReader {
 public:
  Result<void> read(const std::string& text, const std::string& where) {
    auto root = config::parse_yaml(text, where);
    if (!root) return tl::make_unexpected(root.error());
    Reader reader(*root, where);
    std::string source;
    reader.required("source", source);
    const YAML::Node implies = reader.child("implies", false);
    static const std::pair<const char*, ConceptKind> kSections[] = {
        {"things", ConceptKind::kThing},     {"actions", ConceptKind::kAction},
        {"manners", ConceptKind::kManner},   {"roles", ConceptKind::kRole},
        {"negators", ConceptKind::kNegator}, {"pronouns", ConceptKind::kPronoun},
        {"ignored", ConceptKind::kIgnored}};
    std::vector<std::pair<YAML::Node, ConceptKind>> sections;
    for (const auto& [key, kind] : kSections) sections.emplace_back(reader.child(key, false), kind);
    const YAML::Node relations = reader.child("relations", false);
    if (auto done = reader.finish(); !done) return done;

    if (implies.IsDefined()) {
      if (!implies.IsMap()) return fail(ErrorCode::kParse, "implies must be a map", where);
      for (const auto& entry : implies) {
        Reader one(implies, where + ": implies");
        const auto key = entry.first.as<std::string>();
        std::vector<std::string> also;
        one.required(key, also);
        if (!one.ok()) return one.finish();
        implied_[key] = also;
      }
    }
    for (const auto& [node, kind] : sections) {
      if (!node.IsDefined()) continue;
      if (!node.IsSequence()) return fail(ErrorCode::kParse, "a list is wanted", where);
      for (std::size_t i = 0; i < node.size(); ++i)
        if (auto ok = read_concept(node[i], kind, where); !ok) return ok;
    }
    if (relations.IsDefined()) {
      if (!relations.IsMap()) return fail(ErrorCode::kParse, "relations must be a map", where);
      for (const auto& entry : relations)
        relations_.emplace_back(entry.first.as<std::string>(), entry.second, where);
    }
    return {};
  }

  Result<HazardBase> finish() {
    Attributes set_by_reading;  // not by what a thing is, but by what was said before
    if (auto ok = add_attribute(set_by_reading, "past_harm", 0); !ok)
      return tl::make_unexpected(ok.error());
    for (auto& [index, names] : concept_attributes_)
      for (const std::string& name : names)
        if (auto ok = add_attribute(base_.concepts_[index].is, name, 0); !ok)
          return tl::make_unexpected(ok.error());
    for (const auto& [id, node, where] : relations_)
      if (auto ok = read_relation(id, node, where + ": relations: " + id); !ok)
        return tl::make_unexpected(ok.error());
    return std::move(base_);
  }

  void set_hash(const Digest& hash) { base_.hash_ = hash; }

 private:
  Result<void> read_concept(const YAML::Node& node, ConceptKind kind, const std::string& where) {
    std::string shown = where;
    if (node.IsMap() && node["en"].IsDefined()) shown += ": " + YAML::Dump(node["en"]);
    Reader reader(node, shown);
    std::vector<std::string> en;
    std::vector<std::string> zh;
    std::vector<std::string> is;
    reader.optional("en", en);
    reader.optional("zh", zh);
    reader.optional("is", is);
    if (auto done = reader.finish(); !done) return done;
    if (en.empty() && zh.empty()) return fail(ErrorCode::kMissingKey, "en or zh is missing", shown);
    const auto index = static_cast<int>(base_.concepts_.size());
    base_.concepts_.push_back({kind, {en.empty() ? zh[0] : en[0], zh.empty() ? en[0] : zh[0]}, {}});
    concept_attributes_.emplace_back(index, is);
    for (const std::string& name : en) {
      const std::string phrase = phrase_of(name);
      auto forms = kind == ConceptKind::kAction  ? verb_forms(phrase)
                   : kind == ConceptKind::kThing ? noun_forms(phrase)
                                                 : std::vector{phrase};
      for (const std::string& form : forms) {
        add_name(form, index);
        std::string joined = form;  // "dining table" is also written in one
        std::erase(joined, ' ');
        if (kind == ConceptKind::kThing && joined != form) add_name(joined, index);
      }
    }
    for (const std::string& name : zh) add_name(phrase_of(name), index);
    return {};
  }

  void add_name(const std::string& phrase, int index) {
    auto& found = base_.names_[phrase];
    if (std::find(found.begin(), found.end(), index) == found.end()) found.push_back(index);
    const auto words = static_cast<std::size_t>(std::count(phrase.begin(), phrase.end(), ' ')) + 1;
    std::size_t& longest = base_.longest_[phrase.substr(0, phrase.find(' '))];
    longest = std::max(longest, words);
  }

  Result<void> add_attribute(Attributes& to, const std::string& name, int depth) {
    if (depth > 8) return fail(ErrorCode::kInvalidArgument, "implies goes in a circle: " + name);
    auto [found, is_new] = base_.attribute_index_.emplace(name, base_.attributes_.size());
    if (is_new) base_.attributes_.push_back(name);
    if (base_.attributes_.size() > kAttributes_max)
      return fail(ErrorCode::kInvalidArgument, "too many attributes; at most 384");
    to.set(found->second);
    if (const auto also = implied_.find(name); also != implied_.end())
      for (const std::string& other : also->second)
        if (auto ok = add_attribute(to, other, depth + 1); !ok) return ok;
    return {};
  }

  Result<void> read_relation(const std::string& id, const YAML::Node& node,
                             const std::string& where) {
    Reader reader(node, where);
    Relation relation;
    relation.id = id;
    for (int part = 0; part < kPartCount; ++part)
      for (const bool excluded : {false, true}) {
        std::vector<std::string> alternatives;
        reader.optional(excluded ? std::string("not_") + kParts[part] : std::string(kParts[part]),
                        alternatives);
        Demand& demand = excluded ? relation.excludes[part] : relation.wants[part];
        for (const std::string& alternative : alternatives) {
          Attributes all;
          std::istringstream stream(alternative);
          for (std::string name; std::getline(stream, name, '+');) {
            const std::size_t index = base_.attribute(name);
            if (index == kAttributes_max)
              return fail(ErrorCode::kUnknownName, "nothing has the attribute '" + name + "'",
                          where);
            all.set(index);
          }
          demand.any_of.push_back(all);
        }
      }
    if (auto done = reader.finish(); !done) return done;
    base_.relations_.push_back(std::move(relation));
    return {};
  }

  HazardBase base_;
  std::map<std::string, std::vector<std::string>> implied_;
  std::vector<std::pair<int, std::vector<std::string>>> concept_attributes_;
  std::vector<std::tuple<std::string, YAML::Node, std::string>> relations_;
};

bool Demand::is_met(const Attributes& by) const {
  return std::any_of(any_of.begin(), any_of.end(),
                     [&](const Attributes& all) { return (all & by) == all; });
}

std::size_t HazardBase::attribute(std::string_view name) const {
  const auto found = attribute_index_.find(std::string(name));
  return found == attribute_index_.end() ? kAttributes_max : found->second;
}

HazardBase::Match HazardBase::match(const std::vector<Word>& words, std::size_t at) const {
  const auto longest = longest_.find(words[at].text);
  if (longest == longest_.end()) return {};
  std::string phrase;
  Match best;
  for (std::size_t n = 0; n < longest->second && at + n < words.size(); ++n) {
    if (words[at + n].is_break) break;
    if (n > 0) phrase += ' ';
    phrase += words[at + n].text;
    const auto found = names_.find(phrase);
    if (found != names_.end()) best = {n + 1, &found->second};
  }
  return best;
}

Result<HazardBase> HazardBase::parse(
    const std::vector<std::pair<std::string, std::string>>& files) {
  try {
    HazardReader reader;
    std::string all;
    for (const auto& [name, text] : files) {
      if (auto ok = reader.read(text, name); !ok) return tl::make_unexpected(ok.error());
      all += name + '\n' + text + '\n';
    }
    reader.set_hash(sha256(all));
    return reader.finish();
  } catch (const YAML::Exception& error) {
    return fail(ErrorCode::kParse, error.what(), "rules/hazards");
  }
}

Result<HazardBase> HazardBase::load(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  if (error || paths.empty())
    return fail(ErrorCode::kNotFound, "no hazard files (*.yaml) here", folder.string());
  std::sort(paths.begin(), paths.end());
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file || text.str().size() > kFile_max_bytes)
      return fail(ErrorCode::kIo, "cannot be read, or is larger than 1 MiB", path.string());
    files.emplace_back(path.filename().string(), text.str());
  }
  return parse(files);
}

}  // namespace longmen::gate::plan
