#include "gate/plan/rego.h"

#include <dlfcn.h>

#include <cstdint>

// The part of rego-cpp's C interface that is used (its wheel has no header).
extern "C" {
void* regoNew();
void regoFree(void* rego);
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

/// Opened by name, not linked: the library brings an allocator of its own, which would take the
/// place of the whole program's.
struct Library {
  decltype(&::regoNew) regoNew = nullptr;
  decltype(&::regoFree) regoFree = nullptr;
  decltype(&::regoSetLogLevel) regoSetLogLevel = nullptr;
  decltype(&::regoAddModule) regoAddModule = nullptr;
  decltype(&::regoSetQuery) regoSetQuery = nullptr;
  decltype(&::regoSetInputTerm) regoSetInputTerm = nullptr;
  decltype(&::regoBuild) regoBuild = nullptr;
  decltype(&::regoBundleQuery) regoBundleQuery = nullptr;
  decltype(&::regoFreeBundle) regoFreeBundle = nullptr;
  decltype(&::regoErrorSize) regoErrorSize = nullptr;
  decltype(&::regoError) regoError = nullptr;
  decltype(&::regoOutputOk) regoOutputOk = nullptr;
  decltype(&::regoOutputJSONSize) regoOutputJSONSize = nullptr;
  decltype(&::regoOutputJSON) regoOutputJSON = nullptr;
  decltype(&::regoFreeOutput) regoFreeOutput = nullptr;
  std::string error;  ///< empty: all of it is there

  Library() {
    handle_ = dlopen(LONGMEN_REGO_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) {
      const char* why = dlerror();
      error = why != nullptr ? why : "no reason given";
      return;
    }
    bind(regoNew, "regoNew");
    bind(regoFree, "regoFree");
    bind(regoSetLogLevel, "regoSetLogLevel");
    bind(regoAddModule, "regoAddModule");
    bind(regoSetQuery, "regoSetQuery");
    bind(regoSetInputTerm, "regoSetInputTerm");
    bind(regoBuild, "regoBuild");
    bind(regoBundleQuery, "regoBundleQuery");
    bind(regoFreeBundle, "regoFreeBundle");
    bind(regoErrorSize, "regoErrorSize");
    bind(regoError, "regoError");
    bind(regoOutputOk, "regoOutputOk");
    bind(regoOutputJSONSize, "regoOutputJSONSize");
    bind(regoOutputJSON, "regoOutputJSON");
    bind(regoFreeOutput, "regoFreeOutput");
  }

 private:
  template <typename F>
  void bind(F& function, const char* name) {
    function = reinterpret_cast<F>(dlsym(handle_, name));
    if (function == nullptr) error = std::string("it has no ") + name;
  }
  void* handle_ = nullptr;
};

const Library& library() {
  static const Library opened;
  return opened;
}

constexpr std::uint32_t kOk = 0;
constexpr std::uint32_t kLogNothing = 0;
constexpr std::size_t kMessage_max_bytes = 300;

std::string error_of(void* rego) {
  std::string text(library().regoErrorSize(rego), '\0');
  if (text.empty() ||
      library().regoError(rego, text.data(), static_cast<std::uint32_t>(text.size())) != kOk)
    return "no message";
  return text.substr(0, std::min(text.find('\0'), kMessage_max_bytes));
}

}  // namespace

void Rego::Free::operator()(void* interpreter) const noexcept { library().regoFree(interpreter); }
void Rego::FreeBundle::operator()(void* bundle) const noexcept { library().regoFreeBundle(bundle); }

Result<Rego> Rego::compile(const std::vector<std::pair<std::string, std::string>>& modules,
                           const std::string& query) {
  if (!library().error.empty())
    return fail(ErrorCode::kNotFound,
                "the evaluator of the rules cannot be opened: " + library().error,
                LONGMEN_REGO_LIBRARY);
  Rego made;
  made.interpreter_.reset(library().regoNew());
  void* const rego = made.interpreter_.get();
  library().regoSetLogLevel(rego, kLogNothing);
  for (const auto& [name, source] : modules)
    if (library().regoAddModule(rego, name.c_str(), source.c_str()) != kOk)
      return fail(ErrorCode::kParse, "does not compile: " + error_of(rego), name);
  if (library().regoSetQuery(rego, query.c_str()) != kOk)
    return fail(ErrorCode::kParse, "does not compile: " + error_of(rego), query);
  made.bundle_.reset(library().regoBuild(rego));
  if (made.bundle_ == nullptr) {
    std::string names;
    for (const auto& module : modules) names += (names.empty() ? "" : ", ") + module.first;
    return fail(ErrorCode::kParse, "the rule pack does not compile: " + error_of(rego), names);
  }
  return made;
}

Result<std::string> Rego::ask(const std::string& input_json) const {
  const std::lock_guard lock(*asking_);
  void* const rego = interpreter_.get();
  if (library().regoSetInputTerm(rego, input_json.c_str()) != kOk)
    return fail(ErrorCode::kInternal, "the rules' input was refused: " + error_of(rego));
  const std::unique_ptr<void, decltype(library().regoFreeOutput)> output(
      library().regoBundleQuery(rego, bundle_.get()), library().regoFreeOutput);
  if (output == nullptr || !library().regoOutputOk(output.get()))
    return fail(ErrorCode::kInternal, "the rules could not be evaluated: " + error_of(rego));
  std::string json(library().regoOutputJSONSize(output.get()), '\0');
  if (library().regoOutputJSON(output.get(), json.data(),
                               static_cast<std::uint32_t>(json.size())) != kOk)
    return fail(ErrorCode::kInternal, "the rules' answer could not be read");
  json.resize(std::min(json.find('\0'), json.size()));
  return json;
}

}  // namespace longmen::gate::plan
