#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace longmen::config {

/// Strict reading of one YAML map: every key is asked for once, with its type and range; what was
/// never asked for is an error that names the valid keys. The first error wins and later reads are
/// harmless, so that a loader reads like the schema and checks once, at the end:
///
///   Reader reader(node, "robot.yaml");
///   reader.required("mass_kg", mass, {.min = 0.1});
///   reader.optional("name", name);
///   if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
class Reader {
 public:
  struct Range {
    double min = -1e12;
    double max = 1e12;
  };

  /// `where` names the file or the key path in messages.
  Reader(const YAML::Node& node, std::string where);

  void required(const std::string& key, double& value) { required(key, value, Range{}); }
  void required(const std::string& key, double& value, Range range);
  void required(const std::string& key, std::string& value);
  void required(const std::string& key, std::vector<std::string>& values);
  void required(const std::string& key, std::vector<double>& values,
                std::size_t count);  ///< count 0: any
  void optional(const std::string& key, double& value) { optional(key, value, Range{}); }
  void optional(const std::string& key, double& value, Range range);
  void optional(const std::string& key, bool& value);
  void optional(const std::string& key, std::int64_t& value, std::int64_t min, std::int64_t max);
  void optional(const std::string& key, std::string& value);
  void optional(const std::string& key, std::vector<std::string>& values);
  void optional(const std::string& key, std::vector<double>& values, std::size_t count);

  /// Marks the key as known and gives its node (undefined if absent), for maps and lists read by
  /// another Reader.
  [[nodiscard]] YAML::Node child(const std::string& key, bool is_required);
  [[nodiscard]] bool has(const std::string& key);
  [[nodiscard]] std::string path(const std::string& key) const { return where_ + ": " + key; }

  /// Reads a sub-map by `read(Reader&)` if it is there, held to the same strictness. Its first
  /// error is this reader's.
  template <typename Function>
  void section(const std::string& key, const Function& read) {
    const YAML::Node node = child(key, false);
    if (!ok() || !node.IsDefined()) return;
    Reader reader(node, path(key));
    read(reader);
    if (auto done = reader.finish(); !done) error_ = done.error();
  }

  /// Fails the read with the caller's own finding.
  void reject(ErrorCode code, std::string message, const std::string& key);
  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  /// The first error, or an error for the first key that nobody asked for.
  [[nodiscard]] Result<void> finish();

 private:
  template <typename T>
  bool read(const std::string& key, T& value, bool is_required, const char* kind);

  YAML::Node node_;
  std::string where_;
  std::set<std::string> known_;
  std::optional<Error> error_;
};

/// Loads a YAML file of at most 1 MiB. Errors: kNotFound, kParse with line and column.
Result<YAML::Node> load_yaml(const std::filesystem::path& file);
/// The same from text; `where` names it in errors.
Result<YAML::Node> parse_yaml(const std::string& text, const std::string& where);

}  // namespace longmen::config
