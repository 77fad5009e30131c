#pragma once

#include <optional>

#include "core/result.h"
#include "view/font.h"
#include "view/frame.h"
#include "view/image.h"

namespace longmen::view {

/// Writes captions into pictures: the sentence and the verdict at the top, a notice below them, the
/// step, the time and the speed at the bottom. Sizes follow the picture's height. Not for several
/// threads at once.
class Overlay {
 public:
  /// Errors: those of Font::create().
  static Result<Overlay> create();

  /// @param speed_m_s  of the robot, shown where it is given
  void draw(Image& image, const Frame& frame, std::optional<double> speed_m_s);

 private:
  explicit Overlay(Font font) : font_(std::move(font)) {}
  /// @return the y of its lower edge; 0 where there is none
  int draw_request(Image& image, const Caption& caption);
  void draw_notice(Image& image, const Bilingual& notice, int top_px);
  void draw_step(Image& image, const Caption& caption);
  void draw_clock(Image& image, double time_s, std::optional<double> speed_m_s);
  Font font_;
};

/// The colour of a tone's mark.
[[nodiscard]] Color color_of(Tone tone) noexcept;

}  // namespace longmen::view
