#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "view/image.h"

namespace longmen::view {

/// A font with Latin and Chinese letters, drawn into pictures. Not for several threads at once.
class Font {
 public:
  struct Style {
    int size_px = 16;  ///< height of the em square
    Color color{255, 255, 255};
    double opacity = 1.0;
    bool bold = false;
  };

  /// The first of the known places where a font with Chinese letters lies.
  /// Error: kNotFound, which names the Debian package that provides one.
  static Result<Font> create();
  /// Errors: kNotFound, kParse.
  static Result<Font> create(const std::filesystem::path& file);

  /// Draws one line with its baseline at `baseline_px`, from `left_px`; what lies outside the
  /// picture is cut. Bytes that are not UTF-8 and control characters show as a replacement.
  /// @return the x where the text ends
  int draw(Image& image, int left_px, int baseline_px, std::string_view text, const Style& style);

  [[nodiscard]] int width_px(std::string_view text, const Style& style);
  /// The text, cut to fit with an ellipsis where it is wider than `width_px`.
  [[nodiscard]] std::string fit(std::string_view text, int width_px, const Style& style);

  Font(Font&&) noexcept;
  Font& operator=(Font&&) noexcept;
  ~Font();

 private:
  struct Impl;
  explicit Font(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longmen::view
