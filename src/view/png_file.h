#pragma once

#include <filesystem>

#include "core/result.h"
#include "view/image.h"

namespace longmen::view {

/// Error: kIo with the system's reason; an older file of that name is then left as it was.
Result<void> write_png(const Image& image, const std::filesystem::path& file);

}  // namespace longmen::view
