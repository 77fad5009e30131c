#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>

#include "core/result.h"

/// One function per command, each in its own file command_NAME.cpp: adds the command to the
/// program; when it is the one that runs, it sets the exit code.
namespace longmen::app {

/// Of --seed: what JSON and YAML hold exactly, as the seeds of files.
inline constexpr std::uint64_t kSeedMax = std::uint64_t{1} << 53;

inline constexpr int kExitGoalMet = 0;
inline constexpr int kExitGoalNotMet = 1;  ///< ran, goal not met
inline constexpr int kExitBadInput = 2;
inline constexpr int kExitRefused = 3;  ///< refused or not understood; nothing moved
inline constexpr int kExitStopped = 4;  ///< stopped by a person or the gate
inline constexpr int kExitDefect = 70;  ///< 64 and more: a defect of the program

/// Prints the error as one line on standard error; returns the exit code that belongs to it.
int refuse(const Error& error);

inline constexpr std::int64_t kFilmPeriod = 33;  ///< ticks between two pictures: 30 a second

void add_attack(CLI::App& app, int& exit_code);
void add_bench(CLI::App& app, int& exit_code);
void add_campaign(CLI::App& app, int& exit_code);
void add_exam(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_live(CLI::App& app, int& exit_code);
void add_fault(CLI::App& app, int& exit_code);
void add_mind(CLI::App& app, int& exit_code);
void add_mcp(CLI::App& app, int& exit_code);
void add_plan(CLI::App& app, int& exit_code);
void add_plant(CLI::App& app, int& exit_code);
void add_incidents(CLI::App& app, int& exit_code);
void add_key(CLI::App& app, int& exit_code);
void add_register(CLI::App& app, int& exit_code);
void add_replay(CLI::App& app, int& exit_code);
void add_report(CLI::App& app, int& exit_code);
void add_robot(CLI::App& app, int& exit_code);
void add_run(CLI::App& app, int& exit_code);
void add_scenario(CLI::App& app, int& exit_code);
void add_stop(CLI::App& app, int& exit_code);
void add_verify(CLI::App& app, int& exit_code);
void add_serve(CLI::App& app, int& exit_code);
void add_why(CLI::App& app, int& exit_code);

}  // namespace longmen::app
