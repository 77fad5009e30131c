#pragma once

#include <string>
#include <vector>

#include "agent/grammar.h"
#include "agent/lexicon.h"
#include "core/bilingual.h"
#include "core/skill_catalogue.h"
#include "world/world.h"

/// The sentences with which the parser says why there is no plan. Each names what was not
/// understood and what would be.
namespace longmen::agent::reasons {

[[nodiscard]] Bilingual not_utf8();
[[nodiscard]] Bilingual empty();
[[nodiscard]] Bilingual too_long(std::size_t size_bytes, std::size_t size_max_bytes);
[[nodiscard]] Bilingual too_many_words(std::size_t words_max);
[[nodiscard]] Bilingual too_many_clauses(std::size_t clauses_max);
[[nodiscard]] Bilingual incomplete(const world::World& world);
[[nodiscard]] Bilingual unreadable(Unreadable kind, const std::string& words,
                                   const world::World& world);
[[nodiscard]] Bilingual unknown_words(const std::string& words, const world::World& world);
[[nodiscard]] Bilingual unknown_thing(Slot expected, const std::string& words,
                                      const world::World& world);
[[nodiscard]] Bilingual needs_quotes();
[[nodiscard]] Bilingual needs_quantity(Slot expected, const std::string& words);
[[nodiscard]] Bilingual ambiguous(const std::string& words, const std::vector<std::string>& ids);
[[nodiscard]] Bilingual unresolved(const std::string& words);
[[nodiscard]] Bilingual speaker_unknown(const std::string& words);
[[nodiscard]] Bilingual no_home(const world::World& world);
[[nodiscard]] Bilingual place_of_thing_unknown(const world::Names& names);
[[nodiscard]] Bilingual elsewhere(const world::Names& object, const world::Names& place);
[[nodiscard]] Bilingual person_is_no_place(const world::Names& names);
[[nodiscard]] Bilingual beyond_limits(const Skill& skill, const Parameter& parameter, double value);
[[nodiscard]] Bilingual contradicts_side(const std::string& words);
[[nodiscard]] Bilingual bad_count(double count, int count_max);
[[nodiscard]] Bilingual too_many_steps(std::size_t steps, std::size_t steps_max);
[[nodiscard]] Bilingual only_prohibitions();
[[nodiscard]] Bilingual contradiction(const std::string& words);
[[nodiscard]] Bilingual place_missing(const std::string& words);

}  // namespace longmen::agent::reasons
