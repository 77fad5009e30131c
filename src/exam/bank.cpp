#include "exam/bank.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "core/random.h"

namespace longmen::exam {
namespace {

constexpr int kDraws = 80;
constexpr std::size_t kFile_max_bytes = 1u << 20;

/// Expands one template: [optional], (one|of|these), {place}, {object}, {person}. A slot of a
/// meaning or of a later turn stands for the same thing as before.
class Expander {
 public:
  Expander(const world::World& world, Random& random) : world_(world), random_(random) {}

  /// Error: the template is not well formed.
  Result<std::string> expand(std::string_view text) {
    at_ = 0;
    text_ = text;
    is_broken_ = false;
    std::string words = choice();
    if (at_ < text_.size() || is_broken_)
      return fail(ErrorCode::kParse,
                  "a bracket is not closed, or a slot is none of place, object, person");
    std::string tidy;
    for (const char c : words)
      if (c != ' ' || (!tidy.empty() && tidy.back() != ' ')) tidy += c;
    while (!tidy.empty() && tidy.back() == ' ') tidy.pop_back();
    return tidy;
  }
  /// A new case: slots stand for anything.
  void begin() {
    things_.clear();
    keeps_ = false;
  }
  /// From here on slots stand for what they stood for.
  void keep() { keeps_ = true; }

 private:
  std::string choice() {
    std::vector<std::string> options = {sequence()};
    while (at_ < text_.size() && text_[at_] == '|') {
      ++at_;
      options.push_back(sequence());
    }
    return options.size() == 1 ? options[0] : options[random_.next() % options.size()];
  }
  std::string sequence() {
    std::string words;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '|' || c == ')' || c == ']') break;
      ++at_;
      if (c == '(' || c == '[') {
        std::string inner = choice();
        const char close = c == '(' ? ')' : ']';
        is_broken_ = is_broken_ || at_ >= text_.size() || text_[at_] != close;
        ++at_;
        if (c == '(' || random_.next() % 2 == 0) words += inner;
      } else if (c == '{') {
        const std::size_t close = text_.find('}', at_);
        is_broken_ = is_broken_ || close == std::string_view::npos;
        if (is_broken_) break;
        words += thing(std::string(text_.substr(at_, close - at_)));
        at_ = close + 1;
      } else {
        words += c;
      }
    }
    return words;
  }
  std::string thing(const std::string& slot) {
    const bool zh = std::any_of(text_.begin(), text_.end(),
                                [](char c) { return static_cast<unsigned char>(c) >= 0xE4; });
    const auto pick = [&](const auto& all) -> const world::Names* {
      if (all.empty()) return nullptr;
      auto found = things_.find(slot);
      if (found == things_.end() || !keeps_)
        found = things_.insert_or_assign(slot, random_.next() % all.size()).first;
      return &all[found->second].names;
    };
    const world::Names* names = slot == "place"    ? pick(world_.places)
                                : slot == "object" ? pick(world_.objects)
                                : slot == "person" ? pick(world_.people)
                                                   : nullptr;
    if (names == nullptr) {
      is_broken_ = true;
      return {};
    }
    // A meaning and later turns use the first name; whoever speaks first may use any.
    const std::vector<std::string>& known = zh ? names->zh : names->en;
    const std::string first = zh ? names->first_zh() : names->first_en();
    const std::string name = keeps_ || known.empty() ? first : known[random_.next() % known.size()];
    const bool is_proper = std::isupper(static_cast<unsigned char>(name.front())) != 0;
    return zh || is_proper ? name : "the " + name;
  }

  const world::World& world_;
  Random& random_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool is_broken_ = false;
  bool keeps_ = false;
  std::map<std::string, std::size_t> things_;
};

constexpr std::string_view kNextTurn = " // ";
constexpr std::string_view kMeans = " => ";
constexpr std::string_view kLabel = "@ ";

std::vector<std::string_view> split(std::string_view text, std::string_view mark) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at != std::string_view::npos;) {
    const std::size_t end = text.find(mark, at);
    parts.push_back(text.substr(at, end == std::string_view::npos ? end : end - at));
    at = end == std::string_view::npos ? end : end + mark.size();
  }
  return parts;
}

