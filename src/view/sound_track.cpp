#include "view/sound_track.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <vector>

#include "core/speech.h"
#include "view/child.h"

namespace longmen::view {
namespace {

constexpr std::size_t kRate_hz = 22050;  // of espeak-ng's voices
constexpr std::size_t kHead_bytes = 44;  // of a WAV file of PCM alone

using Samples = std::vector<std::int16_t>;

template <typename T>
void put(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);  // little-endian, as WAV is
}

/// The head of a WAV file: one channel, 16 bits, kRate_hz.
std::string wav_head(std::size_t samples) {
  const auto data_bytes = static_cast<std::uint32_t>(2 * samples);
  std::string head = "RIFF";
  put<std::uint32_t>(head, kHead_bytes - 8 + data_bytes);
  head += "WAVEfmt ";
  put<std::uint32_t>(head, 16);
  put<std::uint16_t>(head, 1);  // PCM
  put<std::uint16_t>(head, 1);
  put<std::uint32_t>(head, kRate_hz);
  put<std::uint32_t>(head, 2 * kRate_hz);
  put<std::uint16_t>(head, 2);
  put<std::uint16_t>(head, 16);
  head += "data";
  put<std::uint32_t>(head, data_bytes);
  return head;
}

/// What espeak-ng says; its own head leaves the sizes open, since it writes to a pipe.
Result<Samples> speak(const std::string& words, const std::string& program) {
  const Descriptor nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  const Descriptor sound(memfd_create("speech", MFD_CLOEXEC));
  const auto child =
      start_child(speech_command(program, words), nothing, sound, nothing, "espeak-ng");
  if (!child) return tl::make_unexpected(child.error());
  const bool is_well = wait_for_child(*child);
  const off_t size = lseek(sound.get(), 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(std::max<off_t>(0, size)), '\0');
  const bool is_read = pread(sound.get(), bytes.data(), bytes.size(), 0) == size;
  constexpr std::size_t kFormat = 12, kSizes_from = 40;  // of the head: "fmt " up to "data"
  if (!is_well || !is_read || bytes.size() < kHead_bytes ||
      bytes.compare(kFormat, kSizes_from - kFormat, wav_head(0), kFormat, kSizes_from - kFormat) !=
          0)
    return fail(ErrorCode::kIo, "espeak-ng cannot say '" + words + "'");
  Samples samples((bytes.size() - kHead_bytes) / 2);
  std::memcpy(samples.data(), bytes.data() + kHead_bytes, 2 * samples.size());
  return samples;
}

}  // namespace

Result<PartialFile> make_sound_track(std::span<const Utterance> said, double start_s,
                                     double duration_s, const std::filesystem::path& video,
                                     const std::string& program) {
  const auto place = [&](double time_s) {
    const double at_s = std::clamp(time_s - start_s, 0.0, duration_s);
    return static_cast<std::size_t>(std::lround(at_s * kRate_hz));
  };
  Samples track(place(start_s + duration_s), 0);
  for (std::size_t i = 0; i < said.size(); ++i) {
    const auto sound = speak(said[i].words, program);
    if (!sound) return tl::make_unexpected(sound.error());
    const std::size_t from = place(said[i].time_s);
    const std::size_t to = i + 1 < said.size() ? place(said[i + 1].time_s) : track.size();
    std::copy_n(sound->begin(), std::min(sound->size(), to - std::min(from, to)),
                track.begin() + static_cast<std::ptrdiff_t>(from));
  }
  auto file = PartialFile::create(std::filesystem::path(video).replace_extension(".wav"));
  if (!file) return file;
  std::ofstream stream(file->path(), std::ios::binary);
  stream << wav_head(track.size());
  stream.write(reinterpret_cast<const char*>(track.data()),
               static_cast<std::streamsize>(2 * track.size()));
  stream.close();
  if (!stream)
    return fail(ErrorCode::kIo, "the sound of the video cannot be written", file->path());
  return file;
}

}  // namespace longmen::view
