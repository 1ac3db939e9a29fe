# Runs one way of using nurture from a host project, step by step; the first step that fails is the error.
# Called by ctest with WAY, SOURCE_DIR, BUILD_DIR, WORK_DIR, GENERATOR, CXX_COMPILER, CXX_LAUNCHER, VERSION.
function(step)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
set(configure ${CMAKE_COMMAND} -S ${SOURCE_DIR}/tests/install/consumer -G ${GENERATOR} -D NURTURE_WAY=${WAY}
    -D CMAKE_CXX_COMPILER=${CXX_COMPILER} -D CMAKE_CXX_COMPILER_LAUNCHER=${CXX_LAUNCHER})

if(WAY STREQUAL "add_subdirectory")
  # The flags of the preset `release`, so that ccache answers for every file that the release build compiled; without it
  # the quickest that compiles.
  set(flags "-O0")
  if(CXX_LAUNCHER)
    set(flags "-O2 -DNDEBUG")
  endif()
  step(${configure} -B ${WORK_DIR}/build -D CMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_FLAGS_RELEASE=${flags}"
       -D NURTURE_WERROR=ON -D NURTURE_SOURCE=${SOURCE_DIR})
  step(${CMAKE_COMMAND} --build ${WORK_DIR}/build)
  step(${WORK_DIR}/build/host)
  return()
endif()

# The prefix is moved after the installation: a package must not remember where it was installed first.
step(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/first)
file(RENAME ${WORK_DIR}/first ${WORK_DIR}/prefix)
step(${WORK_DIR}/prefix/bin/nurture --version)
foreach(build_type IN ITEMS Release Debug)
  set(build ${WORK_DIR}/${build_type})
  step(${configure} -B ${build} -D CMAKE_BUILD_TYPE=${build_type} -D CMAKE_PREFIX_PATH=${WORK_DIR}/prefix -D NURTURE_VERSION=${VERSION})
  step(${CMAKE_COMMAND} --build ${build})
  step(${build}/host)
endforeach()
