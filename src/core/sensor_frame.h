#pragma once

#include "core/types.h"

namespace longmen {

/// A pose of the base from outside (camera, lidar, motion capture), late and sometimes wrong.
struct PoseFix {
  bool present = false;
  Tick measured_tick = 0;                          ///< when it was true, in the robot's clock
  Eigen::Vector3d p_WB = Eigen::Vector3d::Zero();  ///< position of the base in W, m
  double yaw_WB_rad = 0.0;                         ///< heading of the base in W
};

/// One person or thing seen by the world's sensing: a vertical capsule.
struct Detection {
  std::int32_t source_id = -1;  ///< label of the detector, not an identity
  bool is_person = false;
  Tick measured_tick = 0;
  Eigen::Vector3d p_WO = Eigen::Vector3d::Zero();  ///< foot point of the capsule's axis in W, m
  double radius_m = 0.0;
  double height_m = 0.0;
};

/// One of the world's objects as the world's sensing sees it. Frame O: origin in the middle of the
/// underside, Z up through the object as it first stood.
struct ObjectSighting {
  std::int32_t object = -1;  ///< index into the world's objects
  Tick measured_tick = 0;
  Eigen::Vector3d p_WO = Eigen::Vector3d::Zero();
  Eigen::Quaterniond q_WO = Eigen::Quaterniond::Identity();
};

/// Everything that the robot measures in one tick. B is the IMU's frame, axes parallel to the base
/// link's.
struct SensorFrame {
  Tick tick = 0;

  Tick imu_tick = 0;  ///< stamp of the IMU sample; stops advancing when the sensor is frozen
  Eigen::Vector3d gyro_B_rad_s = Eigen::Vector3d::Zero();
  Eigen::Vector3d accelerometer_B_m_s2 = Eigen::Vector3d(0, 0, kGravity_m_s2);  ///< specific force
  /// Attitude from the IMU's own filter. Roll and pitch are absolute; yaw drifts and starts
  /// anywhere.
  Eigen::Quaterniond q_WB = Eigen::Quaterniond::Identity();

  Tick joint_tick = 0;
  JointVector joint_position_rad;
  JointVector joint_velocity_rad_s;

  Tick foot_tick = 0;
  std::array<double, kFeet> foot_force_N{};  ///< normal force on each sole

  PoseFix pose_fix;
  int detection_count = 0;
  std::array<Detection, kMaxDetections> detections{};
  int sighting_count = 0;
  std::array<ObjectSighting, kMaxObjects> sightings{};
};

}  // namespace longmen
