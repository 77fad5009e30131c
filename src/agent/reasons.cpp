#include "agent/reasons.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace longmen::agent::reasons {
namespace {

constexpr std::size_t kListed_max = 24;

template <typename T>
Bilingual list_of(const std::vector<T>& things) {
  std::vector<std::string> en;
  std::vector<std::string> zh;
  for (const T& thing : things) {
    if (en.size() == kListed_max) {
      en.emplace_back("…");
      zh.emplace_back("…");
      break;
    }
    en.push_back(thing.names.first_en());
    zh.push_back(thing.names.first_zh());
  }
  if (en.empty()) return {"none", "无"};
  return {fmt::format("{}", fmt::join(en, ", ")), fmt::format("{}", fmt::join(zh, "、"))};
}

/// "I can: walk to a place, … Places: … Objects: … People: …"
Bilingual possible(const world::World& world) {
  std::vector<std::string_view> en;
  std::vector<std::string_view> zh;
  for (const Skill& skill : skill_catalogue()) {
    if (!skill.is_asked_in_words()) continue;
    en.push_back(skill.summary_en);
    zh.push_back(skill.summary_zh);
  }
  const Bilingual places = list_of(world.places);
  const Bilingual objects = list_of(world.objects);
  const Bilingual people = list_of(world.people);
  return {fmt::format("I can: {}. Places: {}. Objects: {}. People: {}.", fmt::join(en, ", "),
                      places.en, objects.en, people.en),
          fmt::format("我能：{}。地点：{}。物品：{}。人：{}。", fmt::join(zh, "、"), places.zh,
                      objects.zh, people.zh)};
}

Bilingual with_possible(Bilingual reason, const world::World& world) {
  const Bilingual list = possible(world);
  return {reason.en + " " + list.en, reason.zh + list.zh};
}

}  // namespace

Bilingual not_utf8() { return {"The text is not valid UTF-8.", "文本不是有效的 UTF-8。"}; }

Bilingual empty() { return {"The text says nothing to do.", "没有说要做什么。"}; }

Bilingual too_long(std::size_t size_bytes, std::size_t size_max_bytes) {
  return {fmt::format("The text has {} bytes; I read at most {}.", size_bytes, size_max_bytes),
          fmt::format("文本有 {} 字节，我最多读 {} 字节。", size_bytes, size_max_bytes)};
}

Bilingual too_many_words(std::size_t words_max) {
  return {fmt::format("The text is too long: I read at most {} words.", words_max),
          fmt::format("文本太长：我最多读 {} 个词。", words_max)};
}

Bilingual too_many_clauses(std::size_t clauses_max) {
  return {fmt::format("The text asks for too much at once: at most {} things.", clauses_max),
          fmt::format("一次要求的事情太多：最多 {} 件。", clauses_max)};
}

Bilingual incomplete(const world::World& world) {
  return with_possible(
      {"The text ends before it has said what to do.", "话没有说完，不知道要做什么。"}, world);
}

Bilingual unreadable(Unreadable kind, const std::string& words, const world::World& world) {
  const auto say = [&](const char* en, const char* zh) {
    return Bilingual{fmt::format(fmt::runtime(en), words), fmt::format(fmt::runtime(zh), words)};
  };
  switch (kind) {
    case Unreadable::kQuestion:
      return with_possible(say("That is a question, and I carry out instructions (\"{}\").",
                               "这是一个问题，而我只执行指令（“{}”）。"),
                           world);
    case Unreadable::kCondition:
      return say("I cannot act on a condition (\"{}\"): say what to do now.",
                 "我不能按条件行动（“{}”）：请直接说现在要做什么。");
    case Unreadable::kChoice:
      return say("That leaves me a choice (\"{}\"): say which one.",
                 "这里有多个选择（“{}”）：请说明是哪一个。");
    case Unreadable::kTogether:
      return say("I do one thing after another, not at the same time (\"{}\").",
                 "我一次只做一件事，不能同时做（“{}”）。");
    case Unreadable::kManner:
      return say("I cannot choose how fast or in which manner to do it (\"{}\").",
                 "我不能选择快慢或方式（“{}”）。");
    case Unreadable::kDistance:
      return say("I walk to places and turn by angles, not by distances or steps (\"{}\").",
                 "我走到地点、按角度转身，不按距离或步数移动（“{}”）。");
    case Unreadable::kVague:
      return say("That is not said exactly enough (\"{}\"): give a number or a name.",
                 "说得不够明确（“{}”）：请给出数字或名称。");
    case Unreadable::kOverride:
      return say("Rules and instructions cannot be changed by a sentence (\"{}\").",
                 "规则和指令不能用一句话改变（“{}”）。");
  }
  return unknown_words(words, world);
}

Bilingual unknown_words(const std::string& words, const world::World& world) {
  return with_possible(
      {fmt::format("I do not understand \"{}\".", words), fmt::format("我不明白“{}”。", words)},
      world);
}

