// The barriers of the whole body, in closed loop with a true body in free flight.
#include "gate/motion/body_barriers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "core/allocation_counter.h"
#include "core/random.h"
#include "gate/motion/floating_body.h"
#include "gate/motion/gate_test_support.h"

namespace longmen::gate {
namespace {

using testing::FloatingBody;
using testing::kPeriod_s;

/// A posture near home, at up to a third of the joints' speeds, any torques, and what joints allow.
struct Drawn {
  RobotState state;
  std::vector<JointBarrier> joints;
  JointVector wanted, lo, hi;
};

class BodyOf : public ::testing::TestWithParam<std::filesystem::path> {
 protected:
  model::RobotModel model_ = model::RobotModel::load(GetParam()).value();
  MotionRules rules_ = testing::shipped_rules();
  MotionGate gate_ = MotionGate::create(model_, rules_.limits, kPeriod_s).value();
  FloatingBody body_{model_};
  WorldState world_;
  ProposedCommand trusted_;
  ProposedCommand proposal_;
  GateReport report_;
  Tick tick_ = 0;
  std::uint64_t sequence_ = 0;

  void SetUp() override {
    trusted_.resize(model_.na());
    proposal_.resize(model_.na());
    trusted_.position_rad = model_.home_rad();
    trusted_.damping_Nms_rad.setConstant(0.5);
  }

  /// One period, armed, with the proposal as a policy's.
  void step() {
    ++tick_;
    trusted_.tick = proposal_.tick = world_.tick = body_.state.tick = tick_;
    // Slow tumbling is not what these tests are about.
    body_.state.q_WB.setIdentity();
    const std::array event = {ArmingEvent{
        tick_ == 1 ? ArmingEvent::Kind::kGrant : ArmingEvent::Kind::kHeartbeat, 7, ++sequence_}};
    const SafeCommand safe = gate_.filter(proposal_, body_.state, world_, trusted_,
                                          {StopRung::kNone, event}, tick_, report_);
    body_.step(safe.values(), kPeriod_s);
  }
  /// One period in which the trusted controller, the only one that drives near people and zones,
  /// throws both arms forward.
  void throw_arms() {
    trusted_.torque_Nm.setZero();
    for (int side = 0; side < kHands; ++side)
      for (const int j : model_.group(model::arm(side)))
        trusted_.torque_Nm[j] = -0.5 * model_.joint(j).torque_max_Nm;
    proposal_ = trusted_;
    step();
  }

  void arm() {
    proposal_ = trusted_;
    for (int i = 0; i < 1000; ++i) step();
  }

  JointBarrier barrier_of(int j, double inertia_kgm2, const JointLimits& limits) const {
    return {limits.position_min_rad[j],
            limits.position_max_rad[j],
            limits.speed_max_rad_s[j],
            limits.torque_max_Nm[j],
            0.7 * inertia_kgm2,
            1.3 * inertia_kgm2,
            0.5 * limits.torque_max_Nm[j] / (1.3 * limits.inertia_max_kgm2[j]),
            rules_.limits.reaction_s};
  }

  [[nodiscard]] Drawn drawn_at_rest() const {
    const JointVector zero = JointVector::Zero(model_.na());
    return {body_.state, std::vector<JointBarrier>(static_cast<std::size_t>(model_.na())), zero,
            zero, zero};
  }
  /// `barriers` have seen it.
  void draw(Random& random, const JointLimits& limits, BodyBarriers& barriers, Drawn& drawn) const {
    for (int j = 0; j < model_.na(); ++j) {
      const model::JointInfo& info = model_.joint(j);
      drawn.state.joint_position_rad[j] =
          std::clamp(model_.home_rad()[j] + 0.3 * random.normal(), info.position_min_rad + 0.05,
                     info.position_max_rad - 0.05);
      drawn.state.joint_velocity_rad_s[j] = 0.3 * info.velocity_max_rad_s * random.uniform(-1, 1);
    }
    barriers.see(drawn.state, world_);
    for (int j = 0; j < model_.na(); ++j) {
      JointBarrier& joint = drawn.joints[static_cast<std::size_t>(j)];
      joint = barrier_of(j, barriers.joint_inertia()[j], limits);
      const auto allowed =
          joint.interval(drawn.state.joint_position_rad[j], drawn.state.joint_velocity_rad_s[j]);
      drawn.lo[j] = allowed.lo;
      drawn.hi[j] = allowed.hi;
      drawn.wanted[j] = limits.torque_max_Nm[j] * random.normal();
    }
  }

