# longmen_module(NAME SOURCES ... DEPS ... [TESTS ...] [TEST_DEPS ...])
# One static library longmen_<NAME> (slashes become underscores) and, where TESTS are given, one test program
# longmen_<NAME>_test registered with CTest. Sources are listed, never globbed.
include(GoogleTest)
function(longmen_module NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;TESTS;TEST_DEPS" ${ARGN})
  string(REPLACE "/" "_" _id "${NAME}")
  set(_target "longmen_${_id}")
  if(ARG_SOURCES)
    add_library(${_target} STATIC ${ARG_SOURCES})
    target_include_directories(${_target} PUBLIC "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(${_target} PUBLIC ${ARG_DEPS} PRIVATE longmen_warnings)
  else()
    add_library(${_target} INTERFACE)
    target_include_directories(${_target} INTERFACE "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(${_target} INTERFACE ${ARG_DEPS})
  endif()
  if(ARG_TESTS)
    add_executable(${_target}_test ${ARG_TESTS})
    target_link_libraries(${_target}_test PRIVATE ${_target} ${ARG_TEST_DEPS} longmen_warnings
                                                  GTest::gtest GTest::gtest_main)
    target_compile_definitions(${_target}_test PRIVATE LONGMEN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    gtest_discover_tests(${_target}_test DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
                         # Tests leave the user's own keys and log alone.
                         ENVIRONMENT "XDG_DATA_HOME=${PROJECT_BINARY_DIR}/test_data")
  endif()
endfunction()