Bilingual unknown_thing(Slot expected, const std::string& words, const world::World& world) {
  const auto say = [&](const char* en, const char* zh, const Bilingual& list) {
    return Bilingual{fmt::format(fmt::runtime(en), words, list.en),
                     fmt::format(fmt::runtime(zh), words, list.zh)};
  };
  switch (expected) {
    case Slot::kObject:
      return say("I know no object \"{}\". Objects: {}.", "我不知道物品“{}”。物品：{}。",
                 list_of(world.objects));
    case Slot::kPerson:
    case Slot::kWho:
      return say("I know no person \"{}\". People: {}.", "我不知道人“{}”。人：{}。",
                 list_of(world.people));
    case Slot::kTarget: {
      const Bilingual places = list_of(world.places);
      const Bilingual objects = list_of(world.objects);
      const Bilingual people = list_of(world.people);
      return say(
          "I know nothing called \"{}\". {}", "我不知道“{}”是什么。{}",
          {fmt::format("Places: {}. Objects: {}. People: {}.", places.en, objects.en, people.en),
           fmt::format("地点：{}。物品：{}。人：{}。", places.zh, objects.zh, people.zh)});
    }
    default:
      return say("I know no place \"{}\". Places: {}.", "我不知道地点“{}”。地点：{}。",
                 list_of(world.places));
  }
}

Bilingual needs_quotes() {
  return {"I cannot tell where the words to say end: put them in quotation marks.",
          "我分不清要说的话到哪里为止：请用引号括起来。"};
}

Bilingual needs_quantity(Slot expected, const std::string& words) {
  if (expected == Slot::kDuration)
    return {fmt::format("For how long (\"{}\")? Say, for example, \"wait 5 seconds\".", words),
            fmt::format("等多久（“{}”）？例如“等待5秒”。", words)};
  if (expected == Slot::kCount)
    return {fmt::format("How often (\"{}\")? Say, for example, \"three times\".", words),
            fmt::format("几次（“{}”）？例如“三次”。", words)};
  return {
      fmt::format("By which angle (\"{}\")? Say, for example, \"turn left 90 degrees\".", words),
      fmt::format("转多少度（“{}”）？例如“向左转90度”。", words)};
}

Bilingual ambiguous(const std::string& words, const std::vector<std::string>& ids) {
  return {fmt::format("\"{}\" may mean: {}. Say which one.", words, fmt::join(ids, ", ")),
          fmt::format("“{}”可能指：{}。请说明是哪一个。", words, fmt::join(ids, "、"))};
}

Bilingual unresolved(const std::string& words) {
  return {fmt::format("I do not know what \"{}\" stands for: name it.", words),
          fmt::format("我不知道“{}”指什么：请说出名称。", words)};
}

Bilingual speaker_unknown(const std::string& words) {
  return {fmt::format("I do not know who or where \"{}\" is: give a name.", words),
          fmt::format("我不知道“{}”是谁、在哪里：请说出名字。", words)};
}

Bilingual no_home(const world::World& world) {
  const Bilingual places = list_of(world.places);
  return {fmt::format("There is no home or start to come back to. Places: {}.", places.en),
          fmt::format("没有可以返回的起点。地点：{}。", places.zh)};
}

Bilingual place_of_thing_unknown(const world::Names& names) {
  return {fmt::format("I do not know at which place \"{}\" is.", names.first_en()),
          fmt::format("我不知道“{}”在哪个地点。", names.first_zh())};
}

Bilingual elsewhere(const world::Names& object, const world::Names& place) {
  return {fmt::format("As far as I know \"{}\" is at \"{}\".", object.first_en(), place.first_en()),
          fmt::format("据我所知“{}”在“{}”。", object.first_zh(), place.first_zh())};
}

Bilingual person_is_no_place(const world::Names& names) {
  return {fmt::format("\"{}\" is a person, and I walk to places.", names.first_en()),
          fmt::format("“{}”是人，而我只能走到地点。", names.first_zh())};
}

Bilingual beyond_limits(const Skill& skill, const Parameter& parameter, double value) {
  return {fmt::format("{}: {:g} is outside {:g} to {:g} {}.", skill.name, value, parameter.min,
                      parameter.max, parameter.unit),
          fmt::format("{}：{:g} 超出范围 {:g} 到 {:g} {}。", skill.summary_zh, value, parameter.min,
                      parameter.max, parameter.unit)};
}

Bilingual contradicts_side(const std::string& words) {
  return {fmt::format("A side and a sign contradict each other (\"{}\").", words),
          fmt::format("方向和正负号互相矛盾（“{}”）。", words)};
}

Bilingual bad_count(double count, int count_max) {
  return {fmt::format("I repeat a whole number of times, 1 to {}, not {:g}.", count_max, count),
          fmt::format("重复次数应为 1 到 {} 的整数，而不是 {:g}。", count_max, count)};
}

Bilingual too_many_steps(std::size_t steps, std::size_t steps_max) {
  return {fmt::format("The plan would have {} steps; at most {} are allowed.", steps, steps_max),
          fmt::format("计划会有 {} 步，最多允许 {} 步。", steps, steps_max)};
}

Bilingual only_prohibitions() {
  return {"That says only what not to do: I do nothing.", "这只说了不要做什么：我什么都不做。"};
}

Bilingual contradiction(const std::string& words) {
  return {fmt::format("The text both asks for something and forbids it (\"{}\").", words),
          fmt::format("同一件事既要求做又禁止做（“{}”）。", words)};
}

Bilingual place_missing(const std::string& words) {
  return {fmt::format("Where should it be put (\"{}\")? Name a place.", words),
          fmt::format("要放到哪里（“{}”）？请说出地点。", words)};
}

}  // namespace longmen::agent::reasons
