#include "view/font.h"

#include <gtest/gtest.h>

namespace longmen::view {
namespace {

const Font::Style kWhiteText{.size_px = 24, .color = {255, 255, 255}};

long ink(const Image& image) {
  long sum = 0;
  for (const std::uint8_t part : image.rgb) sum += part;
  return sum;
}

TEST(Font, DrawsLatinAndChineseLetters) {
  Font font = Font::create().value();
  for (const char* text : {"walk to the shelf", "走到货架"}) {
    Image image(300, 40);
    const int end_px = font.draw(image, 5, 30, text, kWhiteText);
    EXPECT_GT(ink(image), 20000) << text;
    EXPECT_EQ(end_px, 5 + font.width_px(text, kWhiteText)) << text;
  }
  // Two letters that the font has are not the same empty box.
  Image one(40, 40), other(40, 40);
  font.draw(one, 5, 30, "走", kWhiteText);
  font.draw(other, 5, 30, "架", kWhiteText);
  EXPECT_NE(one.rgb, other.rgb);
}

TEST(Font, CutsWhatDoesNotFit) {
  Font font = Font::create().value();
  const std::string text = "走到工作台 then point at the shelf";
  EXPECT_EQ(font.fit(text, 2000, kWhiteText), text);
  for (const int width_px : {60, 100, 240}) {
    const std::string cut = font.fit(text, width_px, kWhiteText);
    EXPECT_LE(font.width_px(cut, kWhiteText), width_px);
    EXPECT_TRUE(cut.ends_with("…"));
    EXPECT_LT(cut.size(), text.size());
  }
}

TEST(Font, AnythingCanBeDrawnAnywhere) {
  Font font = Font::create().value();
  Image image(40, 20);
  const std::string bytes("\xFF\xC0\n\t\0 ok \xE5\x8D", 11);
  EXPECT_GT(font.width_px(bytes, kWhiteText), 0);
  for (const int place : {-1000, -20, -3, 15, 39, 1000})
    font.draw(image, place, place, bytes, kWhiteText);
  EXPECT_EQ(image.rgb.size(), 3U * 40 * 20);
}

TEST(Font, AFileThatIsNoFontIsAnError) {
  EXPECT_EQ(Font::create("/nowhere/at/all.ttf").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Font::create(std::string(LONGMEN_SOURCE_DIR) + "/LICENSE").error().code,
            ErrorCode::kParse);
}

}  // namespace
}  // namespace longmen::view
