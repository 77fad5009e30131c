#pragma once

#include <filesystem>
#include <memory>

#include "core/result.h"
#include "view/image.h"

namespace longmen::view {

struct VideoFormat {
  int width_px = 960;  ///< even, as H.264 wants it
  int height_px = 540;
  int frames_per_s = 30;
  std::filesystem::path sound{};  ///< what is heard with it, from its beginning; empty: nothing
};

/// An H.264 MP4 in the making, encoded by an ffmpeg process that gets the pictures through a
/// socket. The file appears under its name when it is finished, and not before.
class VideoFile {
 public:
  /// Errors: kInvalidArgument for a format or a name that cannot be; kIo where no file can be
  /// made; kUnsupported without ffmpeg.
  static Result<VideoFile> create(const std::filesystem::path& file, const VideoFormat& format);

  /// Appends a picture of the format's size. Waits while ffmpeg is behind.
  /// Errors: kInvalidArgument for another size; kIo with ffmpeg's own words, such as a full disk.
  Result<void> write(const Image& image);

  /// Waits for the end of encoding and gives the file its name. Error: kIo.
  Result<void> finish();

  VideoFile(VideoFile&&) noexcept;
  VideoFile& operator=(VideoFile&&) noexcept;
  ~VideoFile();

 private:
  struct Impl;
  explicit VideoFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longmen::view
