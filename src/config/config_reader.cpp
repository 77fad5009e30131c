#include "config/config_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <fstream>
#include <sstream>

namespace longmen::config {
namespace {
constexpr std::uintmax_t kFileSizeMax_bytes = 1u << 20;
}

Reader::Reader(const YAML::Node& node, std::string where) : node_(node), where_(std::move(where)) {
  if (!node_.IsDefined() || !node_.IsMap())
    error_ = Error{ErrorCode::kParse, "expected a map of keys and values", where_};
}

template <typename T>
bool Reader::read(const std::string& key, T& value, bool is_required, const char* kind) {
  known_.insert(key);
  if (error_) return false;
  const YAML::Node entry = node_[key];
  if (!entry.IsDefined()) {
    if (is_required)
      error_ = Error{ErrorCode::kMissingKey,
                     fmt::format("missing required key '{}' ({})", key, kind), where_};
    return false;
  }
  try {
    value = entry.as<T>();
  } catch (const YAML::Exception&) {
    error_ =
        Error{ErrorCode::kInvalidArgument, fmt::format("key '{}' must be {}", key, kind), where_};
    return false;
  }
  return true;
}

void Reader::required(const std::string& key, double& value, Range range) {
  known_.insert(key);
  if (!error_ && !node_[key].IsDefined()) {
    error_ = Error{ErrorCode::kMissingKey, fmt::format("missing required key '{}' (a number)", key),
                   where_};
    return;
  }
  optional(key, value, range);
}

void Reader::optional(const std::string& key, double& value, Range range) {
  double parsed = 0.0;
  if (!read(key, parsed, false, "a number")) return;
  if (!std::isfinite(parsed) || parsed < range.min || parsed > range.max) {
    error_ =
        Error{ErrorCode::kInvalidArgument,
              fmt::format("key '{}' is {}, must be in [{}, {}]", key, parsed, range.min, range.max),
              where_};
    return;
  }
  value = parsed;
}

void Reader::required(const std::string& key, std::string& value) {
  read(key, value, true, "a text");
}
void Reader::optional(const std::string& key, std::string& value) {
  read(key, value, false, "a text");
}
void Reader::optional(const std::string& key, bool& value) {
  read(key, value, false, "true or false");
}
void Reader::required(const std::string& key, std::vector<std::string>& values) {
  read(key, values, true, "a list of texts");
}
void Reader::optional(const std::string& key, std::vector<std::string>& values) {
  read(key, values, false, "a list of texts");
}

void Reader::optional(const std::string& key, std::int64_t& value, std::int64_t min,
                      std::int64_t max) {
  std::int64_t parsed = 0;
  if (!read(key, parsed, false, "a whole number")) return;
  if (parsed < min || parsed > max) {
    error_ =
        Error{ErrorCode::kInvalidArgument,
              fmt::format("key '{}' is {}, must be in [{}, {}]", key, parsed, min, max), where_};
    return;
  }
  value = parsed;
}

void Reader::required(const std::string& key, std::vector<double>& values, std::size_t count) {
  known_.insert(key);
  if (!error_ && !node_[key].IsDefined()) {
    error_ = Error{ErrorCode::kMissingKey,
                   fmt::format("missing required key '{}' (a list of numbers)", key), where_};
    return;
  }
  optional(key, values, count);
}

void Reader::optional(const std::string& key, std::vector<double>& values, std::size_t count) {
  std::vector<double> parsed;
  if (!read(key, parsed, false, "a list of numbers")) return;
  for (const double x : parsed) {
    if (!std::isfinite(x)) {
      error_ = Error{ErrorCode::kInvalidArgument,
                     fmt::format("key '{}' holds a number that is not finite", key), where_};
      return;
    }
  }
  if (count != 0 && parsed.size() != count) {
    error_ = Error{ErrorCode::kInvalidArgument,
                   fmt::format("key '{}' has {} numbers, must have {}", key, parsed.size(), count),
                   where_};
    return;
  }
  values = std::move(parsed);
}

YAML::Node Reader::child(const std::string& key, bool is_required) {
  known_.insert(key);
  if (error_) return YAML::Node(YAML::NodeType::Undefined);
  YAML::Node entry = node_[key];
  if (!entry.IsDefined() && is_required)
    error_ = Error{ErrorCode::kMissingKey, fmt::format("missing required key '{}'", key), where_};
  return entry;
}

bool Reader::has(const std::string& key) {
  known_.insert(key);
  return node_.IsDefined() && node_.IsMap() && node_[key].IsDefined();
}

void Reader::reject(ErrorCode code, std::string message, const std::string& key) {
  if (!error_) error_ = Error{code, fmt::format("key '{}': {}", key, message), where_};
}

Result<void> Reader::finish() {
  if (error_) return tl::make_unexpected(*error_);
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar()) return fail(ErrorCode::kParse, "keys must be plain texts", where_);
    const std::string key = entry.first.Scalar();
    if (!seen.insert(key).second)
      return fail(ErrorCode::kParse, fmt::format("key '{}' stands twice", key), where_);
    if (!known_.contains(key))
      return fail(ErrorCode::kUnknownKey,
                  fmt::format("unknown key '{}'; valid keys: {}", key, fmt::join(known_, ", ")),
                  where_);
  }
  return {};
}

Result<YAML::Node> parse_yaml(const std::string& text, const std::string& where) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& e) {
    return fail(ErrorCode::kParse,
                fmt::format("not valid YAML at line {}, column {}: {}", e.mark.line + 1,
                            e.mark.column + 1, e.msg),
                where);
  }
}

Result<YAML::Node> load_yaml(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    return fail(ErrorCode::kInvalidArgument, "is a folder, not a file", file.string());
  const auto size = std::filesystem::file_size(file, error);
  if (error) return fail(ErrorCode::kNotFound, "no such file", file.string());
  if (size > kFileSizeMax_bytes)
    return fail(ErrorCode::kInvalidArgument, "file is larger than 1 MiB", file.string());
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return fail(ErrorCode::kIo, "cannot be read", file.string());
  return parse_yaml(text.str(), file.string());
}

}  // namespace longmen::config
