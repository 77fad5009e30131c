#include "server/comments.h"

#include <fmt/format.h>

#include <ctime>

namespace longmen::server {

using nlohmann::json;

Result<Comments> Comments::open(const std::filesystem::path& file) {
  Comments comments;
  std::ifstream before(file, std::ios::binary);
  std::string line;
  for (int number = 1; std::getline(before, line); ++number)
    if (!comments.take(json::parse(line, nullptr, false)))
      return fail(ErrorCode::kCorrupt, "is no line of comments",
                  fmt::format("{}:{}", file.string(), number));
  comments.file_.open(file, std::ios::app | std::ios::binary);
  if (!comments.file_) return fail(ErrorCode::kIo, "cannot be appended to", file.string());
  return comments;
}

bool Comments::take(const json& line) {
  try {
    if (line.contains("moderated")) {
      comments_.at(line.at("moderated").get<std::size_t>() - 1).shown =
          line.at("shown").get<bool>();
    } else {
      comments_.push_back({line.at("time").get<std::string>(), line.at("about").get<std::string>(),
                           line.at("name").get<std::string>(), line.at("text").get<std::string>(),
                           false});
    }
  } catch (const std::exception&) {
    return false;
  }
  return true;
}

Result<void> Comments::write(const json& line) {
  file_ << line.dump(-1, ' ', false, json::error_handler_t::replace) << '\n' << std::flush;
  if (!file_) return fail(ErrorCode::kIo, "the comment could not be written");
  take(line);
  return {};
}

Result<int> Comments::add(const std::string& about, const std::string& name,
                          const std::string& text) {
  if (comments_.size() >= kCommentsMax)
    return fail(ErrorCode::kInvalidArgument, "the book of comments is full");
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
  auto written = write({{"time", stamp}, {"about", about}, {"name", name}, {"text", text}});
  if (!written) return tl::make_unexpected(written.error());
  return static_cast<int>(comments_.size());
}

Result<void> Comments::moderate(int id, bool shown) {
  if (id < 1 || static_cast<std::size_t>(id) > comments_.size())
    return fail(ErrorCode::kNotFound, fmt::format("no comment {}", id));
  return write({{"moderated", id}, {"shown", shown}});
}

json Comments::list(bool all) const {
  json entries = json::array();
  for (std::size_t i = 0; i < comments_.size(); ++i) {
    const Comment& c = comments_[i];
    if (all || c.shown)
      entries.push_back({{"id", i + 1},
                         {"time", c.time},
                         {"about", c.about},
                         {"name", c.name},
                         {"text", c.text},
                         {"shown", c.shown}});
  }
  return entries;
}

}  // namespace longmen::server
