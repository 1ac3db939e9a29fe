// What could not be read leaves gaps: names that may be declared there after all, declarations that may be complete after
// all. Entry point: Gaps::explain(). Private to src/check.
#pragma once

#include "check/model.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::check {

class Gaps {
 public:
  Gaps(const model::Model& model, const Diagnostics& diagnostics);

  /// Whether a finding says that something is missing which may stand where the text could not be read. One mistake,
  /// one message: the fault of the text was reported.
  [[nodiscard]] bool explain(const Diagnostic& finding) const;

 private:
  void read_names(std::string_view text);
  [[nodiscard]] bool may_declare(Span name) const;

  const Diagnostics& diagnostics_;
  std::vector<Span> unread_;
  bool files_missing_ = false;                ///< Then any name may be declared.
  std::set<std::string, std::less<>> names_;  ///< Whatever looks like a name in the text that was passed over.
  std::vector<Span> declarations_;            ///< Those that have a gap.
};

}  // namespace nurture::check
