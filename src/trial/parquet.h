#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/result.h"

namespace longmen::trial {

/// A column of a table: values of one kind, some of them absent.
struct Column {
  std::string name;
  std::variant<std::vector<std::optional<bool>>, std::vector<std::optional<std::int64_t>>,
               std::vector<std::optional<double>>, std::vector<std::optional<std::string>>>
      values;
};

/// Writes a flat table as Apache Parquet (parquet-format 2.x): one row group, one plain-encoded,
/// uncompressed data page a column, all columns optional. The file appears whole or not at all.
/// Errors: kInvalidArgument for columns of unlike length; kIo.
Result<void> write_parquet(const std::filesystem::path& file, const std::vector<Column>& columns);

}  // namespace longmen::trial
