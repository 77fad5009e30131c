#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

/// For tests that write files.
namespace longmen::view::testing {

/// An empty folder that goes away again.
struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "longmen-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code error;
    std::filesystem::remove_all(path, error);
  }
  std::filesystem::path path;
};

/// An environment variable that has another value for a while.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    setenv(name, value, 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    if (before_)
      setenv(name_, before_->c_str(), 1);
    else
      unsetenv(name_);
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

inline std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

inline long count_files(const std::filesystem::path& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

inline std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
    text.push_back(static_cast<char>(c));
  pclose(pipe);
  return text;
}

/// What ffprobe says of a file's first video (or, as "a:0", sound), having decoded all of it.
inline std::string probe(const std::filesystem::path& file, const std::string& stream = "v:0") {
  return output_of("ffprobe -v error -count_frames -select_streams " + stream + " -show_streams '" +
                   file.string() + "' 2>&1");
}

/// How loud a file is from one time to another: root mean square of its samples, in [0, 1].
inline double loudness(const std::filesystem::path& file, double from_s, double to_s) {
  constexpr int kRate_hz = 8000;
  const std::string bytes =
      output_of("ffmpeg -v error -i 'file:" + file.string() + "' -vn -f s16le -ac 1 -ar " +
                std::to_string(kRate_hz) + " -");
  double sum = 0.0;
  int count = 0;
  for (auto i = static_cast<std::size_t>(from_s * kRate_hz);
       i < static_cast<std::size_t>(to_s * kRate_hz) && 2 * i + 1 < bytes.size(); ++i, ++count) {
    const auto low = static_cast<std::uint8_t>(bytes[2 * i]);
    const auto high = static_cast<std::uint8_t>(bytes[2 * i + 1]);
    const double sample = static_cast<std::int16_t>(low | (high << 8)) / 32768.0;
    sum += sample * sample;
  }
  return count == 0 ? 0.0 : std::sqrt(sum / count);
}

}  // namespace longmen::view::testing
