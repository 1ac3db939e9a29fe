// `nurture why` and `nurture replay`, as their users meet them: output compared with files beside the inputs of the command.
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/shell.hpp"

#include <nurture/time.hpp>

#include <filesystem>
#include <string>

namespace {

const std::string kFolder = NURTURE_SOURCE_DIR "/tests/golden/command/";

using nurture::test::Ran;

Ran run(const std::string& arguments, const std::string& redirection = "2>/dev/null") {
  return nurture::test::run_shell("cd " + kFolder + " && " NURTURE_COMMAND " " + arguments + " " + redirection);
}

std::string without_version(std::string output) {
  const std::string version = nurture::zone_data_version();
  const std::size_t at = output.find("time zones: " + version);
  return at == std::string::npos ? output : output.replace(at + 12, version.size(), "VERSION");
}

const std::string kAda = " --inputs customers.jsonl --lead ada";

}  // namespace

TEST_CASE("[S12.2] why shows the holds of a message that was sent, and only what came before") {
  const Ran text = run("why journey.nurture --message delivery" + kAda);
  CHECK(text.exit == 1);  // Two lines of the data cannot be used.
  CHECK_GOLDEN(kFolder + "why_sent.txt", without_version(text.output));
  CHECK(text.output.find("chapter") == std::string::npos);
  CHECK_GOLDEN(kFolder + "why_sent.jsonl", run("why journey.nurture --message delivery --format jsonl" + kAda).output);
}

TEST_CASE("[S12.2] why says that no run came to a message, where the run stands, and by which rule one was dropped") {
  CHECK_GOLDEN(kFolder + "why_not_reached.txt", without_version(run("why journey.nurture --message talk" + kAda).output));
  CHECK_GOLDEN(kFolder + "why_standing.txt",
               without_version(run("why journey.nurture --message talk --until 2026-03-05T00:00:00Z" + kAda).output));
  CHECK_GOLDEN(kFolder + "why_dropped.txt",
               without_version(run("why journey.nurture --message chapter --inputs customers.jsonl --lead bob").output));
}

TEST_CASE("[S12.2] why shows what a condition asked for, and the run that led to another") {
  const std::string ada = " --inputs plan.jsonl --lead ada";
  CHECK_GOLDEN(kFolder + "why_values.txt", without_version(run("why plan.nurture --message hint" + ada).output));
  CHECK_GOLDEN(kFolder + "why_moved.txt", without_version(run("why plan.nurture --message news" + ada).output));
  CHECK(run("why plan.nurture --message hint --format jsonl" + ada).output.find("\"values\":{\"lead.plan\":\"free\"}") !=
        std::string::npos);
}

TEST_CASE("[S12.2] why tells the same from a decision log") {
  const std::filesystem::path log = std::filesystem::temp_directory_path() / "nurture_why_test.jsonl";
  REQUIRE(run("simulate journey.nurture --inputs customers.jsonl --format jsonl", "2>/dev/null >" + log.string()).exit == 1);
  const std::string arguments = "why --log " + log.string() + " --lead ada";
  const Ran lines = run(arguments + " --message delivery --format jsonl");
  CHECK(lines.exit == 0);
  CHECK(lines.output == run("why journey.nurture --message delivery --format jsonl" + kAda).output);
  CHECK(run(arguments + " --message talk", "2>&1").output.find("name the definition files, too") != std::string::npos);
  const Ran talk = run("why journey.nurture --log " + log.string() + " --lead ada --message talk");
  CHECK(talk.output.find("ebook#1: it never came to talk (step talk); it ended with completed") != std::string::npos);
  std::filesystem::remove(log);
}

TEST_CASE("[S12.2] why names what is nearest to a lead or a message that is not there") {
  const Ran lead = run("why journey.nurture --inputs customers.jsonl --lead adaa", "2>&1");
  CHECK(lead.exit == 2);
  CHECK(lead.output.find("has no lead `adaa`; did you mean `ada`?") != std::string::npos);
  const Ran message = run("why journey.nurture --message delivary" + kAda, "2>&1");
  CHECK(message.exit == 2);
  CHECK(message.output.find("there is no message `delivary`; did you mean `delivery`?") != std::string::npos);
  CHECK(run("why --lead ada").exit == 2);
  CHECK(run("why journey.nurture --log nowhere.jsonl --lead ada").exit == 2);
}

TEST_CASE("[S12.3] replay names each lead whose path or messages differ") {
  const Ran text = run("replay journey.nurture later.nurture --inputs customers.jsonl");
  CHECK(text.exit == 1);
  CHECK_GOLDEN(kFolder + "replay.txt", without_version(text.output));
  CHECK_GOLDEN(kFolder + "replay.jsonl", run("replay journey.nurture later.nurture --inputs customers.jsonl --format jsonl").output);
}

TEST_CASE("[S12.3] replay of a version with itself finds nothing") {
  const Ran same = run("replay several.nurture several.nurture --inputs several.jsonl");
  CHECK(same.exit == 0);
  CHECK(without_version(same.output) == "no lead differs (time zones: VERSION)\n");
  CHECK(run("replay several.nurture broken.nurture --inputs several.jsonl").exit == 2);
}