  double fastest() const {
    double ratio = 0.0;
    for (int j = 0; j < model_.na(); ++j)
      ratio = std::max(ratio, std::abs(body_.state.joint_velocity_rad_s[j]) /
                                  model_.joint(j).velocity_max_rad_s);
    return ratio;
  }
  double farthest_out() const {
    double out = -1.0;
    for (int j = 0; j < model_.na(); ++j)
      out = std::max({out, body_.state.joint_position_rad[j] - model_.joint(j).position_max_rad,
                      model_.joint(j).position_min_rad - body_.state.joint_position_rad[j]});
    return out;
  }
};

TEST_P(BodyOf, FullTorqueOnAllJointsAtOnceOverspeedsNone) {
  Random random(5);
  arm();
  double ratio = 0.0;
  double out = -1.0;
  int changed = 0;
  JointVector held = JointVector::Zero(model_.na());
  for (int i = 0; i < 3000; ++i) {
    if (i % 150 == 0)
      for (int j = 0; j < model_.na(); ++j)
        held[j] = (random.uniform() < 0.5 ? -1.0 : 1.0) * model_.joint(j).torque_max_Nm;
    proposal_.torque_Nm = held;
    step();
    ratio = std::max(ratio, fastest());
    out = std::max(out, farthest_out());
    changed += report_.changed ? 1 : 0;
  }
  EXPECT_LE(ratio, 1.0 + 0.02) << "two in a hundred for what changes within a period";
  EXPECT_LE(out, 0.01);
  EXPECT_GT(changed, 100) << "the gate had work";
}

TEST_P(BodyOf, LinksThatAreDrivenTogetherStayApart) {
  // Also where they may be as fast as their joints can.
  rules_.limits.speed_margin_share = 0.1;
  gate_ = MotionGate::create(model_, rules_.limits, kPeriod_s).value();
  Random random(10);
  arm();
  double least = 1.0;
  int bound = 0;
  for (int i = 0; i < 6000; ++i) {
    if (i % 300 == 0)
      for (int j = 0; j < model_.na(); ++j)
        proposal_.torque_Nm[j] = random.uniform(-0.5, 0.5) * model_.joint(j).torque_max_Nm;
    step();
    least = std::min(least, body_.least_distance_m());
    bound += report_.rule == MotionRule::kSelfCollision ? 1 : 0;
  }
  EXPECT_GE(least, rules_.limits.self_clearance_m - 0.002) << "2 mm for changes within a period";
  EXPECT_GT(bound, 0) << "links came near";
}

TEST_P(BodyOf, AnArmSlowsDownBeforeAPersonAndNotWithoutOne) {
  // A person stands right before the robot; the arms are thrown forward. How much faster than it
  // could brake before the person does any part of an arm come, at most?
  const auto excess_m_s = [&](bool person) {
    body_ = FloatingBody(model_);
    const Eigen::Vector2d p_WO(0.75, 0.0);
    const double radius_m = 0.3;
    world_.track_count = person ? 1 : 0;
    Track& track = world_.tracks[0];
    track.is_person = true;
    track.p_WO = {p_WO.x(), p_WO.y(), -1.0};
    track.radius_m = radius_m;
    track.height_m = 4.0;
    arm();
    body_.state = FloatingBody(model_).state;
    double excess = -10.0;
    for (int i = 0; i < 400; ++i) {
      throw_arms();
      const auto& dynamics = body_.dynamics();
      for (std::size_t c = 0; c < dynamics.shape().capsules.size(); ++c) {
        const model::Capsule& capsule = dynamics.shape().capsules[c];
        if (capsule.limb != model::Group::kLeftArm && capsule.limb != model::Group::kRightArm)
          continue;
        // The end of the capsule that is nearer to the person.
        const auto& segment = dynamics.segment_W(static_cast<int>(c));
        const bool first =
            (segment.p_WA.head<2>() - p_WO).norm() < (segment.p_WE.head<2>() - p_WO).norm();
        const Eigen::Vector3d& p_W = first ? segment.p_WA : segment.p_WE;
        const Eigen::Vector2d away = p_W.head<2>() - p_WO;
        const double room_m = away.norm() - radius_m - capsule.radius_m;
        if (room_m > 0.5) continue;
        const Eigen::Vector3d v_W = dynamics.velocity_W(capsule.body, p_W) -
                                    dynamics.velocity_W(model_.body(model::Role::kBase), p_W);
        const double speed = -v_W.head<2>().dot(away.normalized());
        excess = std::max(
            excess, speed - std::sqrt(2.0 * rules_.limits.hand_brake_m_s2 * std::max(room_m, 0.0)));
      }
    }
    return excess;
  };
  EXPECT_GT(excess_m_s(false), 0.3) << "free, they would come in fast";
  EXPECT_LT(excess_m_s(true), rules_.limits.contact_speed_m_s);
}

TEST_P(BodyOf, NoArmIsThrownIntoAZone) {
  // The arms are thrown forward. How far into a zone before the robot do they come?
  const double edge_m = 0.4;
  const auto deepest_m = [&](const std::vector<world::Zone>& zones) {
    gate_ = MotionGate::create(model_, rules_.limits, kPeriod_s, zones).value();
    body_ = FloatingBody(model_);
    tick_ = 0;
    arm();
    body_.state = FloatingBody(model_).state;
    double deepest = -10.0;
    for (int i = 0; i < 400; ++i) {
      throw_arms();
      const auto& dynamics = body_.dynamics();
      for (std::size_t c = 0; c < dynamics.shape().capsules.size(); ++c) {
        const model::Capsule& capsule = dynamics.shape().capsules[c];
        if (capsule.limb != model::Group::kLeftArm && capsule.limb != model::Group::kRightArm)
          continue;
        const auto& segment = dynamics.segment_W(static_cast<int>(c));
        // Against the base: a thrown arm in free flight pushes the body back.
        const double base = body_.state.p_WB.x();
        for (const Eigen::Vector3d& p_W : {segment.p_WA, segment.p_WE})
          deepest = std::max(deepest, p_W.x() - base + capsule.radius_m - edge_m);
      }
    }
    trusted_.torque_Nm.setZero();
    return deepest;
  };
  world::Zone zone;
  zone.corners_W_m = {{edge_m, -2.0}, {edge_m + 2.0, -2.0}, {edge_m + 2.0, 2.0}, {edge_m, 2.0}};
  EXPECT_GT(deepest_m({}), 0.05) << "free, they would reach in";
  EXPECT_LT(deepest_m({zone}), 0.0);
}

TEST_P(BodyOf, AnyTorqueInAnyStateLeavesEveryBarrierKeptOrSaysThatItCouldNot) {
  Random random(9);
  BodyBarriers barriers(model_, rules_.limits);
  const JointLimits limits = joint_limits_of(model_);
  std::vector<JointBarrier> joints(static_cast<std::size_t>(model_.na()));
  model::ContactDynamics truth = model::ContactDynamics::create(model_);
  RobotState state = body_.state;
  JointVector wanted = JointVector::Zero(model_.na());
  JointVector lo = wanted;
  JointVector hi = wanted;
  JointVector tau = wanted;
  int kept = 0;
  int changed = 0;
  for (int trial = 0; trial < 300; ++trial) {
    for (int j = 0; j < model_.na(); ++j) {
      const model::JointInfo& info = model_.joint(j);
      state.joint_position_rad[j] = random.uniform(info.position_min_rad, info.position_max_rad);
      state.joint_velocity_rad_s[j] = 0.5 * info.velocity_max_rad_s * random.uniform(-1, 1);
    }
    barriers.see(state, world_);
    for (int j = 0; j < model_.na(); ++j) {
      JointBarrier& joint = joints[static_cast<std::size_t>(j)];
      joint = barrier_of(j, barriers.joint_inertia()[j], limits);
      const auto allowed =
          joint.interval(state.joint_position_rad[j], state.joint_velocity_rad_s[j]);
      lo[j] = allowed.lo;
      hi[j] = allowed.hi;
      wanted[j] = 1.5 * limits.torque_max_Nm[j] * random.normal();
    }
    tau = wanted.cwiseMax(lo).cwiseMin(hi);
    const AllocationScope scope;
    const bool is_foreign = trial % 2 == 0;
    const auto outcome = barriers.keep(joints, wanted, lo, hi, tau, is_foreign);
    ASSERT_EQ(scope.count(), 0u);
    ASSERT_TRUE(tau.allFinite());
    ASSERT_TRUE((tau.array() >= lo.array() - 1e-9).all());
    ASSERT_TRUE((tau.array() <= hi.array() + 1e-9).all());
    changed += outcome.changed ? 1 : 0;
    if (!outcome.kept) continue;
    ++kept;
    truth.update(state);
    truth.prepare({false, false});
    truth.accelerate(tau);
    for (int j = 0; j < model_.na(); ++j) {
      const double w = state.joint_velocity_rad_s[j] +
                       rules_.limits.reaction_s * truth.acceleration()[model_.dof(j)];
      EXPECT_LE(std::abs(w), limits.speed_max_rad_s[j] * (1 + 1e-6));
    }
  }
  EXPECT_GT(kept, 150);
  EXPECT_GT(changed, 30);
}

TEST_P(BodyOf, AJointOfALegLeavesTheArmsOfTheTrustedControllerAlone) {
  BodyBarriers barriers(model_, rules_.limits);
  const JointLimits limits = joint_limits_of(model_);
  const int na = model_.na();
  const int fast = model_.group(model::leg(kLeft)).back();
  RobotState state = body_.state;
  state.joint_velocity_rad_s[fast] = 0.99 * limits.speed_max_rad_s[fast];
  barriers.see(state, world_);
  std::vector<JointBarrier> joints(static_cast<std::size_t>(na));
  for (int j = 0; j < na; ++j)
    joints[static_cast<std::size_t>(j)] = barrier_of(j, barriers.joint_inertia()[j], limits);
  JointVector wanted = JointVector::Zero(na);
  wanted[fast] = limits.torque_max_Nm[fast];
  const auto change_of_arms = [&](bool is_foreign) {
    JointVector tau = wanted;
    const auto outcome =
        barriers.keep(joints, wanted, -limits.torque_max_Nm, limits.torque_max_Nm, tau, is_foreign);
    EXPECT_TRUE(outcome.changed);
    EXPECT_LT(tau[fast], wanted[fast]);
    double change = 0.0;
    for (int side = 0; side < kHands; ++side)
      for (const int j : model_.group(model::arm(side)))
        change = std::max(change, std::abs(tau[j]));
    return change;
  };
  EXPECT_EQ(change_of_arms(false), 0.0);
  EXPECT_GT(change_of_arms(true), 0.0);
}

// LONGMEN_BINDING_TICKS sets how many; docs/performance.md has the figure of the long form.
TEST_P(BodyOf, TheChangeIsThatOfOneProblemWithEveryRowThatIsNear) {
  // All that is near at once, against the violated rows and what they bring with them.
  const char* text = std::getenv("LONGMEN_BINDING_TICKS");
  const long count_wanted = text == nullptr ? 40 : std::strtol(text, nullptr, 10);
  ASSERT_GT(count_wanted, 0);
  Random random(12);
  BodyBarriers barriers(model_, rules_.limits);
  const JointLimits limits = joint_limits_of(model_);
  const int na = model_.na();
  Drawn drawn = drawn_at_rest();
  long compared = 0;
  int most_rows = 0;
  double most_apart = 0.0;
  for (long trial = 0; trial < 10 * count_wanted && compared < count_wanted; ++trial) {
    draw(random, limits, barriers, drawn);
    const auto& [state, joints, wanted, lo, hi] = drawn;
    JointVector tau = wanted.cwiseMax(lo).cwiseMin(hi);
    const auto outcome = barriers.keep(joints, wanted, lo, hi, tau, true);
    if (!outcome.changed || !outcome.kept) continue;

    const std::vector<BarrierRow> rows = barriers.all_rows(joints);
    most_rows = std::max(most_rows, static_cast<int>(rows.size()) + 2 * na);
    const int count = static_cast<int>(rows.size());
    solver::DaqpSolver full(
        na, na, count,
        std::vector<solver::RowKind>(static_cast<std::size_t>(na + count), solver::RowKind::kHard),
        2000);
    for (int j = 0; j < na; ++j) {
      full.lower[j] = (lo[j] - wanted[j]) / limits.torque_max_Nm[j];
      full.upper[j] = (hi[j] - wanted[j]) / limits.torque_max_Nm[j];
    }
    for (int i = 0; i < count; ++i) {
      const BarrierRow& row = rows[static_cast<std::size_t>(i)];
      const JointVector scaled = row.coefficients.cwiseProduct(limits.torque_max_Nm);
      const double length = scaled.norm();
      full.A.row(i) = scaled.transpose() / length;
      full.lower[na + i] = (row.bound - row.coefficients.dot(wanted)) / length;
    }
    ASSERT_EQ(full.solve(), solver::QpStatus::kSolved) << trial;
    const double screened = (tau - wanted).cwiseQuotient(limits.torque_max_Nm).norm();
    EXPECT_NEAR(screened, full.x().norm(), 0.01 * full.x().norm()) << trial;
    most_apart = std::max(most_apart, std::abs(screened / full.x().norm() - 1.0));
    ++compared;
  }
  EXPECT_GE(compared, count_wanted / 2);
  EXPECT_GE(most_rows, 100);
  std::printf("%ld binding ticks: at most %.2g apart from the whole problem\n", compared,
              most_apart);
}

TEST_P(BodyOf, BarriersOfArmsAndLegsThatBindAtOnceAreKeptTogether) {
  // Each row takes the other half's torques as given; both halves change.
  Random random(13);
  BodyBarriers barriers(model_, rules_.limits);
  const JointLimits limits = joint_limits_of(model_);
  Drawn drawn = drawn_at_rest();
  int changed = 0;
  int kept = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    draw(random, limits, barriers, drawn);
    JointVector tau = drawn.wanted.cwiseMax(drawn.lo).cwiseMin(drawn.hi);
    const AllocationScope scope;
    const auto outcome = barriers.keep(drawn.joints, drawn.wanted, drawn.lo, drawn.hi, tau);
    ASSERT_EQ(scope.count(), 0u);
    changed += outcome.changed ? 1 : 0;
    kept += outcome.changed && outcome.kept ? 1 : 0;
  }
  EXPECT_GT(changed, 300);
  EXPECT_GT(kept, 0.97 * changed);
}

INSTANTIATE_TEST_SUITE_P(Robots, BodyOf, ::testing::ValuesIn(testing::robot_folders()),
                         [](const auto& robot) { return robot.param.filename().string(); });

}  // namespace
}  // namespace longmen::gate
