#include "model/joint_inertia.h"

#include <mujoco/mujoco.h>

namespace longmen::model {

void JointInertia::DataDeleter::operator()(mjData_* data) const { mj_deleteData(data); }

JointInertia JointInertia::create(const RobotModel& model) {
  JointInertia inertia;
  inertia.model_ = &model;
  inertia.data_.reset(mj_makeData(model.engine()));
  inertia.inertia_kgm2_.setZero(model.na());
  inertia.update(model.home_rad());
  return inertia;
}

const JointVector& JointInertia::update(const JointVector& position_rad) noexcept {
  const mjModel* m = model_->engine();
  mjData* d = data_.get();
  for (int j = 0; j < model_->na(); ++j) d->qpos[model_->dof(j) + 1] = position_rad[j];
  mj_kinematics(m, d);
  mj_comPos(m, d);
  mj_makeM(m, d);
  for (int j = 0; j < model_->na(); ++j)
    inertia_kgm2_[j] = d->M[m->M_rowadr[model_->dof(j)] + m->M_rownnz[model_->dof(j)] - 1];
  return inertia_kgm2_;
}

}  // namespace longmen::model
