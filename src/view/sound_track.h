#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/result.h"
#include "view/partial_file.h"

namespace longmen::view {

/// What the robot said, and when, by the clock of its frames.
struct Utterance {
  double time_s = 0.0;
  std::string words;
};

/// Speaks what was said from `start_s` on into a WAV file of `duration_s`, each utterance at its
/// time, until it ends or the next one begins. The file is beside `video`, and is gone with the
/// result. @param program of espeak-ng. Errors: kUnsupported without the program; kIo when it says
/// nothing, or where no file can be made.
Result<PartialFile> make_sound_track(std::span<const Utterance> said, double start_s,
                                     double duration_s, const std::filesystem::path& video,
                                     const std::string& program);

}  // namespace longmen::view
