// The files that `nurture init` writes: those of examples/starter, put into the command when it is built.
#pragma once

#include <string_view>
#include <vector>

namespace nurture::cli {

struct StarterFile {
  std::string_view path;  ///< In the folder of the project.
  std::string_view text;
};

[[nodiscard]] const std::vector<StarterFile>& starter_files();

}  // namespace nurture::cli
