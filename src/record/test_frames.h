#pragma once

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/random.h"
#include "record/byte_io.h"
#include "record/tick_record.h"

namespace longmen::record::testing {

/// Any 64 bits as a double: denormals, infinities, NaN with payload, both zeros.
inline double any_double(Random& random) {
  std::uint64_t bits = random.next();
  if (bits % 16 == 0) bits = (bits & 16) != 0 ? 0x8000000000000000ull : 0;
  double value = 0.0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// Frames with every field set to any bits, for `na` joints.
inline TickRecord any_tick(Random& random, Tick tick, int na) {
  const auto fill = [&](auto& vector) {
    for (auto& x : vector) x = any_double(random);
  };
  const auto fill_quaternion = [&](Eigen::Quaterniond& q) { fill(q.coeffs()); };
  const auto fill_joints = [&](JointVector& vector) {
    vector.resize(na);
    fill(vector);
  };
  const auto any = [&] { return any_double(random); };
  TickRecord r;

  SensorFrame& s = r.sensors;
  s.tick = tick;
  s.imu_tick = tick - 2;
  fill(s.gyro_B_rad_s);
  fill(s.accelerometer_B_m_s2);
  fill_quaternion(s.q_WB);
  s.joint_tick = tick - 3;
  fill_joints(s.joint_position_rad);
  fill_joints(s.joint_velocity_rad_s);
  s.foot_tick = -tick;
  fill(s.foot_force_N);
  s.pose_fix.present = random.next() % 2 == 0;
  if (s.pose_fix.present) {
    s.pose_fix.measured_tick = tick - 80;
    fill(s.pose_fix.p_WB);
    s.pose_fix.yaw_WB_rad = any();
  }
  s.detection_count = static_cast<int>(random.next() % (kMaxDetections + 1));
  for (int i = 0; i < s.detection_count; ++i) {
    Detection& d = s.detections[static_cast<std::size_t>(i)];
    d.source_id = -i;
    d.is_person = random.next() % 2 == 0;
    d.measured_tick = tick - i;
    fill(d.p_WO);
    d.radius_m = any();
    d.height_m = any();
  }
  s.sighting_count = static_cast<int>(random.next() % (kMaxObjects + 1));
  for (int i = 0; i < s.sighting_count; ++i) {
    ObjectSighting& o = s.sightings[static_cast<std::size_t>(i)];
    o.object = i - 1;
    o.measured_tick = tick - i;
    fill(o.p_WO);
    fill_quaternion(o.q_WO);
  }

  RobotState& x = r.state;
  x.tick = tick;
  x.time_s = any();
  x.valid = true;
  fill(x.p_WB);
  fill_quaternion(x.q_WB);
  fill(x.v_WB_W);
  fill(x.w_WB_B);
  fill_joints(x.joint_position_rad);
  fill_joints(x.joint_velocity_rad_s);
  fill(x.foot_force_N);
  fill(x.contact_probability);
  x.frame_turn_rad = any();
  fill(x.frame_shift_m);
  x.position_sigma_m = any();
  x.yaw_sigma_rad = any();
  x.fix_age_s = any();
  x.sensor_faults = static_cast<std::uint32_t>(random.next());

  r.world.tick = tick;
  r.world.track_count = static_cast<int>(random.next() % (kMaxTracks + 1));
  for (int i = 0; i < r.world.track_count; ++i) {
    Track& t = r.world.tracks[static_cast<std::size_t>(i)];
    t.id = i;
    t.is_person = random.next() % 2 == 0;
    fill(t.p_WO);
    fill(t.v_WO);
    t.radius_m = any();
    t.height_m = any();
    t.position_sigma_m = any();
    t.velocity_sigma_m_s = any();
    t.age_s = any();
  }
  r.world.object_count = static_cast<int>(random.next() % (kMaxObjects + 1));
  for (int i = 0; i < r.world.object_count; ++i) {
    TrackedObject& o = r.world.objects[static_cast<std::size_t>(i)];
    o.known = random.next() % 2 == 0;
    fill(o.p_WO);
    fill_quaternion(o.q_WO);
    o.position_sigma_m = any();
    o.age_s = any();
  }

  WholeBodyReference& w = r.reference;
  w.tick = tick;
  for (FootReference& foot : w.feet) {
    foot.in_contact = random.next() % 2 == 0;
    foot.force_max_N = any();
    fill(foot.p_WS);
    fill(foot.v_WS);
    fill(foot.a_WS);
    foot.yaw_rad = any();
    foot.yaw_rate_rad_s = any();
    foot.normal_W = {any(), any(), any()};
    foot.attitude_share = any();
  }
  fill(w.com_acceleration_W_m_s2);
  fill_quaternion(w.q_WT);
  fill(w.w_WT_W);
  if (random.next() % 2 == 0) {
    w.palms[kLeft].active = true;
    for (PalmReference& palm : w.palms) {
      fill(palm.p_WP);
      fill(palm.v_WP);
      fill_quaternion(palm.q_WP);
      fill(palm.w_WP_W);
      fill(palm.force_W_N);
    }
  }
  fill_joints(w.posture_rad);
  fill_joints(w.posture_rate_rad_s);
  fill(w.dcm_W);
  fill(w.dcm_reference_W);
  fill(w.cop_command_W);
  fill(w.next_foothold_W);
  w.phase = static_cast<std::uint8_t>(random.next());
  w.stance = static_cast<std::uint8_t>(random.next() % 2);

  for (ProposedCommand* command : {&r.proposal, &r.safe}) {
    command->tick = tick;
    for (JointVector* v : {&command->torque_Nm, &command->position_rad, &command->velocity_rad_s,
                           &command->stiffness_Nm_rad, &command->damping_Nms_rad})
      fill_joints(*v);
  }

  r.gate.tick = tick;
  r.gate.armed = random.next() % 2 == 0;
  r.gate.changed = true;
  r.gate.rung = static_cast<StopRung>(random.next() % 5);
  r.gate.source = static_cast<CommandSource>(random.next() % 4);
  r.gate.rule = static_cast<MotionRule>(random.next() % 11);
  r.gate.joint = static_cast<std::int16_t>(static_cast<int>(random.next() % 30) - 1);
  r.gate.margin = any();
  r.gate.change_max_Nm = any();
  r.gate.joints_changed = static_cast<std::int16_t>(random.next() % 30);
  return r;
}

inline Bytes read_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A file in the temporary folder that goes when the test ends.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              ("longmen_" + std::to_string(::getpid()) + "_" + name)) {}
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace longmen::record::testing
