#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace longmen::server {

/// The operators' quiz: draws sheets of questions and marks what comes back. The right answers
/// never leave it: a sheet goes out without them, is marked once, and the mark says only how many
/// were right. Times are passed in.
class Quiz {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kQuestions = 10;  ///< of a sheet
  static constexpr std::size_t kRight_min = 9;   ///< to pass
  static constexpr std::size_t kOptions_min = 3, kOptions_max = 6;
  static constexpr std::size_t kSheets_max = 64;  ///< open at a time
  static constexpr auto kSheetLife = std::chrono::minutes(15);

  /// Of a file as rules/quiz/operators.yaml, whose first options are right. Errors: those of the
  /// reader; kInvalidArgument for fewer questions than a sheet has, or a bad number of options.
  static Result<Quiz> load(const std::filesystem::path& file);

  /// {"sheet", "minutes", "right_min", "questions": [{"question": {"en", "zh"}, "options": [{"en",
  /// "zh"}]}]}; kSheets_max are kept, the oldest goes first.
  [[nodiscard]] nlohmann::json begin(Time now);
  /// How many of the answers are right; each is the option's number as a digit, in the order of the
  /// questions. Nothing for a sheet that is not open: marked already, too old, or never drawn.
  [[nodiscard]] std::optional<std::size_t> mark(const std::string& sheet,
                                                const std::string& answers, Time now);

 private:
  struct Words {
    std::string en, zh;
  };
  struct Question {
    Words words;
    std::vector<Words> options;  ///< the right one first
  };
  struct Sheet {
    std::string right;  ///< digits
    Time until;
  };

  std::vector<Question> pool_;
  std::map<std::string, Sheet> sheets_;  ///< by a name that nobody can guess
};

}  // namespace longmen::server
