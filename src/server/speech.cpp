#include "server/speech.h"

#include <algorithm>
#include <utility>

#include "core/speech.h"

namespace longmen::server {

void Speech::add(std::uint64_t event, const std::string& words) {
  if (said_.size() >= kRemembered) {
    for (const Hear& hear : said_.front().waiting) hear(nullptr);
    said_.pop_front();
  }
  said_.push_back({event, words, nullptr, {}});
}

void Speech::clear() {
  for (const Said& said : std::exchange(said_, {}))
    for (const Hear& hear : said.waiting) hear(nullptr);
}

Speech::Said* Speech::find(std::uint64_t event) {
  const auto found = std::find_if(said_.begin(), said_.end(),
                                  [&](const Said& said) { return said.event == event; });
  return found == said_.end() ? nullptr : &*found;
}

bool Speech::speak(std::uint64_t event, Hear hear) {
  Said* said = find(event);
  if (said == nullptr) return false;
  if (said->sound) {
    hear(said->sound);
    return true;
  }
  said->waiting.push_back(std::move(hear));
  if (said->waiting.size() > 1) return true;
  inquiry_.ask(
      speech_command(program_, said->words), [this, event](std::optional<std::string> wav) {
        const bool is_sound = wav && wav->starts_with("RIFF");
        spoken(event, is_sound ? std::make_shared<const std::string>(std::move(*wav)) : nullptr);
      });
  return true;
}

void Speech::spoken(std::uint64_t event, const Sound& sound) {
  Said* said = find(event);
  if (said == nullptr) return;
  said->sound = sound;
  for (const Hear& hear : std::exchange(said->waiting, {})) hear(sound);
}

}  // namespace longmen::server