std::optional<Right> right_of(std::string_view words) {
  if (words == "plan") return Right::kPlan;
  if (words == "plan or nothing") return Right::kPlanOrNothing;
  if (words == "refuse") return Right::kNothing;
  return std::nullopt;
}

/// One line of a bank as a case. The last turn is what the class says; an earlier one is a plan
/// when it has a meaning, else nothing may come of it. Error: kParse.
Result<Case> case_of(std::string_view line, const std::string& section, Right right,
                     Expander& expander) {
  Case c{section, {}, {}};
  expander.begin();
  std::vector<std::string_view> turns = split(line, kNextTurn);
  if (turns.front().substr(0, kLabel.size()) == kLabel) {
    auto label = expander.expand(turns.front().substr(kLabel.size()));
    if (!label) return tl::make_unexpected(label.error());
    c.label = std::move(*label);
    turns.erase(turns.begin());
    expander.keep();
  }
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const std::vector<std::string_view> sides = split(turns[i], kMeans);
    const bool is_last = i + 1 == turns.size();
    const Right turn_right = is_last ? right : sides.size() > 1 ? Right::kPlan : Right::kNothing;
    if (sides.size() != (turn_right == Right::kNothing ? 1U : 2U))
      return fail(ErrorCode::kParse,
                  "a template's last turn stands under '[class] plan' or '[class] plan or nothing' "
                  "with ' => meaning', or under '[class] refuse' without");
    auto said = expander.expand(sides[0]);
    if (!said) return tl::make_unexpected(said.error());
    expander.keep();
    Turn turn{*said, {}, turn_right};
    if (sides.size() == 2) {
      auto meant = expander.expand(sides[1]);
      if (!meant) return tl::make_unexpected(meant.error());
      turn.meaning = *meant == "=" ? *said : *meant;
    }
    c.turns.push_back(std::move(turn));
  }
  if (c.turns.empty()) return fail(ErrorCode::kParse, "a label alone is no request");
  return c;
}

}  // namespace

std::string Case::text() const {
  std::string all = label.empty() ? "" : "@ " + label;
  for (const Turn& turn : turns) all += (all.empty() ? "" : " // ") + turn.text;
  return all;
}

Result<Bank> draw(const std::vector<std::filesystem::path>& files, const world::World& world,
                  std::uint64_t seed) {
  Bank bank;
  std::string all = fmt::format("{}\n{}\n", seed, world.hash.hex());
  std::set<std::string> seen;
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file);
    if (!in) return fail(ErrorCode::kNotFound, "there is no such bank", file);
    std::ostringstream text;
    text << in.rdbuf();
    if (text.str().size() > kFile_max_bytes)
      return fail(ErrorCode::kParse, fmt::format("larger than {} bytes", kFile_max_bytes), file);
    all += text.str();
    std::istringstream lines(text.str());
    std::string section;
    std::optional<Right> right;
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      const std::string where = fmt::format("{}:{}", file.string(), ++number);
      if (line.empty() || line[0] == '#') continue;
      const std::size_t close = line.find("] ");
      if (line[0] == '[' && close != std::string::npos && right_of(line.substr(close + 2))) {
        section = line.substr(1, close - 1);
        const std::string part = section.substr(0, section.find('.'));
        if (std::none_of(kParts.begin(), kParts.end(),
                         [&](const Part& p) { return p.name == part; }))
          return fail(ErrorCode::kParse, fmt::format("there is no part '{}' of an exam", part),
                      where);
        right = right_of(line.substr(close + 2));
        continue;
      }
      if (!right) return fail(ErrorCode::kParse, "a template stands under a class", where);
      Random random = Random::stream(seed, static_cast<std::uint64_t>(bank.templates++));
      Expander expander(world, random);
      for (int made = 0, drawn = 0; made < kCasesOfTemplate_max && drawn < kDraws; ++drawn) {
        auto c = case_of(line, section, *right, expander);
        if (!c) return fail(c.error().code, c.error().message, where);
        if (!seen.insert(c->text()).second) continue;
        bank.cases.push_back(std::move(*c));
        ++made;
      }
    }
  }
  bank.hash = sha256(all);
  return bank;
}

}  // namespace longmen::exam
