#pragma once

#include "view/image.h"

namespace longmen::view {

/// Softens the stairs along edges of a picture that was drawn with one sample a pixel: finds each
/// edge from the brightness around a pixel, looks along it for its ends, and mixes in as much of
/// the neighbour across the edge as a straight line between the ends would cover of the pixel.
/// The idea is that of FXAA (T. Lottes, 2009).
class EdgeSmoother {
 public:
  /// Works in place. Keeps its memory for the next picture.
  void apply(Image& image);

 private:
  std::vector<std::uint8_t> brightness_;
  std::vector<std::uint8_t> source_;
};

}  // namespace longmen::view
