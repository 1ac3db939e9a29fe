# yaml-cpp before 0.8 exports the target `yaml-cpp`, later ones `yaml-cpp::yaml-cpp`; nurture links the latter name.
# Installed beside the package's config file, which needs it for the same reason.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp INTERFACE IMPORTED GLOBAL)
  target_link_libraries(yaml-cpp::yaml-cpp INTERFACE yaml-cpp)
endif()
