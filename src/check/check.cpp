// STAGE 2, its entry point: check(). First every declaration goes into the model under its name, so that order and
// file do not matter; then each kind of declaration is looked at by a pass of its own (passes.hpp).
#include "check/passes.hpp"

#include <utility>

namespace nurture::check {

model::Model check(std::vector<std::shared_ptr<const ast::File>> files, Diagnostics& diagnostics, const Options& options) {
  model::Model filled;
  filled.files = std::move(files);
  Context context(filled, diagnostics, options);

  declare_project(context);
  declare_vocabulary(context);
  declare_messages(context);
  declare_sequences(context);
  declare_scores(context);
  declare_lifecycles(context);
  declare_tests(context);

  check_definitions(context);
  check_vocabulary(context);
  check_channels(context);
  check_segments(context);
  check_messages(context);
  check_pools(context);
  check_policies(context);
  check_project(context);
  check_sequences(context);
  check_migrations(context);
  check_scores(context);
  check_lifecycles(context);
  check_tests(context);
  put_constants(context);
  return filled;
}

}  // namespace nurture::check
