#include "server/speech.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace longmen::server {
namespace {

/// A speaker that writes what it was asked for to a file, once for each call.
struct Speaker {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("longmen_speech_" + std::to_string(getpid()));
  std::filesystem::path program = folder / "speaker";
  boost::asio::io_context context;

  explicit Speaker(const std::string& script) {
    std::filesystem::create_directories(folder);
    std::ofstream(program) << "#!/bin/sh\necho call >> " << (folder / "calls").string() << '\n'
                           << script << '\n';
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  }
  ~Speaker() { std::filesystem::remove_all(folder); }
  [[nodiscard]] int calls() const {
    std::ifstream file(folder / "calls");
    int count = 0;
    for (std::string line; std::getline(file, line);) ++count;
    return count;
  }
};

TEST(Speech, IsSpokenOnceForAllWhoHear) {
  Speaker speaker("printf 'RIFF of %s' \"$7\"");
  Speech speech(speaker.context, speaker.program);
  speech.add(7, "hello");
  std::vector<Speech::Sound> heard;
  const auto hear = [&](const Speech::Sound& sound) { heard.push_back(sound); };
  EXPECT_TRUE(speech.speak(7, hear));
  EXPECT_TRUE(speech.speak(7, hear));
  EXPECT_FALSE(speech.speak(8, hear));
  speaker.context.run();
  EXPECT_TRUE(speech.speak(7, hear));
  ASSERT_EQ(heard.size(), 3u);
  for (const Speech::Sound& sound : heard) {
    ASSERT_TRUE(sound);
    EXPECT_EQ(*sound, "RIFF of hello");
  }
  EXPECT_EQ(speaker.calls(), 1);
}

TEST(Speech, WhatIsNoSoundIsNoneAndOldSentencesAreForgotten) {
  Speaker speaker("echo no sound");
  Speech speech(speaker.context, speaker.program);
  Speech absent(speaker.context, "/no/such/program");
  int silent = 0;
  const auto hear = [&](const Speech::Sound& sound) {
    if (sound == nullptr) ++silent;
  };
  for (Speech* one : {&speech, &absent}) {
    one->add(1, "hello");
    EXPECT_TRUE(one->speak(1, hear));
  }
  speaker.context.run();
  EXPECT_EQ(silent, 2);
  for (std::uint64_t event = 2; event < 2 + Speech::kRemembered; ++event) speech.add(event, "more");
  EXPECT_FALSE(speech.speak(1, hear));
}

}  // namespace
}  // namespace longmen::server
