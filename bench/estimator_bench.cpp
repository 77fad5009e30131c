// What the estimator costs on the loop's thread: a robot that stands and steps on the spot, every
// sensor noisy, fixes and people as the world gives them.
//   estimator_bench ROBOT_DIR [TICKS]

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "core/random.h"
#include "estimation/estimator.h"
#include "estimation/world_tracker.h"
#include "math/so3.h"

namespace {

using namespace longmen;

constexpr double kPeriod_s = 0.001;

double thread_cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

SensorFrame frame_at(Tick tick, const model::RobotModel& model, Random& random) {
  SensorFrame frame;
  frame.tick = tick;
  frame.imu_tick = frame.joint_tick = frame.foot_tick = tick - 2;
  frame.joint_position_rad = model.home_rad();
  frame.joint_velocity_rad_s.setZero(model.na());
  for (int j = 0; j < model.na(); ++j) {
    frame.joint_position_rad[j] += 5e-4 * random.normal();
    frame.joint_velocity_rad_s[j] += 0.05 * random.normal();
  }
  for (int i = 0; i < 3; ++i) {
    frame.gyro_B_rad_s[i] = 0.01 + 0.005 * random.normal();
    frame.accelerometer_B_m_s2[i] = (i == 2 ? kGravity_m_s2 : 0.0) + 0.05 * random.normal();
  }
  frame.q_WB =
      math::quaternion_z(2.0) * math::exp_so3({0.01 * random.normal(), 0.01 * random.normal(), 0});
  const bool left_up = (tick / 400) % 2 == 0 && tick % 400 < 350;
  const bool right_up = (tick / 400) % 2 == 1 && tick % 400 < 350;
  const double weight_N = model.mass_kg() * kGravity_m_s2;
  frame.foot_force_N[kLeft] = (left_up ? 0.0 : right_up ? 1.0 : 0.5) * weight_N;
  frame.foot_force_N[kRight] = (right_up ? 0.0 : left_up ? 1.0 : 0.5) * weight_N;
  if (tick % 100 == 80) {
    frame.pose_fix.present = true;
    frame.pose_fix.measured_tick = tick - 80;
    frame.pose_fix.p_WB = {0.02 * random.normal(), 0.02 * random.normal(), model.home_height_m()};
    frame.pose_fix.yaw_WB_rad = 0.0175 * random.normal();
    frame.detection_count = 2;
    for (std::size_t i = 0; i < 2; ++i)
      frame.detections[i] = {
          0, true, tick - 80, {3.0 * static_cast<double>(i), random.normal() * 0.05, 0}, 0.3, 1.7};
  }
  return frame;
}

void print(const char* name, std::vector<double>& us) {
  std::sort(us.begin(), us.end());
  const auto at = [&](double share) {
    return us[static_cast<std::size_t>(share * static_cast<double>(us.size() - 1))];
  };
  fmt::print("{:<12} p50 {:6.2f}  p99 {:6.2f}  p99.9 {:6.2f}  max {:7.2f} us\n", name, at(0.5),
             at(0.99), at(0.999), us.back());
}

}  // namespace

int main(int argc, char** argv) {
  const int ticks = argc > 2 ? std::atoi(argv[2]) : 20000;
  if (argc < 2 || ticks < 1) {
    fmt::print(stderr, "usage: estimator_bench ROBOT_DIR [TICKS]\n");
    return 2;
  }
  const auto model = model::RobotModel::load(argv[1]);
  if (!model) {
    fmt::print(stderr, "{}\n", model.error().text());
    return 2;
  }
  auto estimator = estimation::Estimator::create(*model, {}, kPeriod_s);
  auto tracker = estimation::WorldTracker::create({}, kPeriod_s);
  if (!estimator || !tracker) {
    fmt::print(stderr, "{}\n", estimator ? tracker.error().text() : estimator.error().text());
    return 2;
  }
  Random random(1);
  model::VelocityVector a = model::VelocityVector::Zero(model->nv());
  RobotState state;
  WorldState world;
  std::vector<double> state_us, world_us;
  for (Tick tick = 1; tick <= ticks; ++tick) {
    const SensorFrame frame = frame_at(tick, *model, random);
    const double start = thread_cpu_us();
    estimator->tick(frame, state);
    const double middle = thread_cpu_us();
    tracker->tick(frame, world);
    const double end = thread_cpu_us();
    state_us.push_back(middle - start);
    world_us.push_back(end - middle);
    a[model->dof(0)] = random.normal();
    estimator->set_predicted_acceleration(a, tick);
  }
  print("estimator", state_us);
  print("tracker", world_us);
  return state.valid ? 0 : 64;
}
