#include "view/video_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "view/child.h"
#include "view/partial_file.h"

namespace longmen::view {
namespace {

std::vector<std::string> arguments(const std::filesystem::path& file, const VideoFormat& format) {
  std::vector<std::string> all = {"ffmpeg",
                                  "-hide_banner",
                                  "-nostats",
                                  "-loglevel",
                                  "error",
                                  "-y",
                                  "-f",
                                  "rawvideo",
                                  "-pixel_format",
                                  "rgb24",
                                  "-video_size",
                                  fmt::format("{}x{}", format.width_px, format.height_px),
                                  "-framerate",
                                  std::to_string(format.frames_per_s),
                                  "-i",
                                  "pipe:0"};
  const auto add = [&](std::initializer_list<std::string> more) { all.insert(all.end(), more); };
  // The prefix keeps any name from being read as an option or an address.
  if (format.sound.empty())
    add({"-an"});
  else
    add({"-i", "file:" + format.sound.string(), "-c:a", "aac", "-b:a", "96k"});
  // sRGB pictures become the colours of HD video, and are labelled so.
  add({"-vf",
       "scale=out_color_matrix=bt709:out_range=tv",
       "-colorspace",
       "bt709",
       "-color_primaries",
       "bt709",
       "-color_trc",
       "iec61966-2-1",
       "-color_range",
       "tv",
       "-c:v",
       "libx264",
       "-preset",
       "veryfast",
       "-crf",
       "19",
       "-pix_fmt",
       "yuv420p",
       "-movflags",
       "+faststart",
       "-f",
       "mp4",
       "file:" + file.string()});
  return all;
}

/// The last line that a process wrote; empty if it wrote none.
std::string last_line(int descriptor) {
  std::string text(4096, '\0');
  const off_t end = lseek(descriptor, 0, SEEK_END);
  const off_t from = end > 4096 ? end - 4096 : 0;
  const ssize_t size = pread(descriptor, text.data(), text.size(), from);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  const std::size_t line = text.find_last_of("\n\r");
  return line == std::string::npos ? text : text.substr(line + 1);
}

}  // namespace

struct VideoFile::Impl {
  std::filesystem::path file;
  VideoFormat format;
  PartialFile partial;
  Descriptor pictures;  ///< our end of the socket
  Descriptor words;     ///< what ffmpeg has to say
  pid_t encoder = -1;

  Impl(std::filesystem::path file_in, const VideoFormat& format_in, PartialFile partial_in)
      : file(std::move(file_in)), format(format_in), partial(std::move(partial_in)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (encoder < 0) return;
    kill(encoder, SIGKILL);
    (void)wait_for_end();
  }

  Result<void> start();

  /// @return whether the encoder ended well
  bool wait_for_end() { return wait_for_child(std::exchange(encoder, -1)); }

  [[nodiscard]] tl::unexpected<Error> failed() const {
    std::string reason = last_line(words.get());
    if (reason.empty()) reason = "ffmpeg ended before the video did";
    return fail(ErrorCode::kIo, "cannot write the video: " + reason, file.string());
  }
};

Result<void> VideoFile::Impl::start() {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return fail(ErrorCode::kIo, std::generic_category().message(errno), file.string());
  pictures = Descriptor(ends[0]);
  const Descriptor theirs(ends[1]);
  words = Descriptor(memfd_create("ffmpeg-words", MFD_CLOEXEC));
  const Descriptor nothing(open("/dev/null", O_WRONLY | O_CLOEXEC));
  const auto started =
      start_child(arguments(partial.path(), format), theirs, nothing, words, "ffmpeg");
  if (!started) return tl::make_unexpected(started.error());
  encoder = *started;
  return {};
}

Result<VideoFile> VideoFile::create(const std::filesystem::path& file, const VideoFormat& format) {
  if (file.extension() != ".mp4")
    return fail(ErrorCode::kInvalidArgument, "a video's name ends in .mp4", file.string());
  if (format.width_px < 16 || format.height_px < 16 || format.width_px % 2 != 0 ||
      format.height_px % 2 != 0 || format.frames_per_s < 1 || format.frames_per_s > 240)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a video of {} x {} pixels at {} pictures a second; valid: even sizes "
                            "from 16, 1 to 240 a second",
                            format.width_px, format.height_px, format.frames_per_s));
  auto partial = PartialFile::create(file);
  if (!partial) return tl::make_unexpected(partial.error());
  auto impl = std::make_unique<Impl>(file, format, std::move(*partial));
  if (auto started = impl->start(); !started) return tl::make_unexpected(started.error());
  return VideoFile(std::move(impl));
}

Result<void> VideoFile::write(const Image& image) {
  if (image.width_px != impl_->format.width_px || image.height_px != impl_->format.height_px)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a picture of {} x {} pixels in a video of {} x {}", image.width_px,
                            image.height_px, impl_->format.width_px, impl_->format.height_px));
  std::size_t sent = 0;
  while (sent < image.rgb.size()) {
    const ssize_t size =
        send(impl_->pictures.get(), image.rgb.data() + sent, image.rgb.size() - sent, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      if (impl_->encoder >= 0) (void)impl_->wait_for_end();
      return impl_->failed();
    }
    sent += static_cast<std::size_t>(size);
  }
  return {};
}

Result<void> VideoFile::finish() {
  impl_->pictures.reset();
  if (impl_->encoder < 0 || !impl_->wait_for_end()) return impl_->failed();
  return impl_->partial.keep();
}

VideoFile::VideoFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VideoFile::VideoFile(VideoFile&&) noexcept = default;
VideoFile& VideoFile::operator=(VideoFile&&) noexcept = default;
VideoFile::~VideoFile() = default;

}  // namespace longmen::view
