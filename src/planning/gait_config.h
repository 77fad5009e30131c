#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "core/result.h"
#include "model/robot_model.h"

namespace longmen::planning {

/// How a robot stands and walks: section `gait` of its tuning.yaml.
struct GaitConfig {
  struct Timing {
    double slow_s = 0.45;  ///< nominal step duration in place ...
    double fast_s = 0.30;  ///< ... and at fast_speed_m_s, linear between
    double fast_speed_m_s = 1.5;
    double floor_s = 0.26;  ///< nominal duration is never shorter
    double min_s = 0.15;    ///< bounds of the adapted duration
    double max_s = 0.70;
    double double_support_s = 0.029;
    double freeze_s = 0.030;  ///< the plan stands still this long before touchdown
  } timing;
  struct Steps {
    double width_m = 0.172;  ///< nominal distance of the centre-of-pressure points
    double width_min_m = 0.10;
    double width_max_m = 0.75;
    double forward_max_m = 1.0;
    double backward_max_m = 0.8;
    double weight_location = 1.0;
    double weight_duration = 0.09;
    double weight_offset = 50.0;  ///< on the DCM offset at touchdown, which decides stability
  } steps;
  struct Dcm {
    double gain_1_s = 3.0;
    double angular_momentum = 1.0;  ///< share of the ALIP correction
    double cop_fore_m = 0.075;      ///< bounds of the feedback about the nominal point of the sole
    double cop_aft_m = 0.070;
    double cop_side_m = 0.030;
    double cop_x_m = 0.010;  ///< nominal point, from the sole's origin
  } dcm;
  struct Height {
    double lower_s = 0.081;  ///< CoM is lowered by this times the forward speed
    double stiffness_1_s2 = 80.0;
    double acceleration_min_m_s2 = -6.0;
    double acceleration_max_m_s2 = 10.0;
    double ground_rate_m_s = 0.4;  ///< how fast the ground reference follows the stance foot
  } height;
  struct Swing {
    double apex_m = 0.063;
    double apex_phase = 0.461;
    double touchdown_speed_m_s = 0.32;
    double late_speed_m_s = 0.8;
    double horizontal_speed_max_m_s = 10.0;
    double touchdown_force_N = 40.0;
    double touchdown_phase_min = 0.55;
  } swing;
  /// A swinging foot that is held up by something steps back a little, rises over it, and goes on.
  struct Trip {
    double error_m = 0.04;       ///< it is this far behind its path ...
    double speed_share = 0.3;    ///< ... and moves at less than this share of its speed
    double speed_min_m_s = 0.5;  ///< which is at least this
    double back_m = 0.03;
    double lift_m = 0.22;
    double lift_s = 0.16;
    double land_s = 0.14;   ///< at least this long from the top to the ground
    int careful_steps = 4;  ///< steps after it that are lifted higher
    double careful_apex_m = 0.13;
  } trip;
  struct Speed {
    double accelerate_m_s2 = 0.5;
    double brake_m_s2 = 1.2;
    double yaw_acceleration_rad_s2 = 2.0;
    double forward_max_m_s = 2.2;
    double backward_max_m_s = 1.2;
    double sideways_max_m_s = 0.6;
    double yaw_rate_max_rad_s = 2.0;
    double integral_gain = 0.15;  ///< per step, on the mean speed of a settled command
    double integral_max_m_s = 0.2;
  } speed;
  struct Stand {
    double cop_x_m = 0.020;         ///< CoM is held this far ahead of the soles' middle
    double capture_fore_m = 0.125;  ///< a DCM beyond these starts a step
    double capture_aft_m = 0.060;
    double capture_side_m = 0.115;
    double prepare_s = 0.40;  ///< shift of weight before the first step
    int calm_steps = 2;       ///< steps in place before standing still
  } stand;
  struct Torso {
    double lean_rad = 0.07;
  } torso;
  /// On a ground that a height map shows.
  struct Terrain {
    double clear_m = 0.03;          ///< a sole keeps this far from what is higher, fore and aft ...
    double clear_side_m = 0.015;    ///< ... and to the sides
    double overhang_fore_m = 0.05;  ///< so much of its ends may hang over what is lower
    double overhang_aft_m = 0.035;
    double margin_m = 0.02;       ///< and it stays this far inside all that, where there is room
    double rough_m = 0.03;        ///< from the plane it stands on
    double slope_max = 0.35;      ///< of that plane
    double slope_noise = 0.04;    ///< of a map; a plane that is flatter is level
    double rise_max_m = 0.21;     ///< from one foothold to the next, up ...
    double drop_max_m = 0.21;     ///< ... and down
    double swing_clear_m = 0.03;  ///< a swinging sole passes this high above the ground
    double slow_1_m = 4.5;        ///< steps take longer by this share for each metre they rise
    double lift_share = 0.3;      ///< the CoM is held higher by this share of what they drop ...
    double lean_down_rad = 0.0;   ///< ... and the trunk leans by so much more
    double toe_down = 0.0;        ///< slope at which a sole comes down to what lies lower
  } terrain;
  /// A joint that follows the fore-aft motion of a foot: arms against legs.
  struct ArmSwing {
    int joint = -1;
    int foot = kLeft;
    double gain_rad_m = 0.0;
  };
  std::vector<ArmSwing> arm_swing;
  double force_max_weights = 2.0;  ///< bound on a sole's normal force in body weights

  /// Reads the section strictly; absent keys keep the defaults above.
  static Result<GaitConfig> read(const YAML::Node& node, const std::string& where,
                                 const model::RobotModel& model);
};

}  // namespace longmen::planning
