#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/result.h"
#include "registry/certificate.h"

namespace longmen::exam {

/// What stands before the robot's name in place of a vertical.
inline constexpr std::string_view kBody = "body:";

/// What a motion policy is put through, and where.
struct PolicyExam {
  std::filesystem::path project_folder;
  std::filesystem::path robot_folder;
  std::filesystem::path policy;  ///< its file
  std::uint64_t seed = 0;        ///< of the examiner: the robot's errors and the noise hang on it
  int runs = 10;                 ///< of each scenario
  int jobs = 1;                  ///< processes at a time
};

/// One scenario with the policy in its seat, beside the same runs without it.
struct BodyScore {
  int runs = 0;
  int falls = 0;
  double driven_share = 0.0;    ///< of the policy's time in its seat: its commands moved the robot
  double rescues_of_run = 0.0;  ///< times that the motion gate took the body over, mean
  double gate_changed_share = 0.0;  ///< of all ticks: the gate altered a proposal
  double energy_ratio = 0.0;        ///< energy of all runs, by that of the trusted controller
  double roughness_ratio = 0.0;     ///< rms joint acceleration, by that of the trusted controller
  bool is_passed = false;
};

struct PolicyReport {
  std::string model;
  Digest file;    ///< of the policy
  Digest drawn;   ///< of the scenarios and the seed
  Digest states;  ///< of the robot's states in all runs
  std::map<std::string, BodyScore> tests;
  int runs = 0;
  int passed_runs = 0;  ///< without a fall, in tests that passed
  bool is_passed = false;
};

/// What passing asks for, of each scenario. Own choices: nobody has set such bounds before.
inline constexpr double kDriven_min = 0.5;      ///< as a step of a plan asks for
inline constexpr double kRescuesOfRun_max = 1;  ///< the trusted controller is no crutch
inline constexpr double kEnergyRatio_max = 1.5;
inline constexpr double kRoughnessRatio_max = 2.0;

/// Every scenario of rules/exam/body with every seed, once with the policy from `kPolicyFrom_s` on
/// and once without. The same file and seed give the same bits, whatever `jobs`. Errors: those of
/// the files; kUnsupported when the policy's process does not get ready.
inline constexpr double kPolicyFrom_s = 3.0;
Result<PolicyReport> examine_policy(const PolicyExam& exam);

/// The files that the verdict hangs on beside the policy and the program. Error: kNotFound.
Result<std::vector<registry::Input>> inputs_of_policy(const PolicyExam& exam);

[[nodiscard]] std::string report_json(const PolicyReport& report);
/// One page, without scripts or anything from elsewhere.
[[nodiscard]] std::string report_page(const PolicyReport& report);
[[nodiscard]] std::string scores_json(const PolicyReport& report);

}  // namespace longmen::exam
