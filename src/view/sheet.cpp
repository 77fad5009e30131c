#include <fmt/format.h>

#include <cmath>

#include "view/canvas.h"
#include "view/film.h"
#include "view/font.h"
#include "view/overlay.h"
#include "view/png_file.h"
#include "view/renderer.h"
#include "view/shots.h"

namespace longmen::view {
namespace {

constexpr Color kPaper{17, 22, 29};
constexpr Color kSheetText{240, 244, 247};
constexpr Color kSheetQuiet{146, 160, 174};
constexpr int kSizeMax = 12;  // rows or columns
constexpr int kTileWidthMin_px = 160;
constexpr int kTileWidthMax_px = 1920;

/// Where things lie on a sheet, in pixels; all lengths follow the width of a tile.
struct Layout {
  int tile_width, tile_height, margin, gap, header, label, columns, rows;

  explicit Layout(const SheetOptions& options)
      : tile_width(options.tile_width_px),
        tile_height(static_cast<int>(std::lround(options.tile_width_px * 9.0 / 16.0))),
        margin(options.tile_width_px / 16),
        gap(options.tile_width_px / 32),
        header(options.tile_width_px / 6),
        label(options.tile_width_px / 14),
        columns(options.columns),
        rows(options.rows) {}

  [[nodiscard]] int width() const {
    return 2 * margin + columns * tile_width + (columns - 1) * gap;
  }
  [[nodiscard]] int height() const {
    return margin + header + rows * (tile_height + label) + (rows - 1) * gap + margin / 2;
  }
  [[nodiscard]] int left(int column) const { return margin + column * (tile_width + gap); }
  [[nodiscard]] int top(int row) const {
    return margin + header + row * (tile_height + label + gap);
  }
};

void draw_header(Image& sheet, Font& font, const Layout& layout, const Frame& last) {
  const int unit = layout.tile_width / 20;
  const int room = sheet.width_px - 2 * layout.margin;
  const Font::Style title{.size_px = unit * 3 / 2, .color = kSheetText, .bold = true};
  const Font::Style line{.size_px = unit * 9 / 10, .color = kSheetQuiet};
  const int top = layout.margin;
  font.draw(sheet, layout.margin, top + unit * 3 / 2, font.fit(last.caption.sentence, room, title),
            title);
  const Bilingual& verdict = last.caption.verdict;
  if (verdict.en.empty() && verdict.zh.empty()) return;
  const int dot = unit / 2, baseline = top + unit * 28 / 10;
  fill_rounded(sheet, {layout.margin, baseline - dot, dot, dot}, dot,
               color_of(last.caption.verdict_tone), 1.0);
  font.draw(sheet, layout.margin + 2 * dot, baseline,
            font.fit(verdict.en + "   " + verdict.zh, room - 2 * dot, line), line);
}

void draw_label(Image& sheet, Font& font, const Layout& layout, int left, int top,
                const Frame& frame) {
  const int unit = layout.tile_width / 28;
  const Font::Style time{.size_px = unit, .color = kSheetText, .bold = true};
  const Font::Style step{.size_px = unit, .color = kSheetQuiet};
  const int baseline = top + unit * 3 / 2;
  const int end =
      font.draw(sheet, left, baseline, fmt::format("{:.1f} s", frame.time_s), time) + unit;
  const std::string text = frame.caption.step.en + "   " + frame.caption.step.zh;
  font.draw(sheet, end, baseline, font.fit(text, left + layout.tile_width - end, step), step);
}

/// How far a run has come at each frame, 0 to 1: half by time, half by how much has moved.
std::vector<double> progress(std::span<const Frame> frames) {
  std::vector<double> moved{0.0};
  for (std::size_t i = 1; i < frames.size(); ++i) {
    double sum = 0.0;
    const auto &before = frames[i - 1].pose.qpos, &now = frames[i].pose.qpos;
    for (std::size_t k = 0; k < now.size(); ++k) sum += std::pow(now[k] - before[k], 2);
    moved.push_back(moved.back() + std::sqrt(sum));
  }
  const auto share = [](double part, double whole) { return whole > 0.0 ? part / whole : 0.0; };
  const double start_s = frames.front().time_s, length_s = frames.back().time_s - start_s;
  std::vector<double> result;
  for (std::size_t i = 0; i < frames.size(); ++i)
    result.push_back(0.5 * share(frames[i].time_s - start_s, length_s) +
                     0.5 * share(moved[i], moved.back()));
  return result;
}

/// `count` frames, evenly spread over the progress of the run, from the first to the last.
std::vector<std::size_t> choose(std::span<const Frame> frames, int count) {
  const std::vector<double> reached = progress(frames);
  std::vector<std::size_t> moments;
  std::size_t at = 0;
  for (int k = 0; k < count; ++k) {
    const double wanted = count == 1 ? reached.back() : reached.back() * k / (count - 1);
    while (at + 1 < frames.size() && reached[at + 1] <= wanted + 1e-9) ++at;
    moments.push_back(at);
  }
  return moments;
}

}  // namespace

Result<void> write_sheet(const mjModel_& model, std::span<const Frame> frames,
                         const std::filesystem::path& file, const SheetOptions& options) {
  if (auto fine = check_picture_file(file); !fine) return fine;
  const auto valid = [](int value, int low, int high) { return value >= low && value <= high; };
  if (!valid(options.columns, 1, kSizeMax) || !valid(options.rows, 1, kSizeMax) ||
      !valid(options.tile_width_px, kTileWidthMin_px, kTileWidthMax_px))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a sheet of {} x {} pictures, {} pixels wide each; valid: 1 to {}, {} "
                            "to {} pixels",
                            options.columns, options.rows, options.tile_width_px, kSizeMax,
                            kTileWidthMin_px, kTileWidthMax_px));
  const Layout layout(options);
  const auto shots = plan_shots(model, frames, options.camera);
  if (!shots) return tl::make_unexpected(shots.error());
  auto renderer = Renderer::create(model, {layout.tile_width, layout.tile_height, Quality::kFine});
  if (!renderer) return tl::make_unexpected(renderer.error());
  auto font = Font::create();
  if (!font) return tl::make_unexpected(font.error());

  Image sheet(layout.width(), layout.height(), kPaper);
  draw_header(sheet, *font, layout, frames.back());
  const auto moments = choose(frames, layout.columns * layout.rows);
  Image tile;
  for (std::size_t k = 0; k < moments.size(); ++k) {
    const Frame& frame = frames[moments[k]];
    if (auto drawn = renderer->draw(frame.pose, (*shots)[moments[k]].camera, tile); !drawn)
      return drawn;
    const int left = layout.left(static_cast<int>(k) % layout.columns);
    const int top = layout.top(static_cast<int>(k) / layout.columns);
    paste_rounded(sheet, tile, left, top, layout.tile_width / 50.0);
    draw_label(sheet, *font, layout, left, top + layout.tile_height, frame);
  }
  return write_png(sheet, file);
}

}  // namespace longmen::view
