#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"

namespace longmen::app {

/// The folder that holds robots/, worlds/ and rules/: LONGMEN_HOME, or where the program was built.
[[nodiscard]] std::filesystem::path project_folder();

/// Folder of a robot, by its name under robots/ or by path. Error: kNotFound with the known names.
[[nodiscard]] Result<std::filesystem::path> find_robot(const std::string& name_or_folder);

/// Speaks what the robot says: Debian's package of that name.
inline constexpr const char* kSpeechProgram = "/usr/bin/espeak-ng";

/// What a file holds. Error: kNotFound.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

/// A new file under runs/, whose name sorts by time and collides with no other run.
[[nodiscard]] std::filesystem::path new_record_file();

}  // namespace longmen::app
