#include "view/font.h"

#include <fmt/format.h>
#include <ft2build.h>

#include <cmath>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "core/utf8.h"
#include FT_FREETYPE_H
#include FT_OUTLINE_H

namespace longmen::view {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr const char* kEllipsis = "…";
constexpr double kBold_em = 0.035;  // how much wider strokes become
constexpr const char* kFontFiles[] = {
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
};

/// A letter as coverage of pixels, and how far the pen moves.
struct Glyph {
  int left_px = 0;  ///< of the bitmap from the pen
  int top_px = 0;   ///< of the bitmap above the baseline
  int width_px = 0;
  int height_px = 0;
  double advance_px = 0.0;
  std::vector<std::uint8_t> coverage;
};

/// The next code point of a text, and steps over it.
char32_t take(std::string_view text, std::size_t& offset) {
  const CodePoint point = decode_utf8(text, offset);
  offset += std::max<std::size_t>(point.size_bytes, 1);
  if (point.size_bytes == 0 || point.value < 0x20 || point.value == 0x7F) return kReplacement;
  return point.value;
}

void blend(std::uint8_t* pixel, const Color& color, double alpha) {
  const std::uint8_t parts[] = {color.red, color.green, color.blue};
  for (int i = 0; i < 3; ++i)
    pixel[i] = static_cast<std::uint8_t>(std::lround(pixel[i] + alpha * (parts[i] - pixel[i])));
}

}  // namespace

struct Font::Impl {
  FT_Library library = nullptr;
  FT_Face face = nullptr;
  std::map<std::tuple<char32_t, int, bool>, Glyph> glyphs;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (face != nullptr) FT_Done_Face(face);
    if (library != nullptr) FT_Done_FreeType(library);
  }

  const Glyph& glyph(char32_t letter, const Style& style) {
    const auto [place, is_new] = glyphs.try_emplace({letter, style.size_px, style.bold});
    if (is_new) place->second = render(letter, style);
    return place->second;
  }

  Glyph render(char32_t letter, const Style& style) const {
    Glyph result;
    if (FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(style.size_px)) != 0) return result;
    if (FT_Load_Char(face, letter, FT_LOAD_NO_BITMAP | FT_LOAD_TARGET_LIGHT) != 0) return result;
    FT_GlyphSlot slot = face->glyph;
    double extra_px = 0.0;
    if (style.bold) {
      extra_px = kBold_em * style.size_px;
      FT_Outline_EmboldenXY(&slot->outline, std::lround(64 * extra_px), 0);
    }
    if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0) return result;
    const FT_Bitmap& bitmap = slot->bitmap;
    result.left_px = slot->bitmap_left;
    result.top_px = slot->bitmap_top;
    result.width_px = static_cast<int>(bitmap.width);
    result.height_px = static_cast<int>(bitmap.rows);
    result.advance_px = static_cast<double>(slot->advance.x) / 64.0 + extra_px;
    for (int row = 0; row < result.height_px; ++row) {
      const std::uint8_t* from = bitmap.buffer + row * bitmap.pitch;
      result.coverage.insert(result.coverage.end(), from, from + bitmap.width);
    }
    return result;
  }
};

Result<Font> Font::create() {
  std::error_code error;
  for (const char* file : kFontFiles)
    if (std::filesystem::exists(file, error)) return create(file);
  return fail(ErrorCode::kNotFound,
              "no font with Chinese letters found; the Debian package fonts-wqy-microhei has one");
}

Result<Font> Font::create(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    return fail(ErrorCode::kNotFound, "no such font", file.string());
  auto impl = std::make_unique<Impl>();
  if (FT_Init_FreeType(&impl->library) != 0)
    return fail(ErrorCode::kInternal, "FreeType does not start");
  if (FT_New_Face(impl->library, file.c_str(), 0, &impl->face) != 0 || !FT_IS_SCALABLE(impl->face))
    return fail(ErrorCode::kParse, "not a scalable font", file.string());
  return Font(std::move(impl));
}

int Font::draw(Image& image, int left_px, int baseline_px, std::string_view text,
               const Style& style) {
  double pen_px = left_px;
  for (std::size_t offset = 0; offset < text.size();) {
    const Glyph& glyph = impl_->glyph(take(text, offset), style);
    const int left = static_cast<int>(std::lround(pen_px)) + glyph.left_px;
    const int top = baseline_px - glyph.top_px;
    for (int y = 0; y < glyph.height_px; ++y)
      for (int x = 0; x < glyph.width_px; ++x) {
        const int coverage =
            glyph.coverage[static_cast<std::size_t>(y) * static_cast<std::size_t>(glyph.width_px) +
                           static_cast<std::size_t>(x)];
        if (coverage != 0 && image.contains(left + x, top + y))
          blend(image.at(left + x, top + y), style.color, style.opacity * coverage / 255.0);
      }
    pen_px += glyph.advance_px;
  }
  return static_cast<int>(std::lround(pen_px));
}

int Font::width_px(std::string_view text, const Style& style) {
  double pen_px = 0.0;
  for (std::size_t offset = 0; offset < text.size();)
    pen_px += impl_->glyph(take(text, offset), style).advance_px;
  return static_cast<int>(std::ceil(pen_px));
}

std::string Font::fit(std::string_view text, int width_max_px, const Style& style) {
  if (width_px(text, style) <= width_max_px) return std::string(text);
  const int room_px = width_max_px - width_px(kEllipsis, style);
  double pen_px = 0.0;
  std::size_t end = 0;
  for (std::size_t offset = 0; offset < text.size();) {
    pen_px += impl_->glyph(take(text, offset), style).advance_px;
    if (pen_px > room_px) break;
    end = offset;
  }
  return std::string(text.substr(0, end)) + kEllipsis;
}

Font::Font(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Font::Font(Font&&) noexcept = default;
Font& Font::operator=(Font&&) noexcept = default;
Font::~Font() = default;

}  // namespace longmen::view
