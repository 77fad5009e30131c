#pragma once

#include "view/image.h"

namespace longmen::view {

/// Upright rectangle in pixels, y down.
struct Box {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
};

/// Lays a colour over a box with round corners; edges are smooth. What lies outside is cut.
void fill_rounded(Image& image, const Box& box, double radius_px, Color color, double opacity);

/// Blurs what is inside a box, as frosted glass does. Radius of the kernel's reach in pixels.
void blur(Image& image, const Box& box, int radius_px);

/// A panel of frosted dark glass: blurred ground, dark tint, a thin bright rim.
void draw_panel(Image& image, const Box& box, double radius_px);

/// Copies a picture into another, with round corners.
void paste_rounded(Image& image, const Image& picture, int left_px, int top_px, double radius_px);

}  // namespace longmen::view
