#include "exam/bank.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "core/random.h"

namespace longmen::exam {
namespace {

constexpr int kDraws = 80;
constexpr std::size_t kFile_max_bytes = 1u << 20;

/// Expands one template: [optional], (one|of|these), {place}, {object}, {person}. A slot named in
/// the meaning stands for the same thing in both.
class Expander {
 public:
  Expander(const world::World& world, Random& random) : world_(world), random_(random) {}

  /// Error: the template is not well formed.
  Result<std::string> expand(std::string_view text) {
    at_ = 0;
    text_ = text;
    is_broken_ = false;
    std::string words = choice();
    if (at_ < text_.size() || is_broken_) return fail(ErrorCode::kParse, "brackets do not match");
    std::string tidy;
    for (const char c : words)
      if (c != ' ' || (!tidy.empty() && tidy.back() != ' ')) tidy += c;
    while (!tidy.empty() && tidy.back() == ' ') tidy.pop_back();
    return tidy;
  }
  void begin() { things_.clear(); }

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
      if (found == things_.end() || !is_meaning_)
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
    const std::string name = zh ? names->first_zh() : names->first_en();
    return zh || slot == "person" ? name : "the " + name;
  }

 public:
  bool is_meaning_ = false;

 private:
  const world::World& world_;
  Random& random_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool is_broken_ = false;
  std::map<std::string, std::size_t> things_;
};

}  // namespace

Result<Bank> draw(const std::vector<std::filesystem::path>& files, const world::World& world,
                  std::uint64_t seed) {
  Bank bank;
  std::string all = fmt::format("{}\n{}\n", seed, world.hash.hex());
  std::set<std::string> seen;
  std::uint64_t number_of_template = 0;
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
    bool is_plan = false;
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      const std::string where = fmt::format("{}:{}", file.string(), ++number);
      if (line.empty() || line[0] == '#') continue;
      const std::size_t close = line.find("] ");
      const std::string right = close == std::string::npos ? "" : line.substr(close + 2);
      if (line[0] == '[' && (right == "plan" || right == "refuse")) {
        section = line.substr(1, close - 1);
        is_plan = right == "plan";
        continue;
      }
      const std::size_t arrow = line.find(" => ");
      if (section.empty() || is_plan != (arrow != std::string::npos))
        return fail(ErrorCode::kParse,
                    "a template stands under '[class] plan' with ' => meaning', or under '[class] "
                    "refuse' without",
                    where);
      Random random = Random::stream(seed, number_of_template++);
      Expander expander(world, random);
      for (int made = 0, drawn = 0; made < kCasesOfTemplate_max && drawn < kDraws; ++drawn) {
        expander.begin();
        expander.is_meaning_ = false;
        const auto said = expander.expand(line.substr(0, arrow));
        expander.is_meaning_ = true;
        const auto meant = arrow == std::string::npos ? Result<std::string>("")
                                                      : expander.expand(line.substr(arrow + 4));
        if (!said || !meant)
          return fail(ErrorCode::kParse,
                      "a bracket is not closed, or a slot is none of place, "
                      "object, person",
                      where);
        if (!seen.insert(*said).second) continue;
        bank.cases.push_back({section, *said, *meant == "=" ? *said : *meant});
        ++made;
      }
    }
  }
  bank.hash = sha256(all);
  return bank;
}

}  // namespace longmen::exam
