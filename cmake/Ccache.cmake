# Compiles through ccache when it is installed. A host's own choice of launcher stays as it is.
if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(NURTURE_CCACHE ccache)
  mark_as_advanced(NURTURE_CCACHE)
  if(NURTURE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${NURTURE_CCACHE})
  endif()
endif()
