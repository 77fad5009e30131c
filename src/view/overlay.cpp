#include "view/overlay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "view/canvas.h"

namespace longmen::view {
namespace {

constexpr Color kText{245, 248, 250};
constexpr Color kQuiet{172, 186, 198};
constexpr Color kAccent{56, 208, 226};
constexpr double kDesignHeight_px = 540.0;  // sizes below are for a picture of this height

/// Pixels of a length that was designed for a picture 540 high.
int scaled(const Image& image, double length) {
  return static_cast<int>(std::lround(length * image.height_px / kDesignHeight_px));
}

Font::Style style(const Image& image, double size, Color color, bool bold = false) {
  return {.size_px = std::max(7, scaled(image, size)), .color = color, .bold = bold};
}

bool is_empty(const Bilingual& text) { return text.en.empty() && text.zh.empty(); }

void draw_dot(Image& image, int middle_x, int middle_y, int radius, Color color) {
  const Box halo{middle_x - 2 * radius, middle_y - 2 * radius, 4 * radius, 4 * radius};
  fill_rounded(image, halo, 2 * radius, color, 0.22);
  const Box dot{middle_x - radius, middle_y - radius, 2 * radius, 2 * radius};
  fill_rounded(image, dot, radius, color, 1.0);
}

/// A text of two languages on one line: English in front, Chinese quieter behind it.
class BilingualLine {
 public:
  BilingualLine(Font& font, const Image& image, const Bilingual& text, double size, int width_px)
      : font_(font),
        en_style_(style(image, size, kText)),
        zh_style_(style(image, size, kQuiet)),
        gap_px_(text.en.empty() || text.zh.empty() ? 0 : scaled(image, 12)),
        en_(font.fit(text.en, width_px, en_style_)) {
    const int left_px = width_px - font.width_px(en_, en_style_) - gap_px_;
    // A stump of the second language says nothing: it is left out.
    if (left_px >= std::min(font.width_px(text.zh, zh_style_), scaled(image, 60)))
      zh_ = font.fit(text.zh, left_px, zh_style_);
  }

  [[nodiscard]] int width_px() {
    const int en_px = font_.width_px(en_, en_style_);
    return zh_.empty() ? en_px : en_px + gap_px_ + font_.width_px(zh_, zh_style_);
  }

  void draw(Image& image, int left_px, int baseline_px) {
    const int end_px = font_.draw(image, left_px, baseline_px, en_, en_style_);
    font_.draw(image, end_px + gap_px_, baseline_px, zh_, zh_style_);
  }

