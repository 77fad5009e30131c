# Finds MuJoCo inside the PyPI wheel of the Python that CMake was given, or in -DMUJOCO_DIR=<package dir>.
# The wheel ships headers and a versioned shared library but no CMake package.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
if(NOT MUJOCO_DIR)
  execute_process(
    COMMAND "${Python3_EXECUTABLE}" -c
            "import importlib.util as u; s=u.find_spec('mujoco'); print(s.submodule_search_locations[0] if s else '', end='')"
    OUTPUT_VARIABLE _mujoco_dir)
  set(MUJOCO_DIR "${_mujoco_dir}" CACHE PATH "folder of the mujoco Python package")
endif()
find_path(MuJoCo_INCLUDE_DIR mujoco/mujoco.h HINTS "${MUJOCO_DIR}/include" NO_DEFAULT_PATH)
file(GLOB MuJoCo_LIBRARY "${MUJOCO_DIR}/libmujoco.so.*")
string(REGEX REPLACE ".*libmujoco\\.so\\." "" MuJoCo_VERSION "${MuJoCo_LIBRARY}")
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MuJoCo REQUIRED_VARS MuJoCo_LIBRARY MuJoCo_INCLUDE_DIR
                                  VERSION_VAR MuJoCo_VERSION)
if(MuJoCo_FOUND AND NOT TARGET MuJoCo::MuJoCo)
  add_library(MuJoCo::MuJoCo SHARED IMPORTED)
  set_target_properties(MuJoCo::MuJoCo PROPERTIES IMPORTED_LOCATION "${MuJoCo_LIBRARY}"
                                                  INTERFACE_INCLUDE_DIRECTORIES "${MuJoCo_INCLUDE_DIR}")
endif()
