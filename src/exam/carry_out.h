#pragma once

#include <cstdint>
#include <filesystem>

#include "core/result.h"
#include "exam/exam.h"

namespace longmen::exam {

/// Where and how plans are carried out.
struct CarryOut {
  std::filesystem::path project_folder, robot_folder, world_folder;
  std::size_t plans = 0;  ///< how many, taken evenly from the approved ones
  std::uint64_t seed =
      0;         ///< of the examiner: the plant's errors and the sensors' noise hang on it
  int jobs = 1;  ///< processes at a time
};

/// Carries out plans that the report approves, each in a simulation of its own, to the end or for
/// three minutes of the robot's time, and adds what became of them to the report. Right is: the
/// goal met by the true pose, and no fall. The same plans and seed give the same bits, whatever
/// `jobs`. Errors: those of the files.
Result<void> carry_out(const CarryOut& how, Report& report);

}  // namespace longmen::exam
