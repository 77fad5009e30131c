#include "world/names_check.h"

#include <fmt/format.h>

#include <map>

#include "core/utf8.h"

namespace longmen::world {
namespace {

constexpr std::size_t kName_max_bytes = 64;
constexpr std::size_t kNames_max = 64;

Result<void> check_name(const std::string& name, const std::string& where) {
  if (name.empty()) return fail(ErrorCode::kInvalidArgument, "a name is empty", where);
  if (name.size() > kName_max_bytes)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a name has {} bytes, at most {}", name.size(), kName_max_bytes),
                where);
  if (!is_valid_utf8(name)) return fail(ErrorCode::kParse, "a name is not valid UTF-8", where);
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      return fail(ErrorCode::kInvalidArgument, "a name holds a control character", where);
  return {};
}

template <typename T>
Result<void> check_kind(const std::vector<T>& things, const std::string& where) {
  std::map<std::string, std::string> owner;  // name -> id of the thing
  for (const T& thing : things) {
    const Names& names = thing.names;
    if (names.en.size() + names.zh.size() > kNames_max)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' has more than {} names", names.id, kNames_max), where);
    std::vector<std::string> all = names.en;
    all.insert(all.end(), names.zh.begin(), names.zh.end());
    all.push_back(names.id);
    for (const std::string& name : all) {
      if (auto ok = check_name(name, where + ": " + names.id); !ok) return ok;
      const auto [entry, is_new] = owner.emplace(name, names.id);
      if (!is_new && entry->second != names.id)
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("'{}' names both '{}' and '{}'", name, entry->second, names.id),
                    where);
    }
  }
  return {};
}

}  // namespace

Result<void> check_names(const World& world, const std::string& where) {
  if (auto ok = check_kind(world.places, where + ": places"); !ok) return ok;
  if (auto ok = check_kind(world.objects, where + ": objects"); !ok) return ok;
  return check_kind(world.people, where + ": people");
}

}  // namespace longmen::world
