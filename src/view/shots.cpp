#include "view/shots.h"

#include <algorithm>
#include <cmath>

#include "view/follow.h"
#include "view/stage.h"
#include "view/subject.h"

namespace longmen::view {
namespace {

Result<void> check(std::span<const Frame> frames) {
  if (frames.empty()) return fail(ErrorCode::kInvalidArgument, "a run without a single frame");
  const bool in_order =
      std::is_sorted(frames.begin(), frames.end(),
                     [](const auto& a, const auto& b) { return a.time_s < b.time_s; });
  const bool finite = std::all_of(frames.begin(), frames.end(),
                                  [](const Frame& frame) { return std::isfinite(frame.time_s); });
  if (!in_order || !finite)
    return fail(ErrorCode::kInvalidArgument, "the frames of a run are not in order of time");
  return {};
}

}  // namespace

Result<std::vector<Shot>> plan_shots(const mjModel_& model, std::span<const Frame> frames,
                                     const CameraOptions& options) {
  if (auto fine = check(frames); !fine) return tl::make_unexpected(fine.error());
  auto stage = Stage::create(model);
  if (!stage) return tl::make_unexpected(stage.error());
  const auto subject = observe(*stage, options.subject, frames);
  if (!subject) return tl::make_unexpected(subject.error());
  const auto cameras = follow(*stage, *subject, options);
  std::vector<Shot> shots;
  for (std::size_t i = 0; i < frames.size(); ++i)
    shots.push_back({cameras[i], subject->speed_m_s(i)});
  return shots;
}

}  // namespace longmen::view
