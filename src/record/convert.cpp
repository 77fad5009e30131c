#include "record/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

#include "core/utf8.h"

namespace longmen::record {
namespace {

using Doubles = google::protobuf::RepeatedField<double>;

template <typename Vector>
void put(const Vector& in, Doubles& out) {
  out.Clear();
  out.Add(in.data(), in.data() + in.size());
}
// Eigen stores x y z w.
void put(const Eigen::Quaterniond& in, Doubles& out) { put(in.coeffs(), out); }

/// Takes fields back; remembers the first one that no frame can have.
class Take {
 public:
  void operator()(const char* field, const Doubles& in, JointVector& out) {
    if (in.size() > kMaxJoints)
      return reject(field, in.size(), fmt::format("at most {}", kMaxJoints));
    out.resize(in.size());
    std::copy(in.begin(), in.end(), out.data());
  }
  template <int N>
  void operator()(const char* field, const Doubles& in, Eigen::Matrix<double, N, 1>& out) {
    fixed(field, in, out.data(), N);
  }
  template <std::size_t N>
  void operator()(const char* field, const Doubles& in, std::array<double, N>& out) {
    fixed(field, in, out.data(), static_cast<int>(N));
  }
  void operator()(const char* field, const Doubles& in, Eigen::Quaterniond& out) {
    fixed(field, in, out.coeffs().data(), 4);
  }
  /// A count of repeated parts.
  bool count(const char* field, int found, int at_least, int at_most) {
    if (found >= at_least && found <= at_most) return true;
    reject(field, found, fmt::format("{} to {}", at_least, at_most));
    return false;
  }
  template <typename Narrow, typename Wide>
  void number(const char* field, Wide in, Narrow& out) {
    if (in < Wide{std::numeric_limits<Narrow>::min()} ||
        in > Wide{std::numeric_limits<Narrow>::max()}) {
      if (!error_)
        error_ =
            Error{ErrorCode::kCorrupt, fmt::format("field {} is {}: out of range", field, in), {}};
      return;
    }
    out = static_cast<Narrow>(in);
  }
  [[nodiscard]] Result<void> done() const {
    if (error_) return tl::make_unexpected(*error_);
    return {};
  }

