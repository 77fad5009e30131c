#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "view/camera.h"
#include "view/frame.h"
#include "view/sound_track.h"

struct mjModel_;

namespace longmen::view {

struct FilmOptions {
  int width_px = 960;
  int height_px = 540;
  int frames_per_s = 30;
  int threads = 0;  ///< that draw; 0: one for each processor, at most 4
  CameraOptions camera{};
  std::vector<Utterance> said{};  ///< in order of time; heard in the video, which is silent without
  std::string speech_program = "espeak-ng";
};

/// Told now and then how many of all pictures are done.
using Progress = std::function<void(int done, int all)>;

/// Whether a video or picture could be written there, to know it before a run. Leaves nothing.
/// Errors: kInvalidArgument for a wrong ending; kIo; kUnsupported without ffmpeg.
Result<void> check_video_file(const std::filesystem::path& file);
Result<void> check_picture_file(const std::filesystem::path& file);

/// Makes an MP4 of a run whose frames were kept in order of time, at any rate: it plays at the
/// speed of the run. Nothing of the run itself is needed any more.
/// Errors: kInvalidArgument without frames or for poses of another scene; those of VideoFile,
/// Renderer, Overlay and make_sound_track().
Result<void> write_video(const mjModel_& model, std::span<const Frame> frames,
                         const std::filesystem::path& file, const FilmOptions& options,
                         const Progress& progress = {});

struct PictureOptions {
  int width_px = 1280;
  int height_px = 720;
  bool caption = true;
  CameraOptions camera{};
};

/// Makes a PNG, in fine quality, of one moment of a run. Errors as above.
Result<void> write_picture(const mjModel_& model, std::span<const Frame> frames, std::size_t moment,
                           const std::filesystem::path& file, const PictureOptions& options);

struct SheetOptions {
  int columns = 3;
  int rows = 3;
  int tile_width_px = 480;  ///< of each moment, 16:9
  CameraOptions camera{};
};

/// Makes a PNG that tells a run in moments from its first to its last frame, more of them where
/// more happens.
/// Errors as above.
Result<void> write_sheet(const mjModel_& model, std::span<const Frame> frames,
                         const std::filesystem::path& file, const SheetOptions& options);

}  // namespace longmen::view
