# longmen_compile_fail(NAME SOURCE): tests of what must not compile.
# SOURCE holds cases, each between #if LONGMEN_CASE == n and #endif, each announced by a line
#   // CASE n EXPECT: regular expression of the compiler's words
# With LONGMEN_CASE=0 the file must compile (so a refusal is not a typing error elsewhere); with each n it must
# fail with those words. Only headers under src/ and Eigen may be included.
set(_longmen_compile_fail_script "${CMAKE_CURRENT_LIST_DIR}/check_compile_fail.cmake")
function(longmen_compile_fail NAME SOURCE)
  get_filename_component(_source "${SOURCE}" ABSOLUTE)
  get_target_property(_eigen Eigen3::Eigen INTERFACE_INCLUDE_DIRECTORIES)
  add_test(NAME CompileFail.${NAME}
           COMMAND "${CMAKE_COMMAND}" "-DCOMPILER=${CMAKE_CXX_COMPILER}" "-DSOURCE=${_source}"
                   "-DINCLUDES=${PROJECT_SOURCE_DIR}/src;${_eigen}" -P "${_longmen_compile_fail_script}")
endfunction()
