// What comments allow: `# nurture: allow(no_goal) why`, above a statement or behind it. Entry point: Allowed. Private to src/lint.
//
// A comment holds for the statement that it stands at and all that is in it; above the edition it holds for the whole file. An
// allow that allows nothing is reported, so that none outlives what it was written for, but only for lints that see no more
// than one file: what the others find depends on which files are checked together.
#pragma once

#include "lint/report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nurture::lint {

class Allowed {
 public:
  Allowed(const model::Model& model, const source::SourceMap& sources);

  /// Takes out what is allowed, and remembers which comments that was for.
  void take_from(std::vector<Diagnostic>& findings);
  /// What is wrong with the comments, once all findings have gone through take_from(). Those of files that were not named
  /// themselves are passed over.
  [[nodiscard]] std::vector<Diagnostic> faults() const;

 private:
  struct Allow {
    Span place;  ///< What the comment says, without its mark.
    Span scope;
    std::string_view name;  ///< Of the lint.
    bool alone = false;     ///< The comment allows nothing else.
    bool used = false;
  };

  void read(const std::string& comment, Span scope, std::size_t near, bool above);
  void read_names(std::string_view names, Span place, Span scope);
  [[nodiscard]] Finding unused(const Allow& allow) const;

  const source::SourceMap& sources_;
  std::vector<Allow> allows_;
  std::vector<Finding> faults_;  ///< Of comments that cannot be read.
};

}  // namespace nurture::lint
