#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/result.h"
#include "server/http_message.h"

namespace longmen::server {

/// The page's files, read once into memory, also compressed: no request ever touches the disk, so
/// that no path can leave the folder.
class WebFiles {
 public:
  /// Errors: kNotFound without an index.html, kIo, kUnsupported for a kind of file without a type.
  static Result<WebFiles> load(const std::filesystem::path& folder);

  /// Status 404 for what is not one of them.
  [[nodiscard]] Response answer(const Request& request) const;

 private:
  struct File {
    std::string type, etag, plain, zipped;
    bool is_named_by_content = false;  ///< its name changes with its content: may be kept for long
  };
  std::map<std::string, File, std::less<>> files_;
};

/// gzip of bytes. Error: kInternal.
Result<std::string> gzip(std::string_view bytes);
/// Does the client take gzip?
[[nodiscard]] bool takes_gzip(const Request& request);

}  // namespace longmen::server
