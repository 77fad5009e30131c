#include "core/speech.h"

#include <algorithm>

#include "core/utf8.h"

namespace longmen {
namespace {

bool has_chinese(const std::string& words) {
  for (std::size_t at = 0; at < words.size();) {
    const CodePoint point = decode_utf8(words, at);
    if (point.value >= 0x4E00 && point.value <= 0x9FFF) return true;
    at += std::max<std::size_t>(1, point.size_bytes);
  }
  return false;
}

}  // namespace

std::vector<std::string> speech_command(const std::string& program, const std::string& words) {
  std::string plain = words;
  // "[[" would begin phonemes, not words.
  for (std::size_t at = plain.find("[["); at != std::string::npos; at = plain.find("[[", at))
    plain.insert(at + 1, " ");
  // -b 1: UTF-8. After "--" nothing is an option.
  return {program, "-v", has_chinese(words) ? "cmn" : "en", "-b", "1", "--stdout", "--", plain};
}

}  // namespace longmen
