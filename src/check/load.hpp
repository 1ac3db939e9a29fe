// Reads definition files, everything they `use`, and the bodies of messages that stand in files of their own. Entry
// points: load(), read_from_disk().
//
// Paths are texts with `/`; a path in a `use` counts from the folder of the file that says it. Each file is read once,
// however often it is used; in a circle no file can be understood before another, so that is refused. Expanding
// directories is the caller's matter.
#pragma once

#include "syntax/ast.hpp"

#include <nurture/diagnostics.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nurture::check {

/// The bytes of a file, or nothing when it cannot be read. May be called once for each path; must not throw.
using FileReader = std::function<std::optional<std::string>(const std::string& path)>;

/// The trees in the order in which the files were met: each of `paths`, then what they use. A file that cannot be read
/// is NUR0001, or NUR0005 at the `use` that names it, or NUR0511 at the `body` that does; circles are NUR0009, what lies
/// behind more than limits::kUseDepth uses is NUR0010. The others are read all the same.
[[nodiscard]] std::vector<std::shared_ptr<const ast::File>> load(const std::vector<std::string>& paths, const FileReader& reader,
                                                                 Diagnostics& diagnostics);

/// Reads from the file system; files above limits::kFileBytes are cut one byte behind it, so that the parser says so.
[[nodiscard]] std::optional<std::string> read_from_disk(const std::string& path);

/// `path` as seen from the folder of `from`, without `.` and `..` where they can be resolved.
[[nodiscard]] std::string resolve_path(const std::string& from, const std::string& path);

}  // namespace nurture::check
