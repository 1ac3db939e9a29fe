// docs/tutorial.md from its first block to its last, on one desk, as a reader does what it says:
//
//   nurture-add  goes to the end of studio.nurture, in the usual form
//   diff         changes that file, at the one place where the lines behind ` ` and `-` stand
//   jsonl        is saved as people.jsonl
//   console      is run, and prints what stands below each command; NURTURE_UPDATE=1 writes it there
#include "docs/documents.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"

#include <filesystem>
#include <string>
#include <string_view>

using namespace nurture;

namespace {

const std::string kPage = "docs/tutorial.md";
const std::string kFile = "studio.nurture";

/// The lines of a diff that begin with a blank or with `sign`, without these.
std::string side(std::string_view diff, char sign) {
  std::string lines;
  for (const std::string_view line : test::lines_of(diff)) {
    REQUIRE_FALSE(line.empty());
    if (line.front() == ' ' || line.front() == sign) lines.append(line.substr(1)).append(1, '\n');
  }
  return lines;
}

void add(const test::Desk& desk, const std::string& text) {
  const std::string before = desk.run("cat " + kFile).output;
  desk.save(kFile, before + (before.empty() ? "" : "\n") + text);
}

void change(const test::Desk& desk, const std::string& diff) {
  std::string text = desk.run("cat " + kFile).output;
  const std::string old = side(diff, '-');
  const std::size_t at = text.find(old);
  INFO(diff);
  REQUIRE(at != std::string::npos);
  CHECK(text.find(old, at + 1) == std::string::npos);
  desk.save(kFile, text.replace(at, old.size(), side(diff, '+')));
}

/// The commands of a block, each with what it prints now. Blanks at the ends of lines are left out, as a page has none.
std::string run(const test::Desk& desk, std::string_view block) {
  std::string shown;
  for (const std::string_view line : test::lines_of(block)) {
    if (!line.starts_with("$ ")) continue;
    shown.append(line).append(1, '\n');
    const auto ran = desk.run(std::string(line.substr(2)));
    for (const std::string_view printed : test::lines_of(ran.output)) {
      shown.append(printed.substr(0, printed.find_last_not_of(' ') + 1)).append(1, '\n');
    }
  }
  return shown;
}

}  // namespace

TEST_CASE("the tutorial can be followed from its first command to its last") {
  const test::Desk desk;
  const std::string page = test::project_file(kPage);
  std::string followed;
  std::size_t copied = 0;
  for (const test::Block& block : test::blocks_in(page, kPage)) {
    INFO(block.place());
    const std::size_t at = page.find("```" + block.fence + "\n" + block.text + "```\n", copied) + block.fence.size() + 4;
    followed += page.substr(copied, at - copied);
    copied = at + block.text.size();
    if (block.fence == "console") {
      followed += run(desk, block.text);
      continue;
    }
    followed += block.text;
    if (block.fence == "nurture-add") {
      add(desk, block.text);
    } else if (block.fence == "diff") {
      change(desk, block.text);
    } else {
      REQUIRE(block.fence == "jsonl");
      CHECK(page.substr(0, at).find("`people.jsonl`") != std::string::npos);
      desk.save("people.jsonl", block.text);
    }
  }
  CHECK_GOLDEN(std::filesystem::path(NURTURE_SOURCE_DIR) / kPage, followed + page.substr(copied));

  // What its reader has in the end is as it should be.
  CHECK(desk.run("nurture fmt --check " + kFile).exit == 0);
  CHECK(desk.run("nurture check --deny-warnings " + kFile).exit == 0);
  CHECK(desk.run("nurture test --strict " + kFile).output == "2 passed, 0 failed\n");
}
