# One set of warnings for everything built here.
option(NURTURE_WERROR "Treat warnings as errors" OFF)
function(nurture_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wpedantic
    $<$<BOOL:${NURTURE_WERROR}>:-Werror>)
endfunction()
