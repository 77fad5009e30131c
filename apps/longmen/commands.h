#pragma once

#include <CLI/CLI.hpp>

/// One function per subcommand: adds it to the program; when it runs it sets the exit code
/// (0 goal met; 1 ran, goal not met; 2 bad input; 3 refused or not understood, nothing moved;
/// 4 stopped by a person or the gate; 64 and more: a defect).
namespace longmen::app {

inline constexpr int kExitGoalMet = 0;
inline constexpr int kExitGoalNotMet = 1;
inline constexpr int kExitBadInput = 2;
inline constexpr int kExitRefused = 3;
inline constexpr int kExitStopped = 4;
inline constexpr int kExitDefect = 64;

void add_plan(CLI::App& app, int& exit_code);

}  // namespace longmen::app
