// The program of README.md. It is that of examples/embed.cpp, which is also run.
#include "readme_1.inc"
