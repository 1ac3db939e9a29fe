# Writes the source that holds the files of examples/starter, for `nurture init`; sets nurture_starter_source.
set(starter_entries)
file(GLOB_RECURSE starter_files RELATIVE ${PROJECT_SOURCE_DIR}/examples/starter CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/examples/starter/*.nurture ${PROJECT_SOURCE_DIR}/examples/starter/*.yaml
  ${PROJECT_SOURCE_DIR}/examples/starter/*.jsonl)
foreach(file IN LISTS starter_files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/starter/${file})
  file(READ ${PROJECT_SOURCE_DIR}/examples/starter/${file} text)
  string(APPEND starter_entries "      {\"${file}\", R\"starter(${text})starter\"},\n")
endforeach()
set(nurture_starter_source ${PROJECT_BINARY_DIR}/starter.cpp)
configure_file(${PROJECT_SOURCE_DIR}/cmake/starter.cpp.in ${nurture_starter_source} @ONLY)