 private:
  void fixed(const char* field, const Doubles& in, double* out, int size) {
    if (in.size() != size) return reject(field, in.size(), std::to_string(size));
    std::copy(in.begin(), in.end(), out);
  }
  void reject(const char* field, int found, const std::string& valid) {
    if (!error_)
      error_ = Error{ErrorCode::kCorrupt,
                     fmt::format("field {} has {} values, expected {}", field, found, valid),
                     {}};
  }
  std::optional<Error> error_;
};

void put_foot(const FootReference& in, proto::FootReference& out) {
  out.set_in_contact(in.in_contact);
  out.set_force_max_n(in.force_max_N);
  put(in.p_WS, *out.mutable_p_ws());
  put(in.v_WS, *out.mutable_v_ws());
  put(in.a_WS, *out.mutable_a_ws());
  out.set_yaw_rad(in.yaw_rad);
  out.set_yaw_rate_rad_s(in.yaw_rate_rad_s);
  if (in.normal_W != Eigen::Vector3d::UnitZ()) put(in.normal_W, *out.mutable_normal_w());
  if (in.attitude_share != 1.0) out.set_attitude_share(in.attitude_share);
}

void take_foot(const proto::FootReference& in, FootReference& out, Take& take) {
  out.in_contact = in.in_contact();
  out.force_max_N = in.force_max_n();
  take("p_WS", in.p_ws(), out.p_WS);
  take("v_WS", in.v_ws(), out.v_WS);
  take("a_WS", in.a_ws(), out.a_WS);
  out.yaw_rad = in.yaw_rad();
  out.yaw_rate_rad_s = in.yaw_rate_rad_s();
  out.normal_W = Eigen::Vector3d::UnitZ();
  if (in.normal_w_size() > 0) take("normal_W", in.normal_w(), out.normal_W);
  out.attitude_share = in.has_attitude_share() ? in.attitude_share() : 1.0;
}

}  // namespace

void to_proto(const SensorFrame& in, proto::SensorFrame& out) {
  out.set_tick(in.tick);
  out.set_imu_tick(in.imu_tick);
  put(in.gyro_B_rad_s, *out.mutable_gyro_b_rad_s());
  put(in.accelerometer_B_m_s2, *out.mutable_accelerometer_b_m_s2());
  put(in.q_WB, *out.mutable_q_wb());
  out.set_joint_tick(in.joint_tick);
  put(in.joint_position_rad, *out.mutable_joint_position_rad());
  put(in.joint_velocity_rad_s, *out.mutable_joint_velocity_rad_s());
  out.set_foot_tick(in.foot_tick);
  put(in.foot_force_N, *out.mutable_foot_force_n());
  if (in.pose_fix.present) {
    proto::PoseFix& fix = *out.mutable_pose_fix();
    fix.set_measured_tick(in.pose_fix.measured_tick);
    put(in.pose_fix.p_WB, *fix.mutable_p_wb());
    fix.set_yaw_wb_rad(in.pose_fix.yaw_WB_rad);
  } else {
    out.clear_pose_fix();
  }
  out.clear_detections();
  for (int i = 0; i < std::clamp(in.detection_count, 0, kMaxDetections); ++i) {
    const Detection& detection = in.detections[static_cast<std::size_t>(i)];
    proto::Detection& d = *out.add_detections();
    d.set_source_id(detection.source_id);
    d.set_is_person(detection.is_person);
    d.set_measured_tick(detection.measured_tick);
    put(detection.p_WO, *d.mutable_p_wo());
    d.set_radius_m(detection.radius_m);
    d.set_height_m(detection.height_m);
  }
  out.clear_sightings();
  for (int i = 0; i < std::clamp(in.sighting_count, 0, kMaxObjects); ++i) {
    const ObjectSighting& sighting = in.sightings[static_cast<std::size_t>(i)];
    proto::ObjectSighting& s = *out.add_sightings();
    s.set_object(sighting.object);
    s.set_measured_tick(sighting.measured_tick);
    put(sighting.p_WO, *s.mutable_p_wo());
    put(sighting.q_WO, *s.mutable_q_wo());
  }
}

Result<void> from_proto(const proto::SensorFrame& in, SensorFrame& out) {
  Take take;
  out = SensorFrame{};
  out.tick = in.tick();
  out.imu_tick = in.imu_tick();
  take("gyro_B_rad_s", in.gyro_b_rad_s(), out.gyro_B_rad_s);
  take("accelerometer_B_m_s2", in.accelerometer_b_m_s2(), out.accelerometer_B_m_s2);
  take("q_WB", in.q_wb(), out.q_WB);
  out.joint_tick = in.joint_tick();
  take("joint_position_rad", in.joint_position_rad(), out.joint_position_rad);
  take("joint_velocity_rad_s", in.joint_velocity_rad_s(), out.joint_velocity_rad_s);
  out.foot_tick = in.foot_tick();
  take("foot_force_N", in.foot_force_n(), out.foot_force_N);
  out.pose_fix.present = in.has_pose_fix();
  if (in.has_pose_fix()) {
    out.pose_fix.measured_tick = in.pose_fix().measured_tick();
    take("pose_fix.p_WB", in.pose_fix().p_wb(), out.pose_fix.p_WB);
    out.pose_fix.yaw_WB_rad = in.pose_fix().yaw_wb_rad();
  }
  if (take.count("detections", in.detections_size(), 0, kMaxDetections)) {
    out.detection_count = in.detections_size();
    for (int i = 0; i < in.detections_size(); ++i) {
      const proto::Detection& d = in.detections(i);
      Detection& detection = out.detections[static_cast<std::size_t>(i)];
      detection.source_id = d.source_id();
      detection.is_person = d.is_person();
      detection.measured_tick = d.measured_tick();
      take("detections.p_WO", d.p_wo(), detection.p_WO);
      detection.radius_m = d.radius_m();
      detection.height_m = d.height_m();
    }
  }
  if (take.count("sightings", in.sightings_size(), 0, kMaxObjects)) {
    out.sighting_count = in.sightings_size();
    for (int i = 0; i < in.sightings_size(); ++i) {
      const proto::ObjectSighting& s = in.sightings(i);
      ObjectSighting& sighting = out.sightings[static_cast<std::size_t>(i)];
      sighting.object = s.object();
      sighting.measured_tick = s.measured_tick();
      take("sightings.p_WO", s.p_wo(), sighting.p_WO);
      take("sightings.q_WO", s.q_wo(), sighting.q_WO);
    }
  }
  return take.done();
}

void to_proto(const RobotState& in, proto::RobotState& out) {
  out.set_tick(in.tick);
  out.set_time_s(in.time_s);
  out.set_valid(in.valid);
  put(in.p_WB, *out.mutable_p_wb());
  put(in.q_WB, *out.mutable_q_wb());
  put(in.v_WB_W, *out.mutable_v_wb_w());
  put(in.w_WB_B, *out.mutable_w_wb_b());
  put(in.joint_position_rad, *out.mutable_joint_position_rad());
  put(in.joint_velocity_rad_s, *out.mutable_joint_velocity_rad_s());
  put(in.foot_force_N, *out.mutable_foot_force_n());
  put(in.contact_probability, *out.mutable_contact_probability());
  out.set_frame_turn_rad(in.frame_turn_rad);
  put(in.frame_shift_m, *out.mutable_frame_shift_m());
  out.set_position_sigma_m(in.position_sigma_m);
  out.set_yaw_sigma_rad(in.yaw_sigma_rad);
  out.set_fix_age_s(in.fix_age_s);
  out.set_sensor_faults(in.sensor_faults);
}

Result<void> from_proto(const proto::RobotState& in, RobotState& out) {
  Take take;
  out = RobotState{};
  out.tick = in.tick();
  out.time_s = in.time_s();
  out.valid = in.valid();
  take("p_WB", in.p_wb(), out.p_WB);
  take("q_WB", in.q_wb(), out.q_WB);
  take("v_WB_W", in.v_wb_w(), out.v_WB_W);
  take("w_WB_B", in.w_wb_b(), out.w_WB_B);
  take("joint_position_rad", in.joint_position_rad(), out.joint_position_rad);
  take("joint_velocity_rad_s", in.joint_velocity_rad_s(), out.joint_velocity_rad_s);
  take("foot_force_N", in.foot_force_n(), out.foot_force_N);
  take("contact_probability", in.contact_probability(), out.contact_probability);
  out.frame_turn_rad = in.frame_turn_rad();
  take("frame_shift_m", in.frame_shift_m(), out.frame_shift_m);
  out.position_sigma_m = in.position_sigma_m();
  out.yaw_sigma_rad = in.yaw_sigma_rad();
  out.fix_age_s = in.fix_age_s();
  out.sensor_faults = in.sensor_faults();
  return take.done();
}

void to_proto(const WorldState& in, proto::WorldState& out) {
  out.set_tick(in.tick);
  out.clear_tracks();
  for (int i = 0; i < std::clamp(in.track_count, 0, kMaxTracks); ++i) {
    const Track& track = in.tracks[static_cast<std::size_t>(i)];
    proto::Track& t = *out.add_tracks();
    t.set_id(track.id);
    t.set_is_person(track.is_person);
    put(track.p_WO, *t.mutable_p_wo());
    put(track.v_WO, *t.mutable_v_wo());
    t.set_radius_m(track.radius_m);
    t.set_height_m(track.height_m);
    t.set_position_sigma_m(track.position_sigma_m);
    t.set_velocity_sigma_m_s(track.velocity_sigma_m_s);
    t.set_age_s(track.age_s);
  }
  out.clear_objects();
  for (int i = 0; i < std::clamp(in.object_count, 0, kMaxObjects); ++i) {
    const TrackedObject& object = in.objects[static_cast<std::size_t>(i)];
    proto::TrackedObject& o = *out.add_objects();
    o.set_known(object.known);
    put(object.p_WO, *o.mutable_p_wo());
    put(object.q_WO, *o.mutable_q_wo());
    o.set_position_sigma_m(object.position_sigma_m);
    o.set_age_s(object.age_s);
  }
}

Result<void> from_proto(const proto::WorldState& in, WorldState& out) {
  Take take;
  out = WorldState{};
  out.tick = in.tick();
  if (!take.count("tracks", in.tracks_size(), 0, kMaxTracks)) return take.done();
  out.track_count = in.tracks_size();
  for (int i = 0; i < in.tracks_size(); ++i) {
    const proto::Track& t = in.tracks(i);
    Track& track = out.tracks[static_cast<std::size_t>(i)];
    track.id = t.id();
    track.is_person = t.is_person();
    take("tracks.p_WO", t.p_wo(), track.p_WO);
    take("tracks.v_WO", t.v_wo(), track.v_WO);
    track.radius_m = t.radius_m();
    track.height_m = t.height_m();
    track.position_sigma_m = t.position_sigma_m();
    track.velocity_sigma_m_s = t.velocity_sigma_m_s();
    track.age_s = t.age_s();
  }
  if (!take.count("objects", in.objects_size(), 0, kMaxObjects)) return take.done();
  out.object_count = in.objects_size();
  for (int i = 0; i < in.objects_size(); ++i) {
    const proto::TrackedObject& o = in.objects(i);
    TrackedObject& object = out.objects[static_cast<std::size_t>(i)];
    object.known = o.known();
    take("objects.p_WO", o.p_wo(), object.p_WO);
    take("objects.q_WO", o.q_wo(), object.q_WO);
    object.position_sigma_m = o.position_sigma_m();
    object.age_s = o.age_s();
  }
  return take.done();
}

namespace {

void put_palms(const WholeBodyReference& in, proto::WholeBodyReference& out) {
  out.clear_palms();
  if (!in.palms[kLeft].active && !in.palms[kRight].active) return;
  for (const PalmReference& palm : in.palms) {
    proto::PalmReference& p = *out.add_palms();
    p.set_active(palm.active);
    put(palm.p_WP, *p.mutable_p_wp());
    put(palm.v_WP, *p.mutable_v_wp());
    put(palm.q_WP, *p.mutable_q_wp());
    put(palm.w_WP_W, *p.mutable_w_wp_w());
    put(palm.force_W_N, *p.mutable_force_w_n());
  }
}

void take_palms(const proto::WholeBodyReference& in, WholeBodyReference& out, Take& take) {
  if (in.palms_size() == 0 || !take.count("palms", in.palms_size(), kHands, kHands)) return;
  for (int i = 0; i < kHands; ++i) {
    const proto::PalmReference& p = in.palms(i);
    PalmReference& palm = out.palms[static_cast<std::size_t>(i)];
    palm.active = p.active();
    take("palms.p_WP", p.p_wp(), palm.p_WP);
    take("palms.v_WP", p.v_wp(), palm.v_WP);
    take("palms.q_WP", p.q_wp(), palm.q_WP);
    take("palms.w_WP_W", p.w_wp_w(), palm.w_WP_W);
    take("palms.force_W_N", p.force_w_n(), palm.force_W_N);
  }
}

}  // namespace

void to_proto(const WholeBodyReference& in, proto::WholeBodyReference& out) {
  out.set_tick(in.tick);
  out.clear_feet();
  for (const FootReference& foot : in.feet) put_foot(foot, *out.add_feet());
  put(in.com_acceleration_W_m_s2, *out.mutable_com_acceleration_w_m_s2());
  put(in.q_WT, *out.mutable_q_wt());
  put(in.w_WT_W, *out.mutable_w_wt_w());
  put(in.posture_rad, *out.mutable_posture_rad());
  put(in.posture_rate_rad_s, *out.mutable_posture_rate_rad_s());
  put(in.dcm_W, *out.mutable_dcm_w());
  put(in.dcm_reference_W, *out.mutable_dcm_reference_w());
  put(in.cop_command_W, *out.mutable_cop_command_w());
  put(in.next_foothold_W, *out.mutable_next_foothold_w());
  out.set_phase(in.phase);
  out.set_stance(in.stance);
  put_palms(in, out);
}

Result<void> from_proto(const proto::WholeBodyReference& in, WholeBodyReference& out) {
  Take take;
  out = WholeBodyReference{};
  out.tick = in.tick();
  if (take.count("feet", in.feet_size(), kFeet, kFeet))
    for (int i = 0; i < kFeet; ++i)
      take_foot(in.feet(i), out.feet[static_cast<std::size_t>(i)], take);
  take("com_acceleration_W_m_s2", in.com_acceleration_w_m_s2(), out.com_acceleration_W_m_s2);
  take("q_WT", in.q_wt(), out.q_WT);
  take("w_WT_W", in.w_wt_w(), out.w_WT_W);
  take("posture_rad", in.posture_rad(), out.posture_rad);
  take("posture_rate_rad_s", in.posture_rate_rad_s(), out.posture_rate_rad_s);
  take("dcm_W", in.dcm_w(), out.dcm_W);
  take("dcm_reference_W", in.dcm_reference_w(), out.dcm_reference_W);
  take("cop_command_W", in.cop_command_w(), out.cop_command_W);
  take("next_foothold_W", in.next_foothold_w(), out.next_foothold_W);
  take.number("phase", in.phase(), out.phase);
  take.number("stance", in.stance(), out.stance);
  take_palms(in, out, take);
  return take.done();
}

void to_proto(const ProposedCommand& in, proto::Command& out) {
  out.set_tick(in.tick);
  put(in.torque_Nm, *out.mutable_torque_nm());
  put(in.position_rad, *out.mutable_position_rad());
  put(in.velocity_rad_s, *out.mutable_velocity_rad_s());
  put(in.stiffness_Nm_rad, *out.mutable_stiffness_nm_rad());
  put(in.damping_Nms_rad, *out.mutable_damping_nms_rad());
}

Result<void> from_proto(const proto::Command& in, ProposedCommand& out) {
  Take take;
  out.tick = in.tick();
  take("torque_Nm", in.torque_nm(), out.torque_Nm);
  take("position_rad", in.position_rad(), out.position_rad);
  take("velocity_rad_s", in.velocity_rad_s(), out.velocity_rad_s);
  take("stiffness_Nm_rad", in.stiffness_nm_rad(), out.stiffness_Nm_rad);
  take("damping_Nms_rad", in.damping_nms_rad(), out.damping_Nms_rad);
  return take.done();
}

void to_proto(const GateReport& in, proto::GateReport& out) {
  out.set_tick(in.tick);
  out.set_armed(in.armed);
  out.set_changed(in.changed);
  out.set_rung(static_cast<proto::StopRung>(in.rung));
  out.set_source(static_cast<proto::CommandSource>(in.source));
  out.set_rule(static_cast<proto::MotionRule>(in.rule));
  out.set_joint(in.joint);
  out.set_margin(in.margin);
  out.set_change_max_nm(in.change_max_Nm);
  out.set_joints_changed(in.joints_changed);
}

Result<void> from_proto(const proto::GateReport& in, GateReport& out) {
  Take take;
  out = GateReport{};
  out.tick = in.tick();
  out.armed = in.armed();
  out.changed = in.changed();
  std::uint8_t rung = 0;
  std::uint8_t source = 0;
  std::uint8_t rule = 0;
  take.number("rung", static_cast<int>(in.rung()), rung);
  take.number("source", static_cast<int>(in.source()), source);
  take.number("rule", static_cast<int>(in.rule()), rule);
  out.rung = static_cast<StopRung>(rung);
  out.source = static_cast<CommandSource>(source);
  out.rule = static_cast<MotionRule>(rule);
  take.number("joint", in.joint(), out.joint);
  out.margin = in.margin();
  out.change_max_Nm = in.change_max_nm();
  take.number("joints_changed", in.joints_changed(), out.joints_changed);
  return take.done();
}

void to_proto(const Event& in, std::string_view payload, proto::Event& out) {
  out.Clear();
  out.set_tick(in.tick);
  switch (in.kind) {
    case Event::Kind::kVelocityCommand:
      put(in.velocity_H_m_s, *out.mutable_velocity_command()->mutable_velocity_h_m_s());
      out.mutable_velocity_command()->set_yaw_rate_rad_s(in.yaw_rate_rad_s);
      break;
    case Event::Kind::kLease:
      out.mutable_lease()->set_act(static_cast<proto::Lease::Act>(in.lease.act));
      out.mutable_lease()->set_id(in.lease.id);
      out.mutable_lease()->set_sequence(in.lease.sequence);
      break;
    case Event::Kind::kStop:
      out.set_stop_rung(static_cast<std::uint32_t>(in.stop));
      break;
    case Event::Kind::kPlan:
      out.set_plan(payload.data(), payload.size());
      break;
    case Event::Kind::kPolicy:
      out.mutable_policy()->set_step(in.policy.step);
      out.mutable_policy()->set_standing(static_cast<std::uint32_t>(in.policy.standing));
      out.mutable_policy()->set_reason(as_utf8(payload));
      break;
    case Event::Kind::kNote:
      out.set_note(as_utf8(payload));
      break;
    case Event::Kind::kMap:
      out.set_map(payload.data(), payload.size());
      break;
    case Event::Kind::kFault:
      out.set_fault(as_utf8(payload));
      break;
  }
  const auto end = std::find(in.source.begin(), in.source.end(), '\0');
  out.set_source(as_utf8({in.source.data(), static_cast<std::size_t>(end - in.source.begin())}));
}

Result<void> from_proto(const proto::Event& in, Event& out, std::string& payload) {
  Take take;
  out = Event{};
  payload.clear();
  out.tick = in.tick();
  out.set_source(in.source());
  switch (in.input_case()) {
    case proto::Event::kVelocityCommand:
      out.kind = Event::Kind::kVelocityCommand;
      take("velocity_command.velocity_H_m_s", in.velocity_command().velocity_h_m_s(),
           out.velocity_H_m_s);
      out.yaw_rate_rad_s = in.velocity_command().yaw_rate_rad_s();
      break;
    case proto::Event::kLease: {
      out.kind = Event::Kind::kLease;
      std::uint8_t act = 0;
      take.number("lease.act", static_cast<int>(in.lease().act()), act);
      out.lease = {static_cast<Event::Lease::Act>(act), in.lease().id(), in.lease().sequence()};
      break;
    }
    case proto::Event::kStopRung: {
      out.kind = Event::Kind::kStop;
      std::uint8_t rung = 0;
      take.number("stop_rung", in.stop_rung(), rung);
      out.stop = static_cast<StopRung>(rung);
      break;
    }
    case proto::Event::kPlan:
      out.kind = Event::Kind::kPlan;
      payload = in.plan();
      break;
    case proto::Event::kPolicy: {
      out.kind = Event::Kind::kPolicy;
      std::uint8_t standing = 0;
      take.number("policy.step", in.policy().step(), out.policy.step);
      take.number("policy.standing", in.policy().standing(), standing);
      out.policy.standing = static_cast<PolicyStanding>(standing);
      payload = in.policy().reason();
      break;
    }
    case proto::Event::kNote:
      out.kind = Event::Kind::kNote;
      payload = in.note();
      break;
    case proto::Event::kMap:
      out.kind = Event::Kind::kMap;
      payload = in.map();
      break;
    case proto::Event::kFault:
      out.kind = Event::Kind::kFault;
      payload = in.fault();
      break;
    case proto::Event::INPUT_NOT_SET:
      return fail(ErrorCode::kCorrupt, "an event without an input");
  }
  return take.done();
}

std::string as_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = decode_utf8(text, at).size_bytes;
    out += size > 0 ? text.substr(at, size) : "\uFFFD";
    at += std::max<std::size_t>(size, 1);
  }
  return out;
}

bool same_bits(const ProposedCommand& a, const ProposedCommand& b) noexcept {
  const auto same = [](const JointVector& x, const JointVector& y) {
    return x.size() == y.size() &&
           std::memcmp(x.data(), y.data(), static_cast<std::size_t>(x.size()) * sizeof(double)) ==
               0;
  };
  return a.tick == b.tick && same(a.torque_Nm, b.torque_Nm) &&
         same(a.position_rad, b.position_rad) && same(a.velocity_rad_s, b.velocity_rad_s) &&
         same(a.stiffness_Nm_rad, b.stiffness_Nm_rad) && same(a.damping_Nms_rad, b.damping_Nms_rad);
}

std::string rule_name(MotionRule rule) {
  constexpr std::string_view kPrefix = "MOTION_RULE_";
  const auto number = static_cast<int>(rule);
  std::string name = proto::MotionRule_IsValid(number)
                         ? proto::MotionRule_Name(static_cast<proto::MotionRule>(number))
                         : fmt::format("{}{}", kPrefix, number);
  name.erase(0, kPrefix.size());
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return name;
}

}  // namespace longmen::record
