#pragma once

#include <string>
#include <vector>

#include "core/bilingual.h"

namespace longmen::view {

/// Where everything in the scene is, in the order of the scene's model (MuJoCo's conventions, as
/// the plant hands them out).
struct Pose {
  std::vector<double> qpos;        ///< [nq]
  std::vector<double> mocap_pos;   ///< [3 * nmocap] of the people; empty: where the scene has them
  std::vector<double> mocap_quat;  ///< [4 * nmocap], wxyz; empty: as the scene has them
};

/// How a line of a caption is meant; it decides the colour of its mark.
enum class Tone { kNeutral, kGood, kCaution, kStop };

/// What is written into a picture. Empty parts are left out.
struct Caption {
  std::string sentence{};  ///< what was asked, in the words and the language of whoever asked
  Bilingual verdict{};     ///< of the plan gate
  Tone verdict_tone = Tone::kNeutral;
  Bilingual step{};  ///< what is being done now
  Tone step_tone = Tone::kNeutral;
  int step_number = 0;  ///< from 1; 0: no count is shown
  int step_count = 0;
  Bilingual notice{};  ///< something that must be seen, such as an unregistered model
};

/// One moment of a run.
struct Frame {
  double time_s = 0.0;
  Pose pose{};
  Caption caption{};
};

}  // namespace longmen::view
