#pragma once

#include <memory>

#include "core/types.h"
#include "model/robot_model.h"

struct mjData_;

namespace longmen::model {

/// The inertia that each joint's torque turns when all other joints are held: the diagonal of the
/// mass matrix, rotor inertia included. Own scratch memory; update() allocates nothing. Not
/// thread-safe.
class JointInertia {
 public:
  /// `model` must outlive the result.
  static JointInertia create(const RobotModel& model);

  /// M_jj at the joint positions [na], finite. It does not depend on where the base is.
  const JointVector& update(const JointVector& position_rad) noexcept;  ///< [na], kg.m2

  JointInertia(JointInertia&&) noexcept = default;
  JointInertia& operator=(JointInertia&&) noexcept = default;

 private:
  struct DataDeleter {
    void operator()(mjData_* data) const;
  };
  JointInertia() = default;

  const RobotModel* model_ = nullptr;
  std::unique_ptr<mjData_, DataDeleter> data_;
  JointVector inertia_kgm2_;
};

}  // namespace longmen::model
