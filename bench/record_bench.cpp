// What recording costs: the hand-over on the loop's thread, and the recorder thread's work.
//   record_bench FILE [TICKS] [TICKS_PER_MS]     (paced: 10 is ten times real time; 0: no pause)

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <thread>
#include <vector>

#include "core/random.h"
#include "record/record_reader.h"
#include "record/recorder.h"

namespace {

using namespace longmen;

constexpr int kJoints = 31;

double cpu_s(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// A tick as a walking robot makes them: smooth motion, sensor noise, noise amplified in torques.
record::TickRecord walking_tick(Random& random, Tick tick) {
  record::TickRecord r;
  const double t = 1e-3 * static_cast<double>(tick);
  r.sensors.tick = r.sensors.imu_tick = r.sensors.joint_tick = r.sensors.foot_tick = tick;
  for (double& x : r.sensors.gyro_B_rad_s) x = 0.005 * random.normal();
  for (double& x : r.sensors.accelerometer_B_m_s2) x = 0.05 * random.normal();
  for (JointVector* v :
       {&r.sensors.joint_position_rad, &r.sensors.joint_velocity_rad_s, &r.state.joint_position_rad,
        &r.state.joint_velocity_rad_s, &r.reference.posture_rad, &r.reference.posture_rate_rad_s})
    v->resize(kJoints);
  r.proposal.resize(kJoints);
  r.state.tick = r.world.tick = r.reference.tick = r.proposal.tick = r.gate.tick = tick;
  r.state.time_s = t;
  r.state.p_WB = Eigen::Vector3d(0.4 * t, 0.02 * std::sin(4 * t), 0.9);
  r.state.v_WB_W = Eigen::Vector3d(0.4, 0.08 * std::cos(4 * t), 0.001 * random.normal());
  for (int i = 0; i < kJoints; ++i) {
    const double q = 0.3 * std::sin(4 * t + i), v = 1.2 * std::cos(4 * t + i);
    r.sensors.joint_position_rad[i] = q + 5e-4 * random.normal();
    r.sensors.joint_velocity_rad_s[i] = v + 0.05 * random.normal();
    r.state.joint_position_rad[i] = r.sensors.joint_position_rad[i];
    r.state.joint_velocity_rad_s[i] = v + 0.01 * random.normal();
    r.proposal.torque_Nm[i] = 20 * q + 10 * (v - r.state.joint_velocity_rad_s[i]);
    r.proposal.position_rad[i] = q;
    r.proposal.velocity_rad_s[i] = v;
    r.proposal.stiffness_Nm_rad[i] = 100;
    r.proposal.damping_Nms_rad[i] = 5;
  }
  for (FootReference& foot : r.reference.feet)
    foot.p_WS = Eigen::Vector3d(0.4 * t, 0.1, 0.05 * std::sin(4 * t));
  r.reference.dcm_W = Eigen::Vector2d(0.4 * t + 0.001 * random.normal(), 0.0);
  r.safe = r.proposal;
  return r;
}

void report(const char* what, std::vector<double> us) {
  std::sort(us.begin(), us.end());
  const auto at = [&](double q) {
    return us[static_cast<std::size_t>(q * static_cast<double>(us.size() - 1))];
  };
  fmt::print("{:<34} p50 {:.2f}  p99 {:.2f}  p99.9 {:.2f}  max {:.2f} us\n", what, at(0.5),
             at(0.99), at(0.999), us.back());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: record_bench FILE [TICKS] [TICKS_PER_MS]\n");
    return 2;
  }
  const Tick ticks = argc > 2 ? std::atoll(argv[2]) : 20000;
  const Tick ticks_per_ms = argc > 3 ? std::atoll(argv[3]) : 10;
  Random random(1);
  std::vector<record::TickRecord> made;
  for (Tick tick = 0; tick < 2000; ++tick) made.push_back(walking_tick(random, tick));

  record::RunInfo run;
  run.joints.assign(kJoints, "joint");
  run.log = "longmen.local/bench";
  const auto key = std::make_shared<trust::SigningKey>(trust::SigningKey::make(run.log).value());
  auto recorder = record::Recorder::create(argv[1], run, {}, key);
  if (!recorder) {
    fmt::print(stderr, "{}\n", recorder.error().text());
    return 2;
  }
  std::vector<double> us;
  us.reserve(static_cast<std::size_t>(ticks));
  const double wall_start_s = cpu_s(CLOCK_MONOTONIC);
  for (Tick tick = 0; tick < ticks; ++tick) {
    record::TickRecord& r = made[static_cast<std::size_t>(tick) % made.size()];
    for (Tick* stamp : {&r.sensors.tick, &r.state.tick, &r.world.tick, &r.reference.tick,
                        &r.proposal.tick, &r.safe.tick, &r.gate.tick})
      *stamp = tick;
    if (ticks_per_ms > 0 && tick % ticks_per_ms == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const double start_s = cpu_s(CLOCK_THREAD_CPUTIME_ID);
    (*recorder)->record_tick(r.view());
    us.push_back(1e6 * (cpu_s(CLOCK_THREAD_CPUTIME_ID) - start_s));
  }
  if (const auto closed = (*recorder)->close(); !closed) {
    fmt::print(stderr, "{}\n", closed.error().text());
    return 2;
  }
  const double wall_s = cpu_s(CLOCK_MONOTONIC) - wall_start_s;
  const auto counts = (*recorder)->counts();
  const auto n = static_cast<double>(ticks);
  report("hand-over, loop thread", us);
  fmt::print(
      "recorder thread                    {:.2f} us of CPU a tick, {:.0f} messages/s of CPU\n",
      1e6 * counts.thread_cpu_s / n, 6 * n / counts.thread_cpu_s);
  fmt::print("file                               {:.0f} bytes a tick\n",
             static_cast<double>(counts.bytes_written) / n);
  fmt::print("pace                               {:.0f} ticks/s, {} waits for space\n", n / wall_s,
             counts.waits);

  const double read_start_s = cpu_s(CLOCK_THREAD_CPUTIME_ID);
  auto reader = record::RecordReader::open(argv[1]);
  Tick read = 0;
  if (reader)
    for (record::RecordItem item; reader->next(item).value_or(false);) ++read;
  fmt::print("reader                             {:.2f} us of CPU a tick ({} ticks)\n",
             1e6 * (cpu_s(CLOCK_THREAD_CPUTIME_ID) - read_start_s) / n, read);
  return read == ticks ? 0 : 64;
}
