#include "view/png_file.h"

#include <fmt/format.h>
#include <png.h>

#include "view/partial_file.h"

namespace longmen::view {

Result<void> write_png(const Image& image, const std::filesystem::path& file) {
  auto partial = PartialFile::create(file);
  if (!partial) return tl::make_unexpected(partial.error());
  png_image description{};
  description.version = PNG_IMAGE_VERSION;
  description.width = static_cast<png_uint_32>(image.width_px);
  description.height = static_cast<png_uint_32>(image.height_px);
  description.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file(&description, partial->path().c_str(), 0, image.rgb.data(), 0,
                              nullptr) == 0)
    return fail(ErrorCode::kIo, fmt::format("cannot write the picture: {}", description.message),
                file.string());
  return partial->keep();
}

}  // namespace longmen::view
