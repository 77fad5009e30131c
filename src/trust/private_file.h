#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.h"

namespace longmen::trust {

/// Writes a whole file that only its owner may read (mode 0600), or leaves the old one. Error: kIo.
Result<void> write_private(const std::filesystem::path& file, std::string_view text);

/// Whether others than the owner of a file may do anything with it; false for none that is there.
[[nodiscard]] bool is_open_to_others(const std::filesystem::path& file);

}  // namespace longmen::trust
