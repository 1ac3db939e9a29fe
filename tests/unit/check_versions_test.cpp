// What the checker says about migrations.
#include "support/checking.hpp"

using nurture::test::checked;
using nurture::test::lines_of_findings;

namespace {

using Lines = std::vector<std::string>;

/// Findings about a line in front of what it speaks of.
Lines migrations(const std::string& line) {
  return lines_of_findings(checked(line + "\nevent signup\nmessage hello { channel email category transactional subject \"x\" }\n"
                                          "sequence trial { enroll on signup day 0 welcome: send hello day 3 last: send hello }\n"
                                          "triggers answers { on signup as s send hello }\n",
                                   false)
                               .diagnostics);
}

}  // namespace

TEST_CASE("[S10.2] a migration names a sequence, a version, and steps that are there") {
  CHECK(migrations("migrate trial from \"3f2a91\" { step a -> last timer anew step b -> exit removed }").empty());
  CHECK(migrations("migrate trail from \"3f2a91\" {}") == Lines{"NUR0201 1:9 there is no sequence `trail`"});
  CHECK(migrations("migrate answers from \"3f2a91\" {}") == Lines{"NUR0212 1:9 nobody is at a step of `answers`"});
  CHECK(migrations("migrate trial from \"v1\" {}") == Lines{"NUR0212 1:20 \"v1\" is no version of a sequence"});
  CHECK(migrations("migrate trial from \"3f2a91\" { step a -> lost }") == Lines{"NUR0201 1:41 there is no step of `trial` called `lost`"});
  CHECK(migrations("migrate trial from \"3f2a91\" { step a -> last step a -> welcome }") == Lines{"NUR0206 1:51 `a` goes two ways"});
  CHECK(migrations("migrate trial from \"3f2a91\" {} migrate trial from \"3f2a91\" {}") ==
        Lines{"NUR0206 1:51 what becomes of this version is said already"});
}
