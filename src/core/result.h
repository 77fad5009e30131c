#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace longmen {

/// What went wrong, for tests and callers that decide by it.
enum class ErrorCode {
  kInvalidArgument,  ///< a value outside its range or of the wrong kind
  kUnknownName,      ///< a name that is not in the list of valid ones
  kUnknownKey,       ///< a key that the schema does not have
  kMissingKey,       ///< a required key is absent
  kNotFound,         ///< a file, robot, world or record is not there
  kParse,            ///< text or bytes that are not of the format
  kIo,               ///< the operating system refused (disk full, permission)
  kCorrupt,          ///< data that was altered or cut
  kUnsupported,      ///< well formed, but this build or body cannot do it
  kInternal,         ///< a defect of the program
};

/// One clear line for a person: what is wrong, and where. `message` names the bad value and the
/// valid ones.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string where;  ///< file, key path or argument, empty if the message says it

  /// One line whatever outside text is quoted in it: control characters become spaces.
  [[nodiscard]] std::string text() const {
    std::string line = where.empty() ? message : where + ": " + message;
    for (char& c : line)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return line;
  }
};

template <typename T>
using Result = tl::expected<T, Error>;

/// For `return fail(...)` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message,
                                                std::string where = {}) {
  return tl::make_unexpected(Error{code, std::move(message), std::move(where)});
}

}  // namespace longmen
