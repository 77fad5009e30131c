#include "gate/plan/hazard_base.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "config/config_reader.h"

namespace longmen::gate::plan {
namespace {

using config::Reader;

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
      for (const auto& topic : relations) {
        const auto name = topic.first.as<std::string>();
        if (!topic.second.IsMap())
          return fail(ErrorCode::kParse, "a topic must be a map of relations",
                      where + ": relations: " + name);
        for (const auto& entry : topic.second)
          relations_.push_back({name, entry.first.as<std::string>(), entry.second, where});
      }
    }
    return {};
  }

  Result<HazardBase> finish() {
    Attributes set_by_reading;  // not by what a thing is, but by what was said before
    for (const char* name : {"past_harm", "keeps_on"})
      if (auto ok = add_attribute(set_by_reading, name, 0); !ok)
        return tl::make_unexpected(ok.error());
    for (std::size_t i = 0; i < concept_attributes_.size(); ++i)
      for (const std::string& name : concept_attributes_[i])
        if (auto ok = add_attribute(base_.concepts_[i].is, name, 0); !ok)
          return tl::make_unexpected(ok.error());
    settle_names();
    for (const auto& [topic, id, node, where] : relations_)
      if (auto ok = read_relation(topic, id, node, where + ": relations: " + topic + ": " + id);
          !ok)
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
    for (const std::string& name : en) {
      const std::string phrase = phrase_of(name);
      const int index = concept_of(kind, phrase, name, is);
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
    for (const std::string& name : zh) {
      const std::string phrase = phrase_of(name);
      add_name(phrase, concept_of(kind, phrase, name, is));
    }
    return {};
  }

  /// The concept of a name; entries that share a name add to it.
  int concept_of(ConceptKind kind, const std::string& phrase, const std::string& name,
                 const std::vector<std::string>& is) {
    const auto [found, is_new] =
        concepts_by_name_.emplace(std::pair(kind, phrase), base_.concepts_.size());
    if (is_new) {
      base_.concepts_.push_back({kind, name, {}});
      concept_attributes_.emplace_back();
    }
    auto& attributes = concept_attributes_[found->second];
    attributes.insert(attributes.end(), is.begin(), is.end());
    return static_cast<int>(found->second);
  }

  void add_name(const std::string& phrase, int index) {
    auto& found = base_.names_[phrase];
    if (std::find(found.begin(), found.end(), index) == found.end()) found.push_back(index);
    const auto words = static_cast<std::size_t>(std::count(phrase.begin(), phrase.end(), ' ')) + 1;
    std::size_t& longest = base_.longest_[phrase.substr(0, phrase.find(' '))];
    longest = std::max(longest, words);
  }

  /// Of the concepts that a form means, for each kind the one that is called so, else the first.
  void settle_names() {
    for (auto& [form, indices] : base_.names_) {
      std::vector<int> settled;
      for (const int index : indices) {
        const Concept& one = base_.concepts_[static_cast<std::size_t>(index)];
        const auto same = std::find_if(settled.begin(), settled.end(), [&](int other) {
          return base_.concepts_[static_cast<std::size_t>(other)].kind == one.kind;
        });
        if (same == settled.end())
          settled.push_back(index);
        else if (phrase_of(one.name) == form)
          *same = index;
      }
      indices = std::move(settled);
    }
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

  /// "sharp+dirty"
  [[nodiscard]] Result<Attributes> attributes_in(const std::string& alternative,
                                                 const std::string& where) const {
    Attributes all;
    std::istringstream stream(alternative);
    for (std::string name; std::getline(stream, name, '+');) {
      const std::size_t index = base_.attribute(name);
      if (index == kAttributes_max)
        return fail(ErrorCode::kUnknownName, "nothing has the attribute '" + name + "'", where);
      all.set(index);
    }
    if (all.none())
      return fail(ErrorCode::kInvalidArgument, "an alternative names no attribute", where);
    return all;
  }

  Result<void> read_relation(const std::string& topic, const std::string& id,
                             const YAML::Node& node, const std::string& where) {
    Reader reader(node, where);
    Relation relation;
    relation.topic = topic;
    relation.id = id;
    for (int part = 0; part < kPartCount; ++part)
      for (const bool excluded : {false, true}) {
        std::vector<std::string> alternatives;
        reader.optional(excluded ? std::string("not_") + kParts[part] : std::string(kParts[part]),
                        alternatives);
        Demand& demand = excluded ? relation.excludes[part] : relation.wants[part];
        for (const std::string& alternative : alternatives) {
          auto all = attributes_in(alternative, where);
          if (!all) return tl::make_unexpected(all.error());
          demand.add(*all);
        }
      }
    std::vector<std::string> pairs;
    reader.optional("pair", pairs);
    for (const std::string& alternative : pairs) {
      auto all = attributes_in(alternative, where);
      if (!all) return tl::make_unexpected(all.error());
      relation.pair.add(*all);
    }
    if (auto done = reader.finish(); !done) return done;
    base_.relations_.push_back(std::move(relation));
    return {};
  }

  HazardBase base_;
  std::map<std::string, std::vector<std::string>> implied_;
  std::map<std::pair<ConceptKind, std::string>, std::size_t> concepts_by_name_;
  std::vector<std::vector<std::string>> concept_attributes_;  ///< by concept
  struct RelationSource {
    std::string topic, id;
    YAML::Node node;
    std::string where;
  };
  std::vector<RelationSource> relations_;
};

void Demand::add(const Attributes& alternative) {
  any_of.push_back(alternative);
  touched |= alternative;
}

bool Demand::is_met(const Attributes& by) const {
  return (touched & by).any() &&
         std::any_of(any_of.begin(), any_of.end(),
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

}  // namespace longmen::gate::plan
