#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "world/world.h"

namespace longmen::world {
namespace {

constexpr std::uintmax_t kFile_max_bytes = 1u << 20;

Result<std::string> read_file(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    return fail(ErrorCode::kNotFound, "no such file", file.string());
  if (std::filesystem::file_size(file, error) > kFile_max_bytes || error)
    return fail(ErrorCode::kInvalidArgument, "file is larger than 1 MiB", file.string());
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return fail(ErrorCode::kIo, "cannot be read", file.string());
  return text.str();
}

}  // namespace

Result<World> load_world(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "world.yaml";
  auto text = read_file(file);
  if (!text) return tl::make_unexpected(text.error());
  auto world = parse_world(*text, file.string());
  if (world) world->folder = folder;
  return world;
}

Result<World> load_facts(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) return tl::make_unexpected(text.error());
  return parse_facts(*text, file.string());
}

Result<std::filesystem::path> find_world(const std::string& name_or_folder,
                                         const std::filesystem::path& worlds_folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto is_world = [&](const fs::path& folder) {
    return fs::is_regular_file(folder / "world.yaml", error);
  };
  const bool is_plain_name = name_or_folder.find('/') == std::string::npos &&
                             !name_or_folder.empty() && name_or_folder.front() != '.';
  if (is_plain_name && is_world(worlds_folder / name_or_folder))
    return worlds_folder / name_or_folder;
  if (!name_or_folder.empty() && is_world(name_or_folder)) return fs::path(name_or_folder);

  std::vector<std::string> known;
  for (fs::directory_iterator entry(worlds_folder, error), end; !error && entry != end;
       entry.increment(error))
    if (is_world(entry->path())) known.push_back(entry->path().filename().string());
  std::sort(known.begin(), known.end());
  return fail(ErrorCode::kNotFound,
              fmt::format("no world '{}'; worlds: {}, or a folder with a world.yaml",
                          name_or_folder, fmt::join(known, ", ")));
}

}  // namespace longmen::world
