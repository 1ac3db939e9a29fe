// The `nurture` command; everything is in run_command().
#include "cli/cli.hpp"

int main(int argc, char** argv) { return nurture::cli::run_command(argc, argv); }
