#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace longmen::view {

/// Opaque colour as shown on a screen (sRGB).
struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  friend bool operator==(const Color&, const Color&) = default;
};

/// A picture: rows from the top, three bytes a pixel.
struct Image {
  int width_px = 0;
  int height_px = 0;
  std::vector<std::uint8_t> rgb;  ///< [3 * width * height]

  Image() = default;
  Image(int width, int height, Color fill = {})
      : width_px(width), height_px(height), rgb(3 * static_cast<std::size_t>(width * height)) {
    for (std::size_t i = 0; i < rgb.size(); i += 3) {
      rgb[i] = fill.red;
      rgb[i + 1] = fill.green;
      rgb[i + 2] = fill.blue;
    }
  }

  [[nodiscard]] bool contains(int x, int y) const {
    return x >= 0 && y >= 0 && x < width_px && y < height_px;
  }
  [[nodiscard]] std::uint8_t* at(int x, int y) { return rgb.data() + offset(x, y); }
  [[nodiscard]] const std::uint8_t* at(int x, int y) const { return rgb.data() + offset(x, y); }

 private:
  [[nodiscard]] std::size_t offset(int x, int y) const {
    return 3 * static_cast<std::size_t>(y * width_px + x);
  }
};

}  // namespace longmen::view
