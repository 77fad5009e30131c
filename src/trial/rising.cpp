#include "trial/rising.h"

namespace longmen::trial {
namespace {

constexpr double kDownShare = 0.5;  // of the base's home height
constexpr double kUpShare = 0.9;
constexpr double kLevelCos = 0.97;  // of the base's lean: 14 degrees
constexpr double kSlow_m_s = 0.3;
constexpr double kStands_s = 1.0;

}  // namespace

void Rising::step(const io::Truth& truth) {
  const double height_m = truth.p_WB.z() - io::height_m(ground_, truth.p_WB.x(), truth.p_WB.y());
  if (height_m < kDownShare * home_height_m_ || truth.link_on_ground || truth.diverged) {
    if (!is_down_) ++result_.falls;
    if (!result_.down_at_s) result_.down_at_s = truth.time_s;
    result_.up_at_s.reset();
    is_down_ = true;
    up_s_ = 0.0;
    return;
  }
  if (!is_down_) return;
  const bool stands = height_m > kUpShare * home_height_m_ &&
                      (truth.q_WB * Eigen::Vector3d::UnitZ()).z() > kLevelCos &&
                      truth.v_WB_W.norm() < kSlow_m_s;
  up_s_ = stands ? up_s_ + step_s_ : 0.0;
  if (up_s_ < kStands_s) return;
  is_down_ = false;
  result_.up_at_s = truth.time_s - up_s_;
}

}  // namespace longmen::trial
