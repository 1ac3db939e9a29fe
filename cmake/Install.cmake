# What `cmake --install` writes: the public headers, the library, the command, and a package for find_package(nurture).
include(CMakePackageConfigHelpers)
set(nurture_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/nurture)

install(TARGETS nurture EXPORT nurtureTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/nurture DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
if(TARGET nurture_cli)
  install(TARGETS nurture_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${PROJECT_SOURCE_DIR}/docs/nurture.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT nurtureTargets NAMESPACE nurture:: DESTINATION ${nurture_package_dir})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/nurtureConfig.cmake.in ${PROJECT_BINARY_DIR}/nurtureConfig.cmake
  INSTALL_DESTINATION ${nurture_package_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 every minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/nurtureConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/nurtureConfig.cmake ${PROJECT_BINARY_DIR}/nurtureConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/YamlCppTarget.cmake
        DESTINATION ${nurture_package_dir})
