#include "server/quiz.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <numeric>

#include "config/config_reader.h"
#include "server/access.h"

namespace longmen::server {
namespace {

using nlohmann::json;

/// The first `count` of a random order of 0 … size - 1, which nobody can foresee.
std::vector<std::size_t> draw(std::size_t size, std::size_t count) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = 0; i < count; ++i)
    std::swap(order[i], order[i + randombytes_uniform(static_cast<std::uint32_t>(size - i))]);
  order.resize(count);
  return order;
}

}  // namespace

Result<Quiz> Quiz::load(const std::filesystem::path& file) {
  const auto yaml = config::load_yaml(file);
  if (!yaml) return tl::make_unexpected(yaml.error());
  const auto read_words = [](const YAML::Node& node, const std::string& where) -> Result<Words> {
    Words words;
    config::Reader reader(node, where);
    reader.required("en", words.en);
    reader.required("zh", words.zh);
    if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
    return words;
  };
  Quiz quiz;
  config::Reader reader(*yaml, file.string());
  const YAML::Node questions = reader.child("questions", true);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const std::string where = fmt::format("{}: questions[{}]", file.string(), i);
    config::Reader entry(questions[i], where);
    const YAML::Node text = entry.child("question", true);
    const YAML::Node options = entry.child("options", true);
    if (auto done = entry.finish(); !done) return tl::make_unexpected(done.error());
    if (!options.IsSequence() || options.size() < kOptions_min || options.size() > kOptions_max)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("must have {} to {} options", kOptions_min, kOptions_max), where);
    auto words = read_words(text, where + ": question");
    if (!words) return tl::make_unexpected(words.error());
    Question question{std::move(*words), {}};
    for (std::size_t k = 0; k < options.size(); ++k) {
      auto option = read_words(options[k], fmt::format("{}: options[{}]", where, k));
      if (!option) return tl::make_unexpected(option.error());
      question.options.push_back(std::move(*option));
    }
    quiz.pool_.push_back(std::move(question));
  }
  if (quiz.pool_.size() < kQuestions)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("must have at least {} questions", kQuestions), file.string());
  return quiz;
}

json Quiz::begin(Time now) {
  std::erase_if(sheets_, [&](const auto& entry) { return entry.second.until <= now; });
  if (sheets_.size() >= kSheets_max)
    sheets_.erase(std::min_element(
        sheets_.begin(), sheets_.end(),
        [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
  Sheet sheet{{}, now + kSheetLife};
  json asked = json::array();
  for (const std::size_t number : draw(pool_.size(), kQuestions)) {
    const Question& question = pool_[number];
    json options = json::array();
    const auto order = draw(question.options.size(), question.options.size());
    for (std::size_t place = 0; place < order.size(); ++place) {
      const Words& option = question.options[order[place]];
      options.push_back({{"en", option.en}, {"zh", option.zh}});
      if (order[place] == 0) sheet.right += static_cast<char>('0' + place);
    }
    asked.push_back({{"question", {{"en", question.words.en}, {"zh", question.words.zh}}},
                     {"options", std::move(options)}});
  }
  const std::string name = new_secret();
  sheets_[name] = std::move(sheet);
  return {{"sheet", name},
          {"minutes", kSheetLife.count()},
          {"right_min", kRight_min},
          {"questions", std::move(asked)}};
}

std::optional<std::size_t> Quiz::mark(const std::string& sheet, const std::string& answers,
                                      Time now) {
  const auto open = sheets_.extract(sheet);
  if (open.empty() || open.mapped().until <= now) return std::nullopt;
  const std::string& right = open.mapped().right;
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::min(right.size(), answers.size()); ++i)
    count += right[i] == answers[i] ? 1 : 0;
  return count;
}

}  // namespace longmen::server
