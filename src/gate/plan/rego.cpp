#include "gate/plan/rego.h"

#include <cstdint>

// The part of rego-cpp's C interface that is used (its wheel has no header).
extern "C" {
void* regoNew();
void regoFree(void* rego);
void regoSetStrictBuiltInErrors(void* rego, bool enabled);
std::uint32_t regoSetLogLevel(void* rego, std::uint32_t level);
std::uint32_t regoAddModule(void* rego, const char* name, const char* source);
std::uint32_t regoSetQuery(void* rego, const char* query);
std::uint32_t regoSetInputTerm(void* rego, const char* json);
void* regoBuild(void* rego);
void* regoBundleQuery(void* rego, void* bundle);
void regoFreeBundle(void* bundle);
std::uint32_t regoErrorSize(void* rego);
std::uint32_t regoError(void* rego, char* text, std::uint32_t size);
bool regoOutputOk(void* output);
std::uint32_t regoOutputJSONSize(void* output);
std::uint32_t regoOutputJSON(void* output, char* text, std::uint32_t size);
void regoFreeOutput(void* output);
}

namespace longmen::gate::plan {
namespace {

constexpr std::uint32_t kOk = 0;
constexpr std::uint32_t kLogNothing = 0;
constexpr std::size_t kMessage_max_bytes = 300;

std::string error_of(void* rego) {
  std::string text(regoErrorSize(rego), '\0');
  if (text.empty() || regoError(rego, text.data(), static_cast<std::uint32_t>(text.size())) != kOk)
    return "no message";
  return text.substr(0, std::min(text.find('\0'), kMessage_max_bytes));
}

}  // namespace

void Rego::Free::operator()(void* interpreter) const noexcept { regoFree(interpreter); }
void Rego::FreeBundle::operator()(void* bundle) const noexcept { regoFreeBundle(bundle); }

Result<Rego> Rego::compile(const std::vector<std::pair<std::string, std::string>>& modules,
                           const std::string& query) {
  Rego made;
  made.interpreter_.reset(regoNew());
  void* const rego = made.interpreter_.get();
  regoSetLogLevel(rego, kLogNothing);
  for (const auto& [name, source] : modules)
    if (regoAddModule(rego, name.c_str(), source.c_str()) != kOk)
      return fail(ErrorCode::kParse, "does not compile: " + error_of(rego), name);
  if (regoSetQuery(rego, query.c_str()) != kOk)
    return fail(ErrorCode::kParse, "does not compile: " + error_of(rego), query);
  made.bundle_.reset(regoBuild(rego));
  if (made.bundle_ == nullptr) {
    std::string names;
    for (const auto& module : modules) names += (names.empty() ? "" : ", ") + module.first;
    return fail(ErrorCode::kParse, "the rule pack does not compile: " + error_of(rego), names);
  }
  return made;
}

Result<std::string> Rego::ask(const std::string& input_json) const {
  void* const rego = interpreter_.get();
  if (regoSetInputTerm(rego, input_json.c_str()) != kOk)
    return fail(ErrorCode::kInternal, "the rules' input was refused: " + error_of(rego));
  const std::unique_ptr<void, decltype(&regoFreeOutput)> output(
      regoBundleQuery(rego, bundle_.get()), &regoFreeOutput);
  if (output == nullptr || !regoOutputOk(output.get()))
    return fail(ErrorCode::kInternal, "the rules could not be evaluated: " + error_of(rego));
  std::string json(regoOutputJSONSize(output.get()), '\0');
  if (regoOutputJSON(output.get(), json.data(), static_cast<std::uint32_t>(json.size())) != kOk)
    return fail(ErrorCode::kInternal, "the rules' answer could not be read");
  json.resize(std::min(json.find('\0'), json.size()));
  return json;
}

}  // namespace longmen::gate::plan
