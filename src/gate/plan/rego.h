#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"

namespace longmen::gate::plan {

/// A Rego policy compiled once and asked many times, one question after the other.
class Rego {
 public:
  /// @param modules  name and source of each file of the pack
  /// @param query    for example "x := data.longmen.plan.findings"
  /// Errors: kParse when a module does not compile; the message is the compiler's, in one line.
  static Result<Rego> compile(const std::vector<std::pair<std::string, std::string>>& modules,
                              const std::string& query);

  /// The JSON of the query's results for an input document. Error: kInternal.
  [[nodiscard]] Result<std::string> ask(const std::string& input_json) const;

 private:
  struct Free {
    void operator()(void* interpreter) const noexcept;
  };
  struct FreeBundle {
    void operator()(void* bundle) const noexcept;
  };
  Rego() = default;
  std::unique_ptr<std::mutex> asking_ =
      std::make_unique<std::mutex>();  ///< the evaluator has one state
  std::unique_ptr<void, Free> interpreter_;
  std::unique_ptr<void, FreeBundle> bundle_;  ///< freed before its interpreter
};

}  // namespace longmen::gate::plan
