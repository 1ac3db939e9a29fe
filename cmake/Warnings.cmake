# One set of warnings for everything built here.
option(NURTURE_WERROR "Treat warnings as errors" OFF)
function(nurture_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wpedantic
    # `a >> b > c` is how X3 says sequence and expectation.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-overloaded-shift-op-parentheses>
    $<$<BOOL:${NURTURE_WERROR}>:-Werror>)
endfunction()