 private:
  Font& font_;
  Font::Style en_style_, zh_style_;
  int gap_px_;
  std::string en_, zh_;
};

}  // namespace

Color color_of(Tone tone) noexcept {
  switch (tone) {
    case Tone::kGood:
      return {64, 214, 128};
    case Tone::kCaution:
      return {250, 186, 60};
    case Tone::kStop:
      return {240, 84, 76};
    case Tone::kNeutral:
      break;
  }
  return kAccent;
}

Result<Overlay> Overlay::create() {
  auto font = Font::create();
  if (!font) return tl::make_unexpected(font.error());
  return Overlay(std::move(*font));
}

void Overlay::draw(Image& image, const Frame& frame, std::optional<double> speed_m_s) {
  const int top_px = draw_request(image, frame.caption);
  draw_notice(image, frame.caption.notice, top_px);
  draw_step(image, frame.caption);
  draw_clock(image, frame.time_s, speed_m_s);
}

int Overlay::draw_request(Image& image, const Caption& caption) {
  const bool has_verdict = !is_empty(caption.verdict);
  if (caption.sentence.empty() && !has_verdict) return 0;
  const int margin = scaled(image, 18), padding = scaled(image, 14);
  const int mark = scaled(image, 18);  // room for the dot before the verdict
  const int room = image.width_px - 2 * margin - 2 * padding - scaled(image, 8);

  const Font::Style title_style = style(image, 21, kText, true);
  const std::string title = font_.fit(caption.sentence, room, title_style);
  BilingualLine verdict(font_, image, caption.verdict, 14, room - mark);

  int width = font_.width_px(title, title_style);
  if (has_verdict) width = std::max(width, mark + verdict.width_px());
  const int title_height = title.empty() ? 0 : scaled(image, 27);
  const int verdict_height = has_verdict ? scaled(image, 22) : 0;
  const Box box{margin, margin, width + 2 * padding + scaled(image, 8),
                title_height + verdict_height + scaled(image, 18)};
  draw_panel(image, box, scaled(image, 10));
  const Box bar{box.left + scaled(image, 7), box.top + scaled(image, 10), scaled(image, 3),
                box.height - scaled(image, 20)};
  fill_rounded(image, bar, scaled(image, 2), kAccent, 0.95);

  const int left = box.left + padding + scaled(image, 4);
  font_.draw(image, left, box.top + scaled(image, 31), title, title_style);
  if (!has_verdict) return box.top + box.height;
  const int baseline = box.top + title_height + scaled(image, 25);
  draw_dot(image, left + scaled(image, 6), baseline - scaled(image, 5), scaled(image, 4),
           color_of(caption.verdict_tone));
  verdict.draw(image, left + mark, baseline);
  return box.top + box.height;
}

void Overlay::draw_step(Image& image, const Caption& caption) {
  if (is_empty(caption.step)) return;
  const int margin = scaled(image, 18), padding = scaled(image, 14);
  const int height = scaled(image, 40);
  const std::string count =
      caption.step_number > 0 ? fmt::format("{}/{}", caption.step_number, caption.step_count) : "";
  const Font::Style count_style = style(image, 14, color_of(caption.step_tone), true);
  const int count_width =
      count.empty() ? scaled(image, 16) : font_.width_px(count, count_style) + scaled(image, 12);
  const int room = image.width_px - 2 * margin - 2 * padding - count_width - scaled(image, 190);
  BilingualLine line(font_, image, caption.step, 16, room);

  const Box box{margin, image.height_px - margin - height,
                2 * padding + count_width + line.width_px(), height};
  draw_panel(image, box, scaled(image, 10));
  const int baseline = box.top + scaled(image, 26);
  if (count.empty())
    draw_dot(image, box.left + padding + scaled(image, 4), box.top + height / 2, scaled(image, 4),
             color_of(caption.step_tone));
  else
    font_.draw(image, box.left + padding, baseline, count, count_style);
  line.draw(image, box.left + padding + count_width, baseline);
  if (caption.step_count <= 1) return;
  // How far the plan has come, along the panel's lower edge.
  const int track = box.width - 2 * padding;
  const Box whole{box.left + padding, box.top + height - scaled(image, 6), track, scaled(image, 2)};
  Box done = whole;
  done.width = track * std::clamp(caption.step_number, 0, caption.step_count) / caption.step_count;
  fill_rounded(image, whole, scaled(image, 1), kQuiet, 0.25);
  fill_rounded(image, done, scaled(image, 1), color_of(caption.step_tone), 0.95);
}

void Overlay::draw_clock(Image& image, double time_s, std::optional<double> speed_m_s) {
  const int margin = scaled(image, 18), padding = scaled(image, 14);
  const int height = scaled(image, 40), gap = scaled(image, 14);
  const Font::Style number = style(image, 17, kText, true), unit = style(image, 12, kQuiet);
  const std::string time = fmt::format("{:.1f}", time_s);
  // Room for the widest value, so that the panel does not twitch.
  const int time_width = std::max(font_.width_px(time, number), font_.width_px("00.0", number));
  int width = time_width + scaled(image, 4) + font_.width_px("s", unit);
  const int speed_width = font_.width_px("0.00", number);
  if (speed_m_s) width += gap + speed_width + scaled(image, 4) + font_.width_px("m/s", unit);

  const Box box{image.width_px - margin - width - 2 * padding, image.height_px - margin - height,
                width + 2 * padding, height};
  draw_panel(image, box, scaled(image, 10));
  const int baseline = box.top + scaled(image, 26);
  int pen = box.left + padding + time_width - font_.width_px(time, number);
  pen = font_.draw(image, pen, baseline, time, number) + scaled(image, 4);
  pen = font_.draw(image, pen, baseline, "s", unit);
  if (!speed_m_s) return;
  pen = font_.draw(image, pen + gap, baseline, fmt::format("{:.2f}", *speed_m_s), number);
  font_.draw(image, pen + scaled(image, 4), baseline, "m/s", unit);
}

void Overlay::draw_notice(Image& image, const Bilingual& notice, int top_px) {
  if (is_empty(notice)) return;
  const int margin = scaled(image, 18), padding = scaled(image, 12);
  const int height = scaled(image, 30);
  const int mark = scaled(image, 18);
  BilingualLine line(font_, image, notice, 14, image.width_px - 2 * margin - 2 * padding - mark);
  const int width = line.width_px() + 2 * padding + mark;
  const Box box{margin, top_px + (top_px == 0 ? margin : scaled(image, 8)), width, height};
  draw_panel(image, box, 0.5 * height);
  draw_dot(image, box.left + padding + scaled(image, 4), box.top + height / 2, scaled(image, 4),
           color_of(Tone::kCaution));
  line.draw(image, box.left + padding + mark, box.top + scaled(image, 20));
}

}  // namespace longmen::view
