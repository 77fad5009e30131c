#include "view/film.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <semaphore>
#include <thread>
#include <vector>

#include "view/overlay.h"
#include "view/partial_file.h"
#include "view/png_file.h"
#include "view/renderer.h"
#include "view/shots.h"
#include "view/video_file.h"

namespace longmen::view {
namespace {

constexpr int kThreadsMax = 4;

/// The frame to show in each picture of a video: at each picture's time the nearest one.
std::vector<std::size_t> schedule(std::span<const Frame> frames, int frames_per_s) {
  const double start_s = frames.front().time_s;
  const auto count =
      static_cast<std::size_t>(std::lround((frames.back().time_s - start_s) * frames_per_s) + 1);
  std::vector<std::size_t> moments;
  std::size_t at = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const double time_s = start_s + static_cast<double>(k) / frames_per_s;
    while (at + 1 < frames.size() &&
           std::abs(frames[at + 1].time_s - time_s) <= std::abs(frames[at].time_s - time_s))
      ++at;
    moments.push_back(at);
  }
  return moments;
}

/// Draws every n-th picture of a video on a thread of its own, one ahead of who takes them.
class Painter {
 public:
  struct Work {
    const mjModel_& model;
    std::span<const Frame> frames;
    std::span<const Shot> shots;
    std::span<const std::size_t> moments;
    RendererOptions renderer;
  };

  Painter(const Work& work, std::size_t first, std::size_t step)
      : thread_(
            [this, work, first, step](std::stop_token stop) { paint(stop, work, first, step); }) {}
  Painter(const Painter&) = delete;
  Painter& operator=(const Painter&) = delete;
  ~Painter() {
    thread_.request_stop();
    room_.release();
  }

  /// Swaps the next picture into `image`, once it is there.
  Result<void> take(Image& image) {
    ready_.acquire();
    if (!result_) return result_;
    std::swap(image, picture_);
    room_.release();
    return {};
  }

 private:
  void paint(const std::stop_token& stop, const Work& work, std::size_t first, std::size_t step) {
    auto renderer = Renderer::create(work.model, work.renderer);
    auto overlay = Overlay::create();
    if (!renderer) result_ = tl::make_unexpected(renderer.error());
    if (!overlay) result_ = tl::make_unexpected(overlay.error());
    Image image;
    for (std::size_t k = first; k < work.moments.size() && result_; k += step) {
      const std::size_t moment = work.moments[k];
      auto drawn = renderer->draw(work.frames[moment].pose, work.shots[moment].camera, image);
      if (drawn) overlay->draw(image, work.frames[moment], work.shots[moment].speed_m_s);
      room_.acquire();
      if (stop.stop_requested()) return;
      result_ = std::move(drawn);
      std::swap(image, picture_);
      ready_.release();
    }
    if (!result_) ready_.release();
  }

  // Room for one more release than there is need: that of the destructor.
  std::counting_semaphore<2> room_{1};  // may picture_ be replaced?
  std::binary_semaphore ready_{0};      // is picture_ (or a failure) there?
  Image picture_;
  Result<void> result_;
  std::jthread thread_;  // last: it uses all the others
};

}  // namespace

Result<void> check_video_file(const std::filesystem::path& file) {
  const auto video = VideoFile::create(file, {});
  if (!video) return tl::make_unexpected(video.error());
  return {};
}

Result<void> check_picture_file(const std::filesystem::path& file) {
  if (file.extension() != ".png")
    return fail(ErrorCode::kInvalidArgument, "a picture's name ends in .png", file.string());
  const auto partial = PartialFile::create(file);
  if (!partial) return tl::make_unexpected(partial.error());
  return {};
}

Result<void> write_video(const mjModel_& model, std::span<const Frame> frames,
                         const std::filesystem::path& file, const FilmOptions& options,
                         const Progress& progress) {
  const auto shots = plan_shots(model, frames, options.camera);
  if (!shots) return tl::make_unexpected(shots.error());
  const auto moments = schedule(frames, options.frames_per_s);
  VideoFormat format{options.width_px, options.height_px, options.frames_per_s};
  std::optional<PartialFile> sound;  // until the video is done
  if (!options.said.empty()) {
    const double duration_s = static_cast<double>(moments.size()) / options.frames_per_s;
    auto made = make_sound_track(options.said, frames.front().time_s, duration_s, file,
                                 options.speech_program);
    if (!made) return tl::make_unexpected(made.error());
    format.sound = sound.emplace(std::move(*made)).path();
  }
  auto video = VideoFile::create(file, format);
  if (!video) return tl::make_unexpected(video.error());

  const int processors = static_cast<int>(std::thread::hardware_concurrency());
  const auto threads = static_cast<std::size_t>(
      std::clamp(options.threads > 0 ? options.threads : processors, 1, kThreadsMax));
  const Painter::Work work{
      model, frames, *shots, moments, {options.width_px, options.height_px, Quality::kFast}};
  std::array<std::unique_ptr<Painter>, kThreadsMax> painters;
  for (std::size_t i = 0; i < threads; ++i)
    painters[i] = std::make_unique<Painter>(work, i, threads);

  Image image;
  for (std::size_t k = 0; k < moments.size(); ++k) {
    if (auto taken = painters[k % threads]->take(image); !taken) return taken;
    if (auto written = video->write(image); !written) return written;
    if (progress) progress(static_cast<int>(k) + 1, static_cast<int>(moments.size()));
  }
  return video->finish();
}

Result<void> write_picture(const mjModel_& model, std::span<const Frame> frames, std::size_t moment,
                           const std::filesystem::path& file, const PictureOptions& options) {
  if (auto fine = check_picture_file(file); !fine) return fine;
  if (moment >= frames.size())
    return fail(ErrorCode::kInvalidArgument, "a moment after the last frame of the run");
  const auto shots = plan_shots(model, frames, options.camera);
  if (!shots) return tl::make_unexpected(shots.error());
  auto renderer = Renderer::create(model, {options.width_px, options.height_px, Quality::kFine});
  if (!renderer) return tl::make_unexpected(renderer.error());
  Image image;
  if (auto drawn = renderer->draw(frames[moment].pose, (*shots)[moment].camera, image); !drawn)
    return drawn;
  if (options.caption) {
    auto overlay = Overlay::create();
    if (!overlay) return tl::make_unexpected(overlay.error());
    overlay->draw(image, frames[moment], (*shots)[moment].speed_m_s);
  }
  return write_png(image, file);
}

}  // namespace longmen::view
