#pragma once

#include <cstdlib>
#include <filesystem>

namespace longmen::app {

/// The folder that holds robots/, worlds/ and rules/: LONGMEN_HOME, or where the program was built.
inline std::filesystem::path project_folder() {
  const char* home = std::getenv("LONGMEN_HOME");
  return home != nullptr && *home != '\0' ? home : LONGMEN_SOURCE_DIR;
}

}  // namespace longmen::app
