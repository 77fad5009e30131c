#include "gate/motion/joint_limits.h"

#include <fmt/format.h>

#include "core/random.h"
#include "model/joint_inertia.h"

namespace longmen::gate {

void JointLimits::resize(int na) {
  for (JointVector* v : {&position_min_rad, &position_max_rad, &speed_max_rad_s, &torque_max_Nm,
                         &inertia_min_kgm2, &inertia_max_kgm2})
    v->setZero(na);
}

Result<void> JointLimits::validate() const {
  struct Array {
    const char* name;
    const JointVector* values;
    bool positive;
  };
  const Array arrays[] = {{"position_min_rad", &position_min_rad, false},
                          {"position_max_rad", &position_max_rad, false},
                          {"speed_max_rad_s", &speed_max_rad_s, true},
                          {"torque_max_Nm", &torque_max_Nm, true},
                          {"inertia_min_kgm2", &inertia_min_kgm2, true},
                          {"inertia_max_kgm2", &inertia_max_kgm2, true}};
  if (na() < 1) return fail(ErrorCode::kInvalidArgument, "no joints", "joint limits");
  for (const Array& array : arrays) {
    if (array.values->size() != na())
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("{} has {} entries, must have {}", array.name, array.values->size(), na()),
          "joint limits");
    for (int j = 0; j < na(); ++j) {
      const double value = (*array.values)[j];
      if (!std::isfinite(value) || (array.positive && value <= 0.0))
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("{} of joint {} is {}, must be {}", array.name, j, value,
                                array.positive ? "finite and positive" : "finite"),
                    "joint limits");
    }
  }
  for (int j = 0; j < na(); ++j) {
    if (position_min_rad[j] >= position_max_rad[j])
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("range of joint {} is [{}, {}], must not be empty", j,
                              position_min_rad[j], position_max_rad[j]),
                  "joint limits");
    if (inertia_min_kgm2[j] > inertia_max_kgm2[j])
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("inertia of joint {} is [{}, {}], must be ordered", j,
                              inertia_min_kgm2[j], inertia_max_kgm2[j]),
                  "joint limits");
  }
  return {};
}

JointLimits joint_limits_of(const model::RobotModel& model) {
  constexpr int kPostures = 1000;
  constexpr std::uint64_t kSeed = 1;
  const int na = model.na();
  JointLimits limits;
  limits.resize(na);
  for (int j = 0; j < na; ++j) {
    const model::JointInfo& joint = model.joint(j);
    limits.position_min_rad[j] = joint.position_min_rad;
    limits.position_max_rad[j] = joint.position_max_rad;
    limits.speed_max_rad_s[j] = joint.velocity_max_rad_s;
    limits.torque_max_Nm[j] = joint.torque_max_Nm;
  }

  model::JointInertia inertia = model::JointInertia::create(model);
  limits.inertia_min_kgm2 = limits.inertia_max_kgm2 = inertia.update(model.home_rad());
  JointVector posture_rad = JointVector::Zero(na);
  Random random(kSeed);
  for (int i = 0; i < kPostures; ++i) {
    for (int j = 0; j < na; ++j)
      posture_rad[j] = random.uniform(limits.position_min_rad[j], limits.position_max_rad[j]);
    const JointVector& found = inertia.update(posture_rad);
    limits.inertia_min_kgm2 = limits.inertia_min_kgm2.cwiseMin(found);
    limits.inertia_max_kgm2 = limits.inertia_max_kgm2.cwiseMax(found);
  }
  return limits;
}

}  // namespace longmen::gate
