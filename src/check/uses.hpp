// What files use: which uses which, and that none does so in a circle. Private to src/check. Entry point:
// report_use_cycles().
#pragma once

#include "syntax/ast.hpp"

#include <nurture/diagnostics.hpp>

#include <memory>
#include <string>
#include <vector>

namespace nurture::check {

struct LoadedFile {
  std::string path;
  std::shared_ptr<const ast::File> file;
};

/// NUR0009 at each `use` that closes a circle, with the others of the circle as labels.
void report_use_cycles(const std::vector<LoadedFile>& files, Diagnostics& diagnostics);

}  // namespace nurture::check
