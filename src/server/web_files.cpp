#include "server/web_files.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <fstream>
#include <sstream>

#include "core/digest.h"

namespace longmen::server {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
}};

std::string_view type_of(const std::string& suffix) {
  for (const auto& [known, type] : kTypes)
    if (suffix == known) return type;
  return {};
}

}  // namespace

Result<std::string> gzip(std::string_view bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    return fail(ErrorCode::kInternal, "zlib cannot start");
  std::string zipped(deflateBound(&stream, bytes.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(zipped.data());
  stream.avail_out = static_cast<uInt>(zipped.size());
  const int ended = deflate(&stream, Z_FINISH);
  zipped.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END) return fail(ErrorCode::kInternal, "zlib did not finish");
  return zipped;
}

bool takes_gzip(const Request& request) {
  return request.accept_encoding.find("gzip") != std::string::npos;
}

Result<WebFiles> WebFiles::load(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  WebFiles web;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = "/" + entry.path().lexically_relative(folder).generic_string();
    const std::string_view type = type_of(entry.path().extension().string());
    if (type.empty())
      return fail(ErrorCode::kUnsupported, "no media type is known for this file",
                  entry.path().string());
    std::ifstream stream(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) return fail(ErrorCode::kIo, "cannot be read", entry.path().string());
    File file;
    file.type = type;
    file.plain = text.str();
    auto zipped = gzip(file.plain);
    if (!zipped) return tl::make_unexpected(zipped.error());
    if (zipped->size() < file.plain.size()) file.zipped = std::move(*zipped);
    file.etag = fmt::format("\"{}\"", sha256(file.plain).hex().substr(0, 32));
    file.is_named_by_content = name.starts_with("/assets/");
    web.files_[name] = std::move(file);
  }
  if (!web.files_.contains("/index.html"))
    return fail(ErrorCode::kNotFound, "no index.html here: the page is not built", folder.string());
  return web;
}

Response WebFiles::answer(const Request& request) const {
  const auto found = files_.find(request.path == "/" ? "/index.html" : request.path);
  if (found == files_.end())
    return {404, "text/plain; charset=utf-8", "there is nothing here / 此处没有内容\n"};
  const File& file = found->second;
  Response response{200, file.type, {}, {}};
  response.headers = {
      {"ETag", file.etag},
      {"Cache-Control",
       file.is_named_by_content ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Vary", "Accept-Encoding"}};
  if (!file.zipped.empty() && takes_gzip(request)) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = file.zipped;
  } else {
    response.body = file.plain;
  }
  return response;
}

}  // namespace longmen::server
