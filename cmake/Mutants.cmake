# longmen_mutants(NAME TEST SOURCES... DEPS...)
# Every barrier or rule of a module taken out in turn must be missed: the module's own tests, linked with sources that
# hold all mutants of its mutants.toml (tools/mutants.py). SOURCES: those that the list names.
function(longmen_mutants NAME TEST)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;DEFINITIONS" ${ARGN})
  string(REPLACE "/" "_" _id "${NAME}")
  set(_program "longmen_${_id}_mutants")
  get_target_property(_whole "longmen_${_id}" SOURCES)
  list(REMOVE_ITEM _whole ${ARG_SOURCES})
  list(TRANSFORM ARG_SOURCES PREPEND "${CMAKE_CURRENT_BINARY_DIR}/mutants/" OUTPUT_VARIABLE _mutated)
  add_custom_command(OUTPUT ${_mutated}
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tools/mutants.py" make "${CMAKE_CURRENT_SOURCE_DIR}/mutants.toml"
            "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_BINARY_DIR}/mutants"
    DEPENDS "${PROJECT_SOURCE_DIR}/tools/mutants.py" mutants.toml ${ARG_SOURCES})
  add_executable(${_program} ${_mutated} ${_whole} $<TARGET_OBJECTS:longmen_${_id}_test>)
  target_include_directories(${_program} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_compile_definitions(${_program} PRIVATE ${ARG_DEFINITIONS})
  target_link_libraries(${_program} PRIVATE ${ARG_DEPS} GTest::gtest GTest::gtest_main)
  add_test(NAME ${TEST}
           COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tools/mutants.py" run
                   "${CMAKE_CURRENT_SOURCE_DIR}/mutants.toml" $<TARGET_FILE:${_program}>)
  set_tests_properties(${TEST} PROPERTIES LABELS program TIMEOUT 300)
endfunction()
