#include "server/web_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace longmen::server {
namespace {

namespace fs = std::filesystem;

fs::path folder_with_page(const char* name) {
  const fs::path folder =
      fs::temp_directory_path() / ("longmen_web_" + std::to_string(getpid()) + "_" + name);
  fs::remove_all(folder);
  fs::create_directories(folder / "assets");
  std::ofstream(folder / "index.html") << "<html>" << std::string(1000, ' ') << "</html>";
  std::ofstream(folder / "assets" / "a-123.js") << "1;";
  return folder;
}

Request asking(const std::string& path) {
  Request request;
  request.method = "GET";
  request.path = path;
  return request;
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

TEST(WebFiles, AnswersWithItsFilesAndNothingElse) {
  const auto web = WebFiles::load(folder_with_page("files")).value();
  EXPECT_EQ(web.answer(asking("/")).status, 200);
  EXPECT_EQ(web.answer(asking("/assets/a-123.js")).body, "1;");
  EXPECT_NE(header(web.answer(asking("/assets/a-123.js")), "Cache-Control").find("immutable"),
            std::string::npos);
  for (const char* path : {"/nothing", "/assets", "/../access.cpp", "/assets/../../etc/passwd",
                           "/%2e%2e/etc/passwd", "//etc/passwd", ""})
    EXPECT_EQ(web.answer(asking(path)).status, 404) << path;
}

TEST(WebFiles, CompressesWhereItIsTaken) {
  const auto web = WebFiles::load(folder_with_page("gzip")).value();
  Request request = asking("/");
  const Response plain = web.answer(request);
  request.accept_encoding = "gzip, br";
  const Response zipped = web.answer(request);
  EXPECT_EQ(header(zipped, "Content-Encoding"), "gzip");
  EXPECT_LT(zipped.body.size(), plain.body.size() / 4);
}

TEST(WebFiles, WithoutAPageItSaysSo) {
  EXPECT_FALSE(WebFiles::load("/nowhere/at/all").has_value());
  const fs::path folder = folder_with_page("odd");
  std::ofstream(folder / "program.exe") << "x";
  const auto web = WebFiles::load(folder);
  ASSERT_FALSE(web.has_value());
  EXPECT_EQ(web.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace longmen::server
