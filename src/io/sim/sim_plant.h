#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/hash.h"
#include "core/result.h"
#include "io/robot_io.h"
#include "io/sim/limit_monitor.h"
#include "io/sim/sim_robot.h"
#include "io/sim/terrain.h"
#include "io/sim/truth.h"
#include "io/sim/world_sensing.h"
#include "math/interval.h"

struct mjModel_;

namespace longmen::io {

/// A blow: `impulse_Ns` spread evenly over `duration_s`, at the centre of mass of a body.
struct Push {
  double t_s = 0.0;
  std::string body;  ///< role or body name
  Eigen::Vector3d impulse_Ns = Eigen::Vector3d::Zero();
  double duration_s = 0.1;
  bool in_heading_frame = true;  ///< else in W; the heading is that of the push's first step
};

/// A mass fixed to a body, at the body's centre of mass.
struct Payload {
  std::string body;  ///< role or body name
  double mass_kg = 0.0;
};

/// Everything about a run of the plant that is not the robot.
struct PlantOptions {
  std::uint64_t seed = 1;
  double period_s = 0.001;           ///< of the loop; a physics step is at most 1 ms
  std::filesystem::path world_file;  ///< MJCF of a world; empty: `terrain`
  Terrain terrain = terrain::Flat{};
  Eigen::Vector2d spawn_p_W = Eigen::Vector2d::Zero();
  double spawn_yaw_rad = 0.0;
  math::Interval ground_friction{0.6, 1.0};  ///< sliding coefficient, drawn from it
  bool model_error = true;                   ///< apply the robot's PlantError, and the objects'
  bool sensor_noise = true;
  std::optional<double> sensing_latency_s;  ///< absent: the robot's own
  WorldSensingOptions world_sensing;        ///< `noisy` is taken from `sensor_noise`
  std::vector<world::Person> people;
  /// People wait, on their way, while the robot's base is nearer than this, middle to middle; 0:
  /// they walk on whatever stands there.
  double people_halt_m = 0.0;
  /// Lie free where the world says; their true mass differs from what it says by up to 10 %.
  std::vector<world::Object> objects;
  std::vector<Payload> payloads;
  std::vector<Push> pushes;
};

/// How people and the robot came to touch. A touch begins when there was none of that person for
/// half a second; the speed is that of the robot's own point, as it begins.
struct PeopleTouched {
  static constexpr double kSpeedAllowed_m_s = 0.25;  ///< ISO 10218-1, reduced speed
  std::int64_t touches = 0;
  std::int64_t too_fast = 0;  ///< with the robot faster than allowed
  double speed_max_m_s = 0.0;
  std::optional<double> distance_min_m;  ///< of a person's surface from the base's middle, level
};

/// The robot in MuJoCo, as honest as a simulation can be: its masses, frictions and ground differ
/// from the description in each seed, its sensors are noisy and late, its motors obey late and
/// close their impedance loop on their own noisy encoders. Deterministic: the same options and
/// commands give the same bits.
///
/// Time moves in write(), one control period each. A motor's torque is
///   tau = torque + stiffness (position - q) + damping (velocity - qd),
/// with q, qd from its encoder now, and is then cut to the motor's limit.
class SimPlant final : public RobotIo {
 public:
  /// The robot stands in its home posture at the spawn pose, soles on the ground, at rest.
  /// Errors: those of the files; kUnknownName for bodies; kInvalidArgument for a period that is no
  /// multiple of the physics step.
  static Result<SimPlant> create(const SimRobot& robot, const PlantOptions& options);

  void read(SensorFrame& frame) noexcept override;
  [[nodiscard]] WriteStatus write(SafeCommand&& command) noexcept override;
  /// As write(), with a command that has come over a link, where the type of a safe command does
  /// not reach: for a plant in a process of its own, whose controller holds the gate.
  [[nodiscard]] WriteStatus drive(const ProposedCommand& received) noexcept;
  void power_motors(const MotorMask& powered) noexcept override;
  bool break_motors(const MotorFaults& faults) noexcept override;
  [[nodiscard]] Tick tick() const noexcept override;
  [[nodiscard]] int joint_count() const noexcept override;
  [[nodiscard]] bool is_simulated() const noexcept override { return true; }

  /// For metrics and pictures alone.
  [[nodiscard]] const Truth& truth() const noexcept;
  [[nodiscard]] const LimitViolations& violations() const noexcept;
  /// Steps whose contact forces the engine did not find to the end: what follows is no physics.
  [[nodiscard]] std::int64_t unsolved_steps() const noexcept;
  [[nodiscard]] const PeopleTouched& people_touched() const noexcept;
  /// Of all positions, velocities and motor torques, step by step.
  [[nodiscard]] const StateHash& state_hash() const noexcept;

  [[nodiscard]] double mass_kg() const noexcept;          ///< of the robot as it is in this seed
  [[nodiscard]] double home_height_m() const noexcept;    ///< of the base above the ground
  [[nodiscard]] double ground_friction() const noexcept;  ///< of this seed
  [[nodiscard]] const JointLimits& limits() const noexcept;
  /// Pairs of the robot's bodies that can collide with each other.
  [[nodiscard]] int self_collision_pairs() const noexcept;

  /// The scene with all that there is to see, compiled anew, and where everything in it is now, in
  /// its order: to draw it. Errors: those of the files.
  [[nodiscard]] Result<std::shared_ptr<const mjModel_>> scene_to_draw() const;
  [[nodiscard]] std::span<const double> scene_qpos() const noexcept;        ///< [nq]
  [[nodiscard]] std::span<const double> scene_mocap_pos() const noexcept;   ///< [3 people]
  [[nodiscard]] std::span<const double> scene_mocap_quat() const noexcept;  ///< [4 people], wxyz
  /// Poses of all bodies, in W, as they were when the last physics step began.
  [[nodiscard]] std::span<const double> scene_body_pos() const noexcept;   ///< [3 nbody]
  [[nodiscard]] std::span<const double> scene_body_quat() const noexcept;  ///< [4 nbody], wxyz

  SimPlant(SimPlant&&) noexcept;
  SimPlant& operator=(SimPlant&&) noexcept;
  ~SimPlant() override;

 private:
  struct Impl;
  explicit SimPlant(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longmen::io
