#include "trial/campaign_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/digest.h"
#include "trial/parquet.h"

namespace longmen::trial {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kResultsFile = "results.jsonl";
constexpr const char* kBuildFile = "build.txt";

Result<std::string> read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream.is_open()) return fail(ErrorCode::kNotFound, "cannot be read", file.string());
  return text.str();
}

/// Figures in the order in which they come, nested keys joined by dots.
void flatten(const Json& json, const std::string& prefix,
             const std::function<void(const std::string&, const Json&)>& each) {
  for (const auto& [key, value] : json.items()) {
    if (value.is_object())
      flatten(value, prefix + key + ".", each);
    else
      each(prefix + key, value);
  }
}

/// A column while its kind is not yet known.
struct Cells {
  std::vector<Json> values;
  bool is_word = false, is_real = false, is_whole = false;
};

Column column_of(const std::string& name, const Cells& cells) {
  const auto fill = [&]<typename T>(std::vector<std::optional<T>> values) {
    for (const Json& cell : cells.values) {
      if (cell.is_null())
        values.emplace_back();
      else if constexpr (std::is_same_v<T, std::string>)
        values.emplace_back(cell.is_string() ? cell.get<std::string>() : cell.dump());
      else
        values.emplace_back(cell.get<T>());
    }
    return Column{name, std::move(values)};
  };
  if (cells.is_word) return fill(std::vector<std::optional<std::string>>());
  if (cells.is_real) return fill(std::vector<std::optional<double>>());
  if (cells.is_whole) return fill(std::vector<std::optional<std::int64_t>>());
  return fill(std::vector<std::optional<bool>>());
}

}  // namespace

Result<std::string> build_digest(const std::filesystem::path& project_folder) {
  std::vector<std::filesystem::path> files{"/proc/self/exe"};
  std::error_code error;
  for (const char* part : {"robots", "worlds", "rules"})
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(project_folder / part, error))
      if (entry.is_regular_file()) files.push_back(entry.path());
  if (error) return fail(ErrorCode::kIo, error.message(), project_folder.string());
  std::sort(files.begin() + 1, files.end());
  std::string all;
  for (const auto& file : files) {
    const auto text = read_file(file);
    if (!text) return tl::make_unexpected(text.error());
    all += file.lexically_relative(project_folder).string() + " " + sha256(*text).hex() + "\n";
  }
  return sha256(all).hex().substr(0, 16);
}

Result<CampaignResults> CampaignResults::open(const std::filesystem::path& folder,
                                              const std::string& build) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorCode::kIo, "cannot be made: " + error.message(), folder.string());
  CampaignResults results;
  results.folder_ = folder;
  results.build_ = build;
  if (const auto known = read_file(folder / kBuildFile)) {
    if (*known != build + "\n")
      return fail(ErrorCode::kUnsupported,
                  "holds results of another build; give another folder with --out, and compare by "
                  "--against",
                  folder.string());
    if (auto loaded = results.load(); !loaded) return tl::make_unexpected(loaded.error());
    return results;
  }
  std::ofstream stream(folder / kBuildFile);
  stream << build << '\n';
  stream.close();
  if (!stream) return fail(ErrorCode::kIo, "cannot be written", (folder / kBuildFile).string());
  return results;
}

Result<CampaignResults> CampaignResults::read(const std::filesystem::path& folder) {
  const auto build = read_file(folder / kBuildFile);
  if (!build) return fail(ErrorCode::kNotFound, "holds no results of a campaign", folder.string());
  CampaignResults results;
  results.folder_ = folder;
  results.build_ = build->substr(0, build->find('\n'));
  if (auto loaded = results.load(); !loaded) return tl::make_unexpected(loaded.error());
  return results;
}

