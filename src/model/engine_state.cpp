#include "model/engine_state.h"

#include <mujoco/mujoco.h>

#include <cstring>

namespace longmen::model {

void write_state(const RobotModel& model, const RobotState& state, mjData_& data,
                 VelocityVector& v) noexcept {
  const mjModel* m = model.engine();
  mjData* d = &data;
  Eigen::Map<Eigen::Vector3d>(d->qpos) = state.p_WB;
  d->qpos[3] = state.q_WB.w();
  d->qpos[4] = state.q_WB.x();
  d->qpos[5] = state.q_WB.y();
  d->qpos[6] = state.q_WB.z();
  v.head<3>() = state.v_WB_W;
  v.segment<3>(3) = state.w_WB_B;
  for (int j = 0; j < model.na(); ++j) {
    const int dof = model.dof(j);
    d->qpos[dof + 1] = state.joint_position_rad[j];
    v[dof] = state.joint_velocity_rad_s[j];
  }
  std::memcpy(d->qvel, v.data(), sizeof(double) * static_cast<std::size_t>(m->nv));

  mj_kinematics(m, d);
  mj_comPos(m, d);
  mj_makeM(m, d);
  mj_comVel(m, d);
}

}  // namespace longmen::model
