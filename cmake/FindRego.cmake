# Finds rego-cpp's C library inside the PyPI wheel `regopy` of the Python that CMake was given, or in
# -DREGO_DIR=<package dir>. The wheel ships no header: src/gate/plan/rego.cpp declares what it calls, and opens it.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
if(NOT REGO_DIR)
  execute_process(
    COMMAND "${Python3_EXECUTABLE}" -c
            "import importlib.util as u; s=u.find_spec('regopy'); print(s.submodule_search_locations[0] if s else '', end='')"
    OUTPUT_VARIABLE _rego_dir)
  set(REGO_DIR "${_rego_dir}" CACHE PATH "folder of the regopy Python package")
endif()
find_library(Rego_LIBRARY rego_shared HINTS "${REGO_DIR}" NO_DEFAULT_PATH)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Rego REQUIRED_VARS Rego_LIBRARY)
