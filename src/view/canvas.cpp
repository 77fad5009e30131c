#include "view/canvas.h"

#include <algorithm>
#include <cmath>

namespace longmen::view {
namespace {

/// The part of a box that lies in the picture.
Box clip(const Image& image, const Box& box) {
  const int left = std::max(box.left, 0), top = std::max(box.top, 0);
  return {left, top, std::min(box.left + box.width, image.width_px) - left,
          std::min(box.top + box.height, image.height_px) - top};
}

/// How much of a pixel a rounded box covers, 0 to 1: from the distance of its centre to the edge.
double coverage(const Box& box, double radius_px, int x, int y) {
  const double half_width = 0.5 * box.width, half_height = 0.5 * box.height;
  const double radius = std::min({radius_px, half_width, half_height});
  const double dx = std::abs(x + 0.5 - box.left - half_width) - (half_width - radius);
  const double dy = std::abs(y + 0.5 - box.top - half_height) - (half_height - radius);
  if (std::max(dx, dy) <= radius - 1.0 && std::min(dx, dy) <= 0.0) return 1.0;
  const double out_x = std::max(dx, 0.0), out_y = std::max(dy, 0.0);
  const double outside = std::sqrt(out_x * out_x + out_y * out_y);
  const double distance = outside + std::min(std::max(dx, dy), 0.0) - radius;
  return std::clamp(0.5 - distance, 0.0, 1.0);
}

std::uint8_t mix(int under, int over, double alpha) {
  return static_cast<std::uint8_t>(std::lround(under + alpha * (over - under)));
}

/// Running mean along one line of `count` pixels, `stride` bytes apart; its ends repeat.
void blur_line(std::uint8_t* line, std::ptrdiff_t stride, int count, int radius,
               std::vector<int>& copy) {
  copy.resize(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) copy[static_cast<std::size_t>(i)] = line[i * stride];
  const auto at = [&](int i) {
    return copy[static_cast<std::size_t>(std::clamp(i, 0, count - 1))];
  };
  int sum = 0;
  for (int i = -radius; i <= radius; ++i) sum += at(i);
  for (int i = 0; i < count; ++i) {
    line[i * stride] = static_cast<std::uint8_t>(sum / (2 * radius + 1));
    sum += at(i + radius + 1) - at(i - radius);
  }
}

}  // namespace

void fill_rounded(Image& image, const Box& box, double radius_px, Color color, double opacity) {
  const Box inside = clip(image, box);
  for (int y = inside.top; y < inside.top + inside.height; ++y)
    for (int x = inside.left; x < inside.left + inside.width; ++x) {
      const double alpha = opacity * coverage(box, radius_px, x, y);
      if (alpha <= 0.0) continue;
      std::uint8_t* pixel = image.at(x, y);
      pixel[0] = mix(pixel[0], color.red, alpha);
      pixel[1] = mix(pixel[1], color.green, alpha);
      pixel[2] = mix(pixel[2], color.blue, alpha);
    }
}

void blur(Image& image, const Box& box, int radius_px) {
  const Box inside = clip(image, box);
  if (inside.width <= 0 || inside.height <= 0 || radius_px <= 0) return;
  std::vector<int> copy;
  const std::ptrdiff_t row = 3 * static_cast<std::ptrdiff_t>(image.width_px);
  for (int pass = 0; pass < 2; ++pass)  // two boxes make a tent
    for (int channel = 0; channel < 3; ++channel) {
      for (int y = 0; y < inside.height; ++y)
        blur_line(image.at(inside.left, inside.top + y) + channel, 3, inside.width, radius_px,
                  copy);
      for (int x = 0; x < inside.width; ++x)
        blur_line(image.at(inside.left + x, inside.top) + channel, row, inside.height, radius_px,
                  copy);
    }
}

void draw_panel(Image& image, const Box& box, double radius_px) {
  const Box inside = clip(image, box);
  if (inside.width <= 0 || inside.height <= 0) return;
  Image glass(inside.width, inside.height);
  for (int y = 0; y < inside.height; ++y)
    std::copy_n(image.at(inside.left, inside.top + y), 3 * inside.width, glass.at(0, y));
  blur(glass, {0, 0, inside.width, inside.height}, std::max(2, image.height_px / 90));
  for (int y = 0; y < inside.height; ++y)
    for (int x = 0; x < inside.width; ++x) {
      const double alpha = coverage(box, radius_px, inside.left + x, inside.top + y);
      const std::uint8_t* blurred = glass.at(x, y);
      std::uint8_t* pixel = image.at(inside.left + x, inside.top + y);
      for (int i = 0; i < 3; ++i) pixel[i] = mix(pixel[i], blurred[i], alpha);
    }
  fill_rounded(image, box, radius_px, {225, 235, 245}, 0.16);
  const Box inner{box.left + 1, box.top + 1, box.width - 2, box.height - 2};
  fill_rounded(image, inner, radius_px - 1, {12, 18, 26}, 0.66);
}

void paste_rounded(Image& image, const Image& picture, int left_px, int top_px, double radius_px) {
  const Box box{left_px, top_px, picture.width_px, picture.height_px};
  const Box inside = clip(image, box);
  for (int y = inside.top; y < inside.top + inside.height; ++y)
    for (int x = inside.left; x < inside.left + inside.width; ++x) {
      const double alpha = coverage(box, radius_px, x, y);
      const std::uint8_t* from = picture.at(x - left_px, y - top_px);
      std::uint8_t* pixel = image.at(x, y);
      for (int i = 0; i < 3; ++i) pixel[i] = mix(pixel[i], from[i], alpha);
    }
}

}  // namespace longmen::view
