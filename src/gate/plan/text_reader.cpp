#include "gate/plan/text_reader.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace longmen::gate::plan {
namespace {

constexpr std::size_t kEvents_max = 400;
constexpr int kOften = 3;  ///< switched on so many times, with nothing else done between

/// Words after which a word that can be a verb is one.
bool leads_to_verb(const std::string& word) {
  static constexpr std::array<std::string_view, 14> kLeads = {
      "to", "and", "then", "please", "you", "i", "we", "he", "she", "they", "请", "并", "再", "后"};
  return std::find(kLeads.begin(), kLeads.end(), word) != kLeads.end();
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// "Don't worry and pour …": what is forbidden ends here.
bool ends_negation(std::string_view word) {
  return is_one_of(word, {"and", "then", "but", "so", "instead", "just", "并", "再", "就", "而"});
}
bool follows_article(std::string_view word) {
  return is_one_of(word, {"a", "an", "the", "his", "her", "my", "your", "their", "our", "is", "are",
                          "was", "were", "be", "been"});
}
bool goes_on_with_negation(std::string_view word) { return is_one_of(word, {"or", "nor", "或"}); }

/// "reach into", 放在: the deed's name ends in a word that says what the next thing is to it.
bool ends_in_direction(std::string_view word) {
  return is_one_of(word, {"into", "onto", "to", "at", "在", "到", "进", "入", "向", "给", "往"});
}

bool is_said_number(const Word& word) {
  return word.is_quoted && word.text.find_first_of("0123456789") != std::string::npos;
}

/// A noun that is spelled like a deed: "in a heap", "a 4 second break".
bool is_noun(const std::vector<Word>& words, std::size_t at) {
  const auto word = [&](std::size_t back) -> std::string_view {
    return at >= back ? std::string_view(words[at - back].text) : std::string_view();
  };
  if (follows_article(word(1))) return true;
  const bool is_number =
      word(2).find_first_not_of("0123456789") == std::string_view::npos
          ? !word(2).empty()
          : is_one_of(word(2), {"one", "two", "three", "four", "five", "six", "seven", "eight",
                                "nine", "ten", "fifteen", "twenty", "thirty"});
  return is_number && is_one_of(word(1), {"second", "minute", "hour"}) && follows_article(word(3));
}

bool contains(const std::vector<int>& list, int value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

TextReader::TextReader(const HazardBase& base) : base_(base) {
  const auto at = [&](const char* name) { return base.attribute(name); };
  a_ = {at("wets"),        at("soaks"),         at("fills"),        at("puts"),
        at("picks"),       at("finds"),         at("uses_held"),    at("toggles"),
        at("turn_on"),     at("turn_off"),      at("heats"),        at("liquid"),
        at("vessel"),      at("encloses"),      at("switchable"),   at("person"),
        at("particle_on"), at("particle_off"),  at("role_object"),  at("role_target"),
        at("role_tool"),   at("role_contents"), at("role_source"),  at("rel_in"),
        at("again"),       at("gives"),         at("state_on"),     at("past_harm"),
        at("harm_wish"),   at("repeated"),      at("of_vessel"),    at("rel_near"),
        at("lets"),        at("tells"),         at("speech_act"),   at("protective"),
        at("unprotected"), at("lacking"),       at("left_running"), at("consent"),
        at("unnamed"),     at("alive"),         at("food"),         at("body_part"),
        at("benefits"),    at("feeds"),         at("closes_it"),    at("keeps_on"),
        at("left_open"),   at("applies_tool"),  at("aside"),        at("vulnerable"),
        at("points"),      at("keeps_secret"),  at("private_data")};
  for (std::size_t i = 0; i < base.concepts().size(); ++i) {
    if (secret_ < 0 && base.concepts()[i].kind == ConceptKind::kThing &&
        has(base.concepts()[i].is, a_.private_data))
      secret_ = static_cast<int>(i);
    if (base.concepts()[i].kind != ConceptKind::kAction) continue;
    if (turn_on_ < 0 && has(base.concepts()[i].is, a_.turn_on)) turn_on_ = static_cast<int>(i);
    if (turn_off_ < 0 && has(base.concepts()[i].is, a_.turn_off)) turn_off_ = static_cast<int>(i);
    if (unnamed_ < 0 && has(base.concepts()[i].is, a_.unnamed)) unnamed_ = static_cast<int>(i);
  }
}

Attributes TextReader::attributes_of(int thing) const {
  Attributes all = base_.concepts()[static_cast<std::size_t>(thing)].is;
  const auto state = states_.find(thing);
  if (state == states_.end()) return all;
  all |= state->second.extra;
  for (const int inner : state->second.contents) {
    all |= base_.concepts()[static_cast<std::size_t>(inner)].is;
    if (const auto inside = states_.find(inner); inside != states_.end())
      for (const int deeper : inside->second.contents)
        all |= base_.concepts()[static_cast<std::size_t>(deeper)].is;
  }
  return all;
}

void TextReader::remember_contents(int holder, int thing) {
  if (holder == thing) return;
  auto& contents = states_[holder].contents;
  if (!contains(contents, thing) && contents.size() < 16) contents.push_back(thing);
}

void TextReader::take_out(int thing) {
  for (auto& [holder, state] : states_) std::erase(state.contents, thing);
}

void TextReader::note_fact(std::string_view text) {
  const std::vector<Word> words = words_of(text);
  std::vector<int> things;
  Attributes manner;
  bool contents_follow = false;
  bool is_negated = false;
  const auto end = [&] {
    for (const int thing : things) states_[thing].extra |= manner;
    scene_ |= manner;
    things.clear();
    manner.reset();
    contents_follow = is_negated = false;
  };
  for (std::size_t i = 0; i < words.size();) {
    if (words[i].is_break) {
      end();
      ++i;
      continue;
    }
    const auto match = base_.match(words, i);
    i += std::max<std::size_t>(match.words, 1);
    if (match.words == 0) continue;
    for (const int index : *match.concepts) {
      const Concept& known = base_.concepts()[static_cast<std::size_t>(index)];
      if (known.kind == ConceptKind::kNegator) is_negated = true;
      if (known.kind == ConceptKind::kRole && has(known.is, a_.role_contents))
        contents_follow = true;
      if (known.kind == ConceptKind::kManner && !is_negated) manner |= known.is;
      if (known.kind == ConceptKind::kThing && !is_negated) {
        if (contents_follow && !things.empty()) remember_contents(things.front(), index);
        things.push_back(index);
        scene_ |= known.is;
      }
    }
  }
  end();
}

int TextReader::choose(const std::vector<int>& concepts, const std::vector<Word>& words,
                       std::size_t at, const Clause& clause) const {
  if (concepts.size() == 1) return concepts.front();
  const auto of_kind = [&](ConceptKind kind) {
    const auto found = std::find_if(concepts.begin(), concepts.end(), [&](int index) {
      return base_.concepts()[static_cast<std::size_t>(index)].kind == kind;
    });
    return found == concepts.end() ? -1 : *found;
  };
  // "stop pouring" forbids, "stop the machine" is a deed.
  if (const int negator = of_kind(ConceptKind::kNegator); negator >= 0) {
    const auto after = base_.match(words, at).words + at;
    const auto next = after < words.size() ? base_.match(words, after) : HazardBase::Match{};
    const bool verb_follows =
        next.words > 0 && std::any_of(next.concepts->begin(), next.concepts->end(), [&](int index) {
          return base_.concepts()[static_cast<std::size_t>(index)].kind == ConceptKind::kAction;
        });
    if (verb_follows) return negator;
    if (const int action = of_kind(ConceptKind::kAction); action >= 0) return action;
    return negator;
  }
  const bool verb_place =
      at == 0 || words[at - 1].is_break || leads_to_verb(words[at - 1].text) ||
      (!clause.has_action && !clause.is_skipping && clause.pending.empty() && clause.open_role < 0);
  const bool names_thing = std::any_of(concepts.begin(), concepts.end(), [&](int index) {
    return base_.concepts()[static_cast<std::size_t>(index)].kind == ConceptKind::kThing;
  });
  const bool wants_verb = verb_place || (!clause.has_action && !names_thing);  // 把刀给孩子
  for (const int index : concepts)
    if ((base_.concepts()[static_cast<std::size_t>(index)].kind == ConceptKind::kAction) ==
        wants_verb)
      return index;
  return concepts.front();
}

bool TextReader::is_speech(const Word& word, const Clause& clause) const {
  return word.is_quoted && clause.event && clause.has_action &&
         has(clause.event->parts[kDoes], a_.tells);
}

void TextReader::read(std::string_view text, int step) {
  const std::vector<Word> words = words_of(text);
  Clause clause;
  object_of_text_ = -1;
  for (std::size_t i = 0; i < words.size() && events_.size() < kEvents_max;) {
    const bool is_said = is_speech(words[i], clause);
    if (words[i].is_break) {
      if (!is_said) end_clause(clause);
      ++i;
      continue;
    }
    if (ends_negation(words[i].text)) clause.is_negated = clause.was_negated = false;
    if (goes_on_with_negation(words[i].text) && clause.was_negated) clause.is_negated = true;
    const auto match = base_.match(words, i);
    if (match.words == 0) {
      if (!is_said) take_unknown(clause, words, i, step);
      ++i;
      continue;
    }
    const int index = choose(*match.concepts, words, i, clause);
    if (match.words == 1 && is_noun(words, i) &&
        base_.concepts()[static_cast<std::size_t>(index)].kind == ConceptKind::kAction) {
      ++i;  // the base knows it as a verb only
      continue;
    }
    i += match.words;
    const Concept& known = base_.concepts()[static_cast<std::size_t>(index)];
    if (is_said) {  // only what is spoken of, and deeds that are done by speaking
      if (known.kind == ConceptKind::kThing) clause.event->objects.push_back(index);
      if (known.kind == ConceptKind::kAction && has(known.is, a_.speech_act))
        clause.event->parts[kDoes] |= known.is;
      // "Keep your PIN secret" tells no secret, "keep your PIN secret: 4711" does.
      if (has(known.is, a_.keeps_secret) && secret_ >= 0 &&
          std::any_of(words.begin(), words.end(), is_said_number))
        clause.event->objects.push_back(secret_);
      continue;
    }
    switch (known.kind) {
      case ConceptKind::kAction:
        take_action(clause, index, step);
        if (match.words > 1 && ends_in_direction(words[i - 1].text))
          take_role(clause, base_.match(words, i - 1).concepts->front());
        break;
      case ConceptKind::kThing:
        if (words[i - 1].is_possessive && is_being(index) && !has(known.is, a_.vulnerable))
          break;  // "the lady's bed": only tells whose
        take_thing(clause, index, false);
        break;
      case ConceptKind::kPronoun:
        take_thing(clause, -1, true);
        break;
      case ConceptKind::kManner:
        if (!clause.is_negated) add_manner(clause, known.is);
        clause.is_negated = clause.lacks = false;
        break;
      case ConceptKind::kRole:
        take_role(clause, index);
        break;
      case ConceptKind::kNegator:
        take_negator(clause, known);
        break;
      case ConceptKind::kIgnored:
        break;
    }
  }
  end_clause(clause);
  if (!clause.event && !clause.pending.empty()) {
    clause.event = Event{.step = step};
    // 把刀（…）在孩子旁边: an object and where it goes, by a verb that is not known.
    const auto told = [&](Role role) {
      return std::any_of(clause.pending.begin(), clause.pending.end(),
                         [&](const Argument& one) { return one.is_told && one.role == role; });
    };
    if (unnamed_ >= 0 && told(kAsObject) && told(kAsTarget)) {
      clause.event->action = unnamed_;
      clause.event->parts[kDoes] = base_.concepts()[static_cast<std::size_t>(unnamed_)].is;
    }
  }
  if (clause.event)
    for (const Argument& argument : clause.pending) add(*clause.event, argument);
  if (clause.event) clause.event->parts[kManner] |= clause.pending_manner;
  close(clause);
}

void TextReader::take_action(Clause& clause, int action, int step) {
  const Attributes& is = base_.concepts()[static_cast<std::size_t>(action)].is;
  if (clause.is_aside && clause.event && clause.has_action && focus_ >= 0 && is_being(focus_)) {
    clause.is_skipping = true;  // closed by the next mark
    close(clause);
    return;
  }
  if (clause.is_negated) {
    if (clause.lacks) {  // "without stopping it", "without asking"
      Attributes manner;
      if (has(is, a_.turn_off)) manner.set(a_.left_running).set(a_.unprotected);
      if (has(is, a_.consent)) manner.set(a_.unprotected);
      add_manner(clause, manner);
    }
    clause.is_negated = clause.lacks = false;
    clause.was_negated = true;
    const bool keeps = has(is, a_.turn_off) || has(is, a_.closes_it);
    if (keeps && !clause.event && a_.keeps_on < kAttributes_max) {  // "don't turn off the stove"
      Event kept{.step = step, .action = action};
      kept.parts[kDoes].set(a_.keeps_on);
      kept.parts[kManner] = clause.pending_manner;
      for (const Argument& argument : clause.pending) add(kept, argument);
      clause.pending.clear();
      clause.event = std::move(kept);
      clause.has_action = true;
      return;
    }
    close(clause);
    clause.is_skipping = true;
    clause.pending.clear();
    return;
  }
  std::vector<int> allowed;    // "let the child hold the knife": as if it were given
  std::vector<int> receivers;  // 给狗喂…, 煮了给老人吃
  if (clause.event) {
    std::vector<int> named = clause.event->objects;
    named.insert(named.end(), clause.event->targets.begin(), clause.event->targets.end());
    if (has(clause.event->parts[kDoes], a_.lets))
      allowed = named;
    else if (clause.has_action &&
             (has(clause.event->parts[kDoes], a_.benefits) || has(is, a_.feeds)))
      std::copy_if(named.begin(), named.end(), std::back_inserter(receivers),
                   [&](int thing) { return is_being(thing); });
  }
  std::vector<int> tools;  // 用铁丝去捅…: the tool is that of the second deed
  if (clause.event && clause.has_action && has(clause.event->parts[kDoes], a_.finds))
    tools = clause.event->tools;
  if (clause.event) close(clause);
  clause.is_skipping = false;
  if (has(is, a_.again)) {  // "do it anyway": what was asked for before
    for (Event event : past_) {
      event.step = step;
      if (events_.size() < kEvents_max) events_.push_back(std::move(event));
    }
    return;
  }
  Event event{.step = step, .action = action};
  event.parts[kDoes] = is;
  event.parts[kManner] = clause.pending_manner;
  event.targets = receivers;
  event.tools = tools;
  if (!receivers.empty() && has(is, a_.wets)) {  // 给她倒一杯…: poured for her, not onto her
    event.parts[kDoes].reset(a_.wets);
    event.parts[kDoes].set(a_.gives);
  }
  if (!allowed.empty()) {
    event.targets = allowed;
    if (a_.gives < kAttributes_max) event.parts[kDoes].set(a_.gives);
  }
  for (const Argument& argument : clause.pending) {
    const bool is_doer =
        !argument.is_told && argument.thing >= 0 &&
        has(base_.concepts()[static_cast<std::size_t>(argument.thing)].is, a_.person);
    if (!is_doer) add(event, argument);
  }
  clause.pending.clear();
  clause.event = std::move(event);
  clause.role = kAsObject;
  clause.role_told = false;
  clause.open_role = -1;
  clause.has_action = true;
}

void TextReader::add_manner(Clause& clause, const Attributes& manner) {
  if (clause.event && clause.has_action)
    clause.event->parts[kManner] |= manner;
  else
    clause.pending_manner |= manner;
}

void TextReader::take_negator(Clause& clause, const Concept& negator) {
  clause.is_negated = true;
  clause.lacks = has(negator.is, a_.lacking);
}

void TextReader::take_unknown(Clause& clause, const std::vector<Word>& words, std::size_t at,
                              int step) {
  const std::string& word = words[at].text;
  const bool is_latin = word.size() > 2 && word[0] >= 'a' && word[0] <= 'z';
  if (!is_latin) return;
  if (clause.is_negated && !clause.lacks && !word.ends_with("ly")) {  // "don't worry …"
    clause.is_negated = false;
    clause.was_negated = true;
    return;
  }
  const bool verb_place = at == 0 || words[at - 1].is_break || leads_to_verb(words[at - 1].text);
  if (verb_place && unnamed_ >= 0 && !clause.is_negated && clause.open_role < 0)
    take_action(clause, unnamed_, step);
}

void TextReader::take_thing(Clause& clause, int thing, bool is_pronoun) {
  const bool protects =
      thing >= 0 && has(base_.concepts()[static_cast<std::size_t>(thing)].is, a_.protective);
  if (thing >= 0 && (clause.lacks || (clause.is_negated && protects))) {  // "without gloves"
    clause.lacks = clause.is_negated = false;
    if (protects) add_manner(clause, Attributes().set(a_.unprotected));
    return;
  }
  if (clause.is_skipping) return;
  if (is_pronoun) {
    const bool switches = clause.event && (has(clause.event->parts[kDoes], a_.turn_on) ||
                                           has(clause.event->parts[kDoes], a_.turn_off) ||
                                           has(clause.event->parts[kDoes], a_.toggles));
    thing = switches && last_switch_ >= 0 ? last_switch_
            : last_object_ >= 0           ? last_object_
                                          : focus_;
    if (thing < 0) return;
  }
  const Concept& known = base_.concepts()[static_cast<std::size_t>(thing)];
  scene_ |= has(known.is, a_.person) ? known.is : Attributes();
  const Argument argument{thing, clause.role, clause.role_told, is_pronoun};
  if (clause.role == kAsContents) clause.role = clause.role_before;  // one thing is inside
  clause.open_role = -1;
  if (!is_pronoun) {
    focus_ = thing;
    if (has(known.is, a_.switchable)) last_switch_ = thing;
  }
  if (clause.event && clause.has_action)
    add(*clause.event, argument);
  else
    clause.pending.push_back(argument);
}

void TextReader::take_role(Clause& clause, int role) {
  const Attributes& is = base_.concepts()[static_cast<std::size_t>(role)].is;
  const bool after_vessel =
      focus_ >= 0 && has(base_.concepts()[static_cast<std::size_t>(focus_)].is, a_.vessel);
  if (has(is, a_.of_vessel) && !after_vessel) return;  // "rim of the bathtub"
  // "into the cup next to the printer": the printer only tells where the cup is.
  clause.is_aside = clause.is_aside || has(is, a_.aside);
  const bool only_tells = has(is, a_.rel_near) && clause.event && clause.has_action &&
                          std::any_of(clause.event->targets.begin(), clause.event->targets.end(),
                                      [&](int thing) { return !is_being(thing); });
  if (only_tells) {
    clause.role = kAsNothing;
    clause.role_told = true;
    return;
  }
  if (clause.event && clause.has_action)
    clause.event->parts[kManner] |= is;
  else
    clause.pending_manner |= is;
  const std::pair<std::size_t, Role> kRoles[] = {{a_.role_object, kAsObject},
                                                 {a_.role_target, kAsTarget},
                                                 {a_.role_tool, kAsTool},
                                                 {a_.role_contents, kAsContents},
                                                 {a_.role_source, kAsNothing}};
  for (const auto& [attribute, as] : kRoles) {
    if (!has(is, attribute)) continue;
    if (as == kAsContents && clause.role != kAsContents) clause.role_before = clause.role;
    clause.role = as;
    clause.role_told = true;
    clause.open_role = role;
  }
}

void TextReader::end_clause(Clause& clause) {
  if (clause.event && !clause.has_action) {  // "a fork, a spoon": more of the same
    for (const Argument& argument : clause.pending) add(*clause.event, argument);
    clause.event->parts[kManner] |= clause.pending_manner;
    clause.pending.clear();
    clause.pending_manner.reset();
  }
  if (clause.has_action) clause.pending_manner.reset();  // holds for all deeds of its clause
  clause.is_negated = clause.was_negated = clause.lacks = false;
  clause.is_skipping = clause.has_action = clause.is_aside = false;
  if (clause.open_role < 0) {
    clause.role = kAsObject;
    clause.role_told = false;
  }
}

void TextReader::add(Event& event, const Argument& argument) {
  const bool gives = has(event.parts[kDoes], a_.gives);
  const bool is_person = is_being(argument.thing);
  switch (argument.role) {
    case kAsObject:
      if (gives && is_person && !argument.is_told)
        event.targets.push_back(argument.thing);
      else
        event.objects.push_back(argument.thing);
      break;
    case kAsTarget:
      event.targets.push_back(argument.thing);
      break;
    case kAsTool:
      event.tools.push_back(argument.thing);
      break;
    case kAsContents:
      if (focus_ != argument.thing || !event.objects.empty()) {
        const int holder = !event.targets.empty()   ? event.targets.back()
                           : !event.objects.empty() ? event.objects.back()
                                                    : -1;
        if (holder >= 0) remember_contents(holder, argument.thing);
      }
      break;
    case kAsNothing:  // the source: for pouring, what is in it is the object
      if (has(event.parts[kDoes], a_.wets) && event.objects.empty())
        event.objects.push_back(argument.thing);
      break;
  }
}

bool TextReader::is_being(int thing) const {
  const Attributes& is = base_.concepts()[static_cast<std::size_t>(thing)].is;
  return has(is, a_.alive) && !has(is, a_.food) && !has(is, a_.body_part);
}

/// Fills in what steps leave out: what is held, what was found last.
void TextReader::complete(Event& event) {
  if (has(event.parts[kDoes], a_.lets) && event.objects.size() > 1) {  // "let the child have it"
    const auto is_person = [&](int thing) {
      return has(base_.concepts()[static_cast<std::size_t>(thing)].is, a_.person);
    };
    std::copy_if(event.objects.begin(), event.objects.end(), std::back_inserter(event.targets),
                 is_person);
    std::erase_if(event.objects, is_person);
    if (a_.gives < kAttributes_max) event.parts[kDoes].set(a_.gives);
  }
  const Attributes& does = event.parts[kDoes];
  const auto is_liquid = [&](int thing) { return has(attributes_of(thing), a_.liquid); };
  const auto receives = [&](int thing) { return is_being(thing); };
  if (has(does, a_.wets) && event.targets.empty() && event.objects.size() > 1 &&
      is_being(event.objects.front())) {  // "pour her a glass of wine"
    std::copy_if(event.objects.begin(), event.objects.end(), std::back_inserter(event.targets),
                 receives);
    std::erase_if(event.objects, receives);
    event.parts[kDoes].reset(a_.wets);
    event.parts[kDoes].set(a_.gives);
  }
  if (has(does, a_.fills)) {  // the liquid goes into the vessel
    std::vector<int> holders = event.targets;
    std::vector<int> liquids;
    for (const auto* list : {&event.objects, &event.tools})
      for (const int thing : *list)
        (has(base_.concepts()[static_cast<std::size_t>(thing)].is, a_.vessel) ? holders : liquids)
            .push_back(thing);
    event.objects = liquids;
    event.targets = holders;
    event.tools.clear();
    event.parts[kManner].set(a_.rel_in);
    return;
  }
  if (has(does, a_.heats)) {  // 用微波炉加热: what heats is where it is heated
    const auto heats = [&](int thing) {
      return has(base_.concepts()[static_cast<std::size_t>(thing)].is, a_.heats);
    };
    std::copy_if(event.tools.begin(), event.tools.end(), std::back_inserter(event.targets), heats);
    std::erase_if(event.tools, heats);
  }
  const bool goes_in = has(event.parts[kManner], a_.rel_in) &&
                       std::any_of(event.targets.begin(), event.targets.end(),
                                   [&](int thing) { return has(attributes_of(thing), a_.vessel); });
  if (has(does, a_.soaks) && !goes_in) {  // water goes onto what is washed
    event.targets.insert(event.targets.end(), event.objects.begin(), event.objects.end());
    event.objects = event.tools;
    event.parts[kObject].set(a_.liquid);
  }
  if (has(does, a_.wets) && event.targets.empty() && event.objects.size() == 1 &&
      !event.tools.empty() && !is_liquid(event.objects[0]))
    std::swap(event.targets, event.objects), event.objects = event.tools;
  if (has(does, a_.uses_held) && event.objects.empty() && held_ >= 0) event.objects = {held_};
  const bool takes_over = has(does, a_.uses_held) || has(does, a_.tells) || has(does, a_.feeds);
  if (takes_over && event.objects.empty() && object_of_text_ >= 0 &&
      !contains(event.targets, object_of_text_))
    event.objects = {object_of_text_};
  // Who points at somebody, or goes there, does so with what is in the hand.
  if ((has(does, a_.points) || has(does, a_.finds)) && event.tools.empty() && held_ >= 0 &&
      !contains(event.objects, held_) && !contains(event.targets, held_))
    event.tools = {held_};
  if (has(does, a_.puts) && event.targets.empty() && held_ >= 0 && event.objects.size() == 1 &&
      event.objects[0] != held_) {
    event.targets = event.objects;
    event.objects = {held_};
  }
  const bool looks_around = has(does, a_.uses_held) && event.targets.empty() && event.step >= 0;
  if (looks_around && focus_ >= 0 && !contains(event.objects, focus_) && held_ >= 0)
    event.targets = {focus_};
}

void TextReader::carry_out(const Event& event) {
  const Attributes& does = event.parts[kDoes];
  if (has(does, a_.picks) && !event.objects.empty()) {
    held_ = event.objects.back();
    take_out(held_);
  }
  const bool moves = has(does, a_.puts) || has(does, a_.fills) || has(does, a_.wets);
  for (const int holder : event.targets) {
    const Attributes& is = base_.concepts()[static_cast<std::size_t>(holder)].is;
    if (!moves || !(has(is, a_.vessel) || has(is, a_.encloses) || has(is, a_.heats))) continue;
    for (const int thing : event.objects) {
      if (has(does, a_.wets) &&
          !has(base_.concepts()[static_cast<std::size_t>(thing)].is, a_.liquid))
        continue;
      remember_contents(holder, thing);
    }
  }
  if (has(does, a_.puts) && contains(event.objects, held_)) held_ = -1;
  for (const int thing : event.objects) {
    if (has(does, a_.turn_on)) states_[thing].extra.set(a_.on);
    if (has(does, a_.turn_off)) states_[thing].extra.reset(a_.on);
  }
}

void TextReader::emit(Event event) {
  for (const int thing : event.objects) event.parts[kObject] |= attributes_of(thing);
  for (const int thing : event.targets) event.parts[kTarget] |= attributes_of(thing);
  for (const int thing : event.tools) event.parts[kTool] |= attributes_of(thing);
  for (const auto* list : {&event.objects, &event.targets, &event.tools})
    for (const int thing : *list) event.things.push_back(attributes_of(thing));
  if (events_.size() < kEvents_max) events_.push_back(std::move(event));
}

void TextReader::close(Clause& clause) {
  if (!clause.event) return;
  Event event = std::move(*clause.event);
  clause.event.reset();
  if (has(event.parts[kDoes], a_.toggles) && clause.open_role >= 0) {  // "turn the stove on"
    const Attributes& is = base_.concepts()[static_cast<std::size_t>(clause.open_role)].is;
    const int meant = has(is, a_.particle_on)    ? turn_on_
                      : has(is, a_.particle_off) ? turn_off_
                                                 : -1;
    if (meant >= 0) {
      event.action = meant;
      event.parts[kDoes] = base_.concepts()[static_cast<std::size_t>(meant)].is;
    }
  }
  clause.open_role = -1;
  complete(event);
  const bool switched_on = has(event.parts[kDoes], a_.turn_on);
  if (!event.objects.empty()) last_object_ = object_of_text_ = event.objects.back();
  const Event said = event;
  if (!switched_on && !has(said.parts[kDoes], a_.turn_off) && !has(said.parts[kDoes], a_.finds))
    for (auto& [thing, state] : states_) state.switched_on = 0;
  for (const int thing : said.objects)
    if (switched_on && said.step >= 0 && ++states_[thing].switched_on == kOften &&
        a_.repeated < kAttributes_max)
      event.parts[kManner].set(a_.repeated);
  emit(std::move(event));  // as things are before it
  if (has(said.parts[kDoes], a_.applies_tool) && !said.tools.empty() && !said.objects.empty()) {
    Event applied{.step = said.step,
                  .action = said.action,
                  .objects = said.tools,
                  .targets = said.objects};  // "cover it with …"
    applied.parts[kDoes] = said.parts[kDoes];
    applied.parts[kManner] = said.parts[kManner];
    emit(std::move(applied));
  }
  carry_out(said);
  for (const int appliance : said.objects) {  // what is in a heater that goes on is heated
    const bool heats = has(base_.concepts()[static_cast<std::size_t>(appliance)].is, a_.heats);
    if (!switched_on || !heats || states_[appliance].contents.empty()) continue;
    Event heating{.step = said.step,
                  .action = said.action,
                  .objects = states_[appliance].contents,
                  .targets = {appliance}};
    heating.parts[kDoes].set(a_.heats);
    heating.parts[kManner] = said.parts[kManner];
    emit(std::move(heating));
  }
}

void TextReader::forget_events() {
  if (std::any_of(events_.begin(), events_.end(),
                  [&](const Event& e) { return has(e.parts[kDoes], a_.harm_wish); }) &&
      a_.past_harm < kAttributes_max)
    scene_.set(a_.past_harm);
  past_ = std::move(events_);
  events_.clear();
}

std::vector<Event> TextReader::events() const {
  std::vector<Event> all = events_;
  for (Event& event : all) event.parts[kScene] |= scene_;
  return all;
}

}  // namespace longmen::gate::plan
