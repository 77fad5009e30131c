#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/result.h"

namespace longmen::server {

/// Reads a request's body by a schema of the kind that our API uses: an object of texts (with
/// maxLength, enum) and booleans, nothing else in it; or, where it names no properties, any object.
/// The same schema stands in the OpenAPI description, so that what is described is what is checked.
/// Errors: kParse, kUnknownKey, kMissingKey, kInvalidArgument.
Result<nlohmann::json> read_body(const std::string& body, const nlohmann::json& schema);

}  // namespace longmen::server
