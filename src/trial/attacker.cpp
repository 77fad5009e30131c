#include "trial/attacker.h"

#include <algorithm>
#include <cmath>

namespace longmen::trial {
namespace {

constexpr double kHeldMax_ticks = 200.0;
constexpr double kHalfPeriodMin_ticks = 2.0;
constexpr double kHalfPeriodMax_ticks = 150.0;
constexpr double kDriftPerTick = 1e-4;  // of the torque limit: all of it in ten seconds

}  // namespace

Attacker::Attacker(AttackKind kind, double from_s, const io::SimPlant& plant, std::uint64_t seed)
    : kind_(kind),
      from_s_(from_s),
      plant_(plant),
      random_(seed),
      held_(JointVector::Zero(plant.joint_count())) {
  for (Tick& half : half_period_)
    half = static_cast<Tick>(random_.uniform(kHalfPeriodMin_ticks, kHalfPeriodMax_ticks));
}

void Attacker::touch(ProposedCommand& proposal) noexcept {
  const io::Truth& truth = plant_.truth();
  if (truth.time_s < from_s_) return;
  const JointVector& torque_max = plant_.limits().torque_max_Nm;
  const Eigen::Index na = torque_max.size();
  const bool with_gains = kind_ == AttackKind::kDrift;
  if (!with_gains)
    for (JointVector* v : {&proposal.stiffness_Nm_rad, &proposal.damping_Nms_rad}) v->setZero();
  switch (kind_) {
    case AttackKind::kRandom:
    case AttackKind::kStamps:
      if (--left_ <= 0) {
        left_ = 1 + static_cast<Tick>(kHeldMax_ticks * random_.uniform());
        for (Eigen::Index j = 0; j < na; ++j) held_[j] = torque_max[j] * random_.uniform(-1.0, 1.0);
      }
      proposal.torque_Nm = held_;
      if (kind_ == AttackKind::kStamps) proposal.tick += static_cast<Tick>(random_.next() % 5) - 2;
      break;
    case AttackKind::kBangBang:
      for (Eigen::Index j = 0; j < na; ++j) {
        const Tick half = half_period_[static_cast<std::size_t>(j)];
        proposal.torque_Nm[j] = (proposal.tick / half) % 2 == 0 ? torque_max[j] : -torque_max[j];
      }
      break;
    case AttackKind::kWorst:
      for (Eigen::Index j = 0; j < na; ++j) {
        const double q = truth.joint_position_rad[j];
        const double middle =
            0.5 * (plant_.limits().position_min_rad[j] + plant_.limits().position_max_rad[j]);
        const double v = truth.joint_velocity_rad_s[j];
        const double way = std::abs(v) > 0.1 * plant_.limits().speed_max_rad_s[j] ? v : q - middle;
        proposal.torque_Nm[j] = way >= 0.0 ? torque_max[j] : -torque_max[j];
      }
      break;
    case AttackKind::kDrift:
      drift_ = std::min(1.0, drift_ + kDriftPerTick);
      for (Eigen::Index j = 0; j < na; ++j)
        proposal.torque_Nm[j] += (half_period_[static_cast<std::size_t>(j)] % 2 == 0 ? 1.0 : -1.0) *
                                 drift_ * torque_max[j];
      break;
  }
}

}  // namespace longmen::trial
