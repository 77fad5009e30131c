#include "trial/campaign_file.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include "config/config_reader.h"
#include "core/digest.h"

namespace longmen::trial {
namespace {

using config::Reader;

constexpr double kSeedMax = 9007199254740992.0;  // 2^53: a double holds it exactly
constexpr std::size_t kRunsMax = 1'000'000;
constexpr std::size_t kTextMax_bytes = 1 << 20;

Result<std::string> read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(kTextMax_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (!stream.is_open() || stream.bad())
    return fail(ErrorCode::kNotFound, "cannot be read", file.string());
  if (text.size() > kTextMax_bytes)
    return fail(ErrorCode::kInvalidArgument, "is larger than 1 MiB", file.string());
  return text;
}

/// @param with  keys of a scenario, in place of the file's own
Result<CampaignTest> read_scenario_test(const std::filesystem::path& file, const YAML::Node& with,
                                        const std::string& row) {
  auto text = read_text(file);
  if (!text) return tl::make_unexpected(text.error());
  if (!with.IsDefined()) {
    auto scenario = parse_scenario(*text, file.string());
    if (!scenario) return tl::make_unexpected(scenario.error());
    return CampaignTest{file.stem().string(), std::move(*scenario), std::move(*text)};
  }
  if (!with.IsMap())
    return fail(ErrorCode::kInvalidArgument, "must be keys of a scenario", row + ": with");
  auto scenario = parse_scenario(*text, fmt::format("{}: with, on {}", row, file.string()), with);
  if (!scenario) return tl::make_unexpected(scenario.error());
  std::ostringstream with_text;
  with_text << with;
  return CampaignTest{file.stem().string(), std::move(*scenario), *text + with_text.str()};
}

/// `passes`: FIGURE: [min, max].
Result<std::vector<Bound>> read_bounds(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  std::vector<Bound> bounds;
  for (const auto& entry : node) {
    if (!reader.ok() || !entry.first.IsScalar()) break;  // finish() says what is wrong
    Bound bound{entry.first.Scalar(), 0.0, 0.0};
    std::vector<double> ends;
    reader.required(bound.figure, ends, 2);
    if (!reader.ok()) break;
    bound.min = ends[0];
    bound.max = ends[1];
    if (bound.min > bound.max)
      reader.reject(ErrorCode::kInvalidArgument, "must be [min, max]", bound.figure);
    bounds.push_back(std::move(bound));
  }
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return bounds;
}

void read_seeds(Reader& reader, CampaignRow& row) {
  std::vector<double> seeds;
  reader.required("seeds", seeds, 2);
  if (!reader.ok()) return;
  const auto is_seed = [](double x) { return x >= 0.0 && x <= kSeedMax && x == std::floor(x); };
  if (!is_seed(seeds[0]) || !is_seed(seeds[1]) || seeds[0] > seeds[1] ||
      seeds[1] - seeds[0] >= static_cast<double>(kRunsMax)) {
    reader.reject(ErrorCode::kInvalidArgument,
                  "must be [first, last], whole numbers, first at most last", "seeds");
    return;
  }
  row.seed_from = static_cast<std::uint64_t>(seeds[0]);
  row.seed_to = static_cast<std::uint64_t>(seeds[1]);
}

Result<CampaignRow> read_row(const YAML::Node& node, const std::string& where,
                             const std::filesystem::path& folder) {
  Reader reader(node, where);
  CampaignRow row;
  std::vector<std::string> files;
  reader.required("name", row.name);
  read_seeds(reader, row);
  reader.optional("scenarios", files);
  reader.optional("vary_pushes", row.vary_pushes);
  reader.optional("figures", row.figures);
  const YAML::Node passes = reader.child("passes", false);
  const YAML::Node errand = reader.child("errand", false);
  const YAML::Node with = reader.child("with", false);
  if (reader.ok() && errand.IsDefined() == !files.empty())
    reader.reject(ErrorCode::kInvalidArgument, "give scenarios or an errand, and not both",
                  "scenarios");
  if (reader.ok() && errand.IsDefined() && with.IsDefined())
    reader.reject(ErrorCode::kInvalidArgument, "holds keys of scenarios, and this is an errand",
                  "with");
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());

  if (passes.IsDefined()) {
    auto bounds = read_bounds(passes, where + ": passes");
    if (!bounds) return tl::make_unexpected(bounds.error());
    row.passes = std::move(*bounds);
  }
  if (errand.IsDefined()) {
    auto read = read_errand(errand, where + ": errand");
    if (!read) return tl::make_unexpected(read.error());
    std::ostringstream text;
    text << errand;
    row.tests.push_back({"errand", std::move(*read), text.str()});
  }
  for (const std::string& file : files) {
    auto test = read_scenario_test(folder / file, with, where);
    if (!test) return tl::make_unexpected(test.error());
    row.tests.push_back(std::move(*test));
  }
  return row;
}

}  // namespace

Result<Campaign> load_campaign(const std::filesystem::path& file) {
  const auto node = config::load_yaml(file);
  if (!node) return tl::make_unexpected(node.error());
  Campaign campaign;
  campaign.name = file.stem().string();
  Reader reader(*node, file.string());
  reader.required("title", campaign.title);
  const YAML::Node rows = reader.child("rows", true);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  if (!rows.IsSequence() || rows.size() == 0)
    return fail(ErrorCode::kInvalidArgument, "must be a list of rows", reader.path("rows"));
  std::set<std::string> names;
  std::size_t runs = 0;
  for (const auto& entry : rows) {
    const std::string where = fmt::format("{}[{}]", reader.path("rows"), campaign.rows.size());
    auto row = read_row(entry, where, file.parent_path());
    if (!row) return tl::make_unexpected(row.error());
    std::set<std::string> tests;
    for (const CampaignTest& test : row->tests)
      if (!tests.insert(test.name).second)
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("names the scenario '{}' twice", test.name), where);
    if (!names.insert(row->name).second)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("another row has the name '{}'", row->name), where);
    runs += row->tests.size() * (row->seed_to - row->seed_from + 1);
    if (runs > kRunsMax)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("a campaign has at most {} runs", kRunsMax), where);
    campaign.rows.push_back(std::move(*row));
  }
  return campaign;
}

std::vector<CampaignUnit> units_of(const Campaign& campaign) {
  std::vector<CampaignUnit> units;
  for (std::size_t r = 0; r < campaign.rows.size(); ++r)
    for (std::size_t t = 0; t < campaign.rows[r].tests.size(); ++t)
      for (std::uint64_t s = campaign.rows[r].seed_from; s <= campaign.rows[r].seed_to; ++s)
        units.push_back({r, t, s});
  return units;
}

std::string name_of(const Campaign& campaign, const CampaignUnit& unit) {
  const CampaignRow& row = campaign.rows[unit.row];
  return fmt::format("{}/{}/{}", row.name, row.tests[unit.test].name, unit.seed);
}

std::string digest_of(const Campaign& campaign, const CampaignUnit& unit) {
  const CampaignRow& row = campaign.rows[unit.row];
  return sha256(fmt::format("{}\n{}\n{}", row.tests[unit.test].text, row.vary_pushes, unit.seed))
      .hex()
      .substr(0, 16);
}

}  // namespace longmen::trial
