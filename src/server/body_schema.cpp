#include "server/body_schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/json_nesting.h"
#include "core/utf8.h"

namespace longmen::server {
namespace {

using nlohmann::json;

/// Characters, as JSON Schema counts them.
std::size_t length_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool has_control_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
  });
}

Result<void> check_value(const json& value, const json& schema, const std::string& key) {
  if (schema.at("type") == "boolean") {
    if (!value.is_boolean()) return fail(ErrorCode::kParse, "must be true or false", key);
    return {};
  }
  if (schema.at("type") == "number") {
    const double low = schema.at("minimum");
    const double high = schema.at("maximum");
    const bool is_within =
        value.is_number() && value.get<double>() >= low && value.get<double>() <= high;
    if (!is_within)
      return fail(ErrorCode::kInvalidArgument, fmt::format("must be {:g} to {:g}", low, high), key);
    return {};
  }
  if (!value.is_string()) return fail(ErrorCode::kParse, "must be a text", key);
  const auto& text = value.get_ref<const std::string&>();
  if (schema.contains("enum") &&
      std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
    return fail(ErrorCode::kInvalidArgument, "must be one of " + schema["enum"].dump(), key);
  if (text.size() < schema.value("minLength", std::size_t{0}) ||
      length_of(text) > schema.value("maxLength", std::size_t{2000}))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("must have {} to {} characters", schema.value("minLength", 0),
                            schema.value("maxLength", 2000)),
                key);
  if (has_control_character(text))
    return fail(ErrorCode::kInvalidArgument, "must hold no control characters", key);
  return {};
}

}  // namespace

Result<json> read_body(const std::string& body, const json& schema) {
  if (!is_valid_utf8(body)) return fail(ErrorCode::kParse, "the body is not valid UTF-8");
  if (json_nesting(body) > kJsonNesting_max) return fail(ErrorCode::kParse, "nested too deeply");
  json value = json::parse(body, nullptr, false);
  if (!value.is_object()) return fail(ErrorCode::kParse, "the body must be a JSON object");
  if (!schema.contains("properties")) return value;
  const json& properties = schema.at("properties");
  for (const auto& [key, part] : value.items()) {
    if (!properties.contains(key)) return fail(ErrorCode::kUnknownKey, "unknown key", key);
    if (auto ok = check_value(part, properties.at(key), key); !ok)
      return tl::make_unexpected(ok.error());
  }
  for (const json& key : schema.at("required"))
    if (!value.contains(key.get_ref<const std::string&>()))
      return fail(ErrorCode::kMissingKey, "missing key", key.get<std::string>());
  return value;
}

}  // namespace longmen::server