Result<void> CampaignResults::load() {
  const std::filesystem::path file = folder_ / kResultsFile;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  const auto text = read_file(file);
  if (!text) return tl::make_unexpected(text.error());
  std::size_t begin = 0;
  for (std::size_t end = text->find('\n'); end != std::string::npos;
       begin = end + 1, end = text->find('\n', begin)) {
    Json line = Json::parse(text->substr(begin, end - begin), nullptr, false);
    if (!line.is_object() || !line.contains("run") || !line["run"].is_string() ||
        !line.contains("digest") || !line["digest"].is_string())
      return fail(ErrorCode::kCorrupt, fmt::format("byte {} begins no result of a run", begin),
                  file.string());
    std::string run = line["run"].get<std::string>();
    results_.insert_or_assign(std::move(run), std::move(line));
  }
  if (begin < text->size()) std::filesystem::resize_file(file, begin, error);
  if (error) return fail(ErrorCode::kIo, error.message(), file.string());
  return {};
}

bool CampaignResults::has(const std::string& run, const std::string& digest) const {
  const Json* result = find(run);
  return result != nullptr && result->at("digest").get<std::string>() == digest;
}

const Json* CampaignResults::find(const std::string& run) const {
  const auto result = results_.find(run);
  return result == results_.end() ? nullptr : &result->second;
}

Result<void> CampaignResults::add(const std::string& run, const std::string& digest,
                                  const Json& result) {
  Json line{{"run", run}, {"digest", digest}};
  line.update(result);
  std::ofstream stream(folder_ / kResultsFile, std::ios::app);
  stream << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  stream.close();
  if (!stream) return fail(ErrorCode::kIo, "cannot be written", (folder_ / kResultsFile).string());
  results_.insert_or_assign(run, std::move(line));
  return {};
}

std::optional<double> figure_of(const Json& result, const std::string& name) {
  const Json* value = &result;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    const auto found = value->find(name.substr(begin, end - begin));
    if (!value->is_object() || found == value->end()) return std::nullopt;
    value = &*found;
    begin = end + 1;
  }
  if (value->is_boolean()) return value->get<bool>() ? 1.0 : 0.0;
  if (!value->is_number()) return std::nullopt;
  return value->get<double>();
}

bool passes(const CampaignRow& row, const Json& result) {
  const bool may_fall = std::any_of(row.passes.begin(), row.passes.end(),
                                    [](const Bound& bound) { return bound.figure == "fell"; });
  if (!may_fall && figure_of(result, "fell").value_or(1.0) != 0.0) return false;
  return std::all_of(row.passes.begin(), row.passes.end(), [&](const Bound& bound) {
    const auto figure = figure_of(result, bound.figure);
    return figure && *figure >= bound.min && *figure <= bound.max;
  });
}

Result<void> write_table(const Campaign& campaign, const CampaignResults& results,
                         const std::filesystem::path& file) {
  std::vector<std::string> names;
  std::map<std::string, Cells> table;
  std::size_t rows = 0;
  const auto put = [&](const std::string& name, const Json& value) {
    if (value.is_array()) return;
    if (!table.contains(name)) names.push_back(name);
    Cells& cells = table[name];
    cells.values.resize(rows);
    cells.values.push_back(value);
    cells.is_word = cells.is_word || value.is_string();
    cells.is_real = cells.is_real || value.is_number_float();
    cells.is_whole = cells.is_whole || value.is_number_integer();
  };
  for (const CampaignUnit& unit : units_of(campaign)) {
    const Json* result = results.find(name_of(campaign, unit));
    if (result == nullptr) continue;
    const CampaignRow& row = campaign.rows[unit.row];
    put("row", row.name);
    put("test", row.tests[unit.test].name);
    put("passed", passes(row, *result));
    flatten(*result, "", put);
    ++rows;
  }
  std::vector<Column> columns;
  for (const std::string& name : names) {
    table[name].values.resize(rows);
    columns.push_back(column_of(name, table[name]));
  }
  return write_parquet(file, columns);
}

}  // namespace longmen::trial
