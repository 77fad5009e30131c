#pragma once

#include <string>
#include <vector>

namespace longmen {

/// The arguments of espeak-ng that speak words to its standard output as WAV: Mandarin when there
/// is a Chinese character among them. Words are one argument, never options or phonemes.
[[nodiscard]] std::vector<std::string> speech_command(const std::string& program,
                                                      const std::string& words);

}  // namespace longmen
