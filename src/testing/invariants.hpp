// What must hold of every run, whatever happens. Entry point: first_breach().
//
// All is judged from the declarations, from what the lead was given and fed, and from the rows of the log: nothing that the engine asks
// before a send is asked here, so that a fault of its gates shows.
#pragma once

#include "check/model.hpp"
#include "testing/recorder.hpp"

#include <nurture/engine.hpp>

#include <optional>
#include <string>
#include <vector>

namespace nurture::testing {

struct Breach {
  std::string rule;     ///< "a message was sent without consent"
  std::string words;    ///< Of which row, and what it breaks.
  Instant at;           ///< When.
  std::string message;  ///< That should not have been sent; empty when it is about no message.
};

/// The first breach in `rows`, which a lead left that was given and fed what `story` says, in instants with an offset. `end` is the
/// lead at `now`, when the story was over. Judged are: consent, quiet hours, sends behind an exit, caps, and runs that neither end nor
/// wait. Left out is what needs the values of conditions (caps with `when`), and the nights in which clocks change.
[[nodiscard]] std::optional<Breach> first_breach(const model::Model& model, const ast::Test& story, const std::vector<Row>& rows,
                                                 const LeadReport& end, Instant now);

}  // namespace nurture::testing
