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

TEST_CASE("[S10.2] the runs of a family are migrated in each of its sequences") {
  const std::string family = "event signup\nsequence f(n: int) { enroll on signup day 0 first: {} }\n";
  const auto finding = [&](const std::string& text) {
    const auto found = checked(family + text, false).diagnostics;
    return found.empty() ? std::string() : found.items().front().message + "; " + found.items().front().help;
  };
  CHECK(finding("use f(n: 1) as one\nmigrate one from \"3f2a91\" { step old -> first }\n").empty());
  CHECK(finding("use f(n: 1) as one\nuse f(n: 2) as two\nmigrate f from \"3f2a91\" {}\n") ==
        "`f` is a family, and nobody is enrolled in it; say what becomes of those in one of its sequences: `migrate one from \"3f2a91\"`");
}

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
