// The command as its users meet it: exit codes and output, compared with files beside the inputs. NURTURE_UPDATE=1 rewrites
// them. What is run is the built command, not its functions.
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/shell.hpp"

#include <nurture/time.hpp>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace {

const std::string kFolder = NURTURE_SOURCE_DIR "/tests/golden/command/";

using nurture::test::Ran;

/// Runs the command in the folder of the golden files.
Ran run(const std::string& arguments, const std::string& redirection = "2>&1") {
  return nurture::test::run_shell("cd " + kFolder + " && " NURTURE_COMMAND " " + arguments + " " + redirection);
}

/// Only what it writes to standard error.
Ran errors_of(const std::string& arguments) { return run(arguments, "2>&1 >/dev/null"); }

/// The output without the version of the installed time-zone data.
std::string without_version(std::string output) {
  const std::string version = nurture::zone_data_version();
  const std::size_t at = output.find("time zones: " + version);
  return at == std::string::npos ? output : output.replace(at + 12, version.size(), "VERSION");
}

}  // namespace

TEST_CASE("a dry run shows the timeline, names a bad line and goes on") {
  const Ran text = run("simulate journey.nurture --inputs customers.jsonl");
  CHECK(text.exit == 1);
  CHECK_GOLDEN(kFolder + "simulate.txt", without_version(text.output));
  const Ran lines = run("simulate journey.nurture --inputs customers.jsonl --format jsonl --lead ada");
  CHECK(lines.exit == 1);
  CHECK_GOLDEN(kFolder + "simulate.jsonl", lines.output);
}

TEST_CASE("a dry run names the sequence and the enrolment where a lead has several, and calls late what began late") {
  const Ran ran = run("simulate several.nurture --inputs several.jsonl");
  CHECK(ran.exit == 0);
  CHECK_GOLDEN(kFolder + "several.txt", without_version(ran.output));
}

TEST_CASE("lines that cannot be used are findings, for people and for programs") {
  const Ran text = errors_of("simulate journey.nurture --inputs faulty.jsonl");
  CHECK(text.exit == 1);
  CHECK_GOLDEN(kFolder + "faulty.txt", text.output);
  const Ran lines = errors_of("simulate journey.nurture --inputs faulty.jsonl --format jsonl");
  CHECK(lines.exit == 1);
  CHECK_GOLDEN(kFolder + "faulty.json", lines.output);
  CHECK(errors_of("eval true --files journey.nurture --inputs faulty.jsonl --lead ada").output == text.output);
}

TEST_CASE("the version of the time-zone data is named [S4.9]") {
  CHECK(run("--version").output.find(", time zones " + nurture::zone_data_version()) != std::string::npos);
}

TEST_CASE("data out of the order of time cannot be run and says how to sort it") {
  const Ran ran = run("simulate journey.nurture --inputs unsorted.jsonl");
  CHECK(ran.exit == 2);
  CHECK_GOLDEN(kFolder + "unsorted.txt", ran.output);
}

TEST_CASE("tests in files pass, and a failing one shows a timeline and can be updated") {
  CHECK(run("test journey.nurture").exit == 0);
  const Ran failing = run("test failing.nurture");
  CHECK(failing.exit == 1);
  CHECK_GOLDEN(kFolder + "failing.txt", failing.output);
  // A copy is updated; the second run then passes.
  const std::filesystem::path copy = std::filesystem::temp_directory_path() / "nurture_update_test.nurture";
  std::ifstream in(kFolder + "failing.nurture");
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::string use = "use \"journey.nurture\"";
  REQUIRE(text.find(use) != std::string::npos);
  text.replace(text.find(use), use.size(), "use \"" + kFolder + "journey.nurture\"");
  std::ofstream(copy) << text;
  CHECK(run("test --update --filter late " + copy.string()).exit == 0);
  CHECK(run("test --filter late " + copy.string()).exit == 0);
  std::filesystem::remove(copy);
}

TEST_CASE("coverage names what no test reaches, with what would reach it") {
  const Ran ran = run("test coverage.nurture --coverage --min 73");
  CHECK(ran.exit == 0);
  CHECK_GOLDEN(kFolder + "coverage.txt", ran.output);
  const Ran too_little = run("test coverage.nurture --coverage --min 74");
  CHECK(too_little.exit == 1);
  CHECK(too_little.output == ran.output + "coverage is 73 %, `--min` asks for 74 %\n");
  CHECK(run("test coverage.nurture --min 74").exit == 2);
  // A test less, and what it alone reaches is missing.
  const Ran less = run("test coverage.nurture --coverage --filter plan");
  CHECK(less.output.find("no test reaches step `second` of `guide`") != std::string::npos);
  CHECK(less.output.find("no test reaches step `hand_over`") == std::string::npos);
}

TEST_CASE("coverage is the same in both spellings") {
  const std::filesystem::path copy = std::filesystem::temp_directory_path() / "nurture_coverage_test.nurture.yaml";
  std::ofstream(copy) << run("convert coverage.nurture --to yaml").output;
  const auto without_places = [](const std::string& report) {  // They stand in another order.
    std::istringstream in(std::regex_replace(report, std::regex("[^ \n]*:[0-9]+:"), ""));
    std::multiset<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.insert(line);
    return lines;
  };
  const Ran yaml = run("test --coverage " + copy.string());
  CHECK(yaml.exit == 0);
  CHECK(without_places(yaml.output) == without_places(run("test coverage.nurture --coverage").output));
  std::filesystem::remove(copy);
}

TEST_CASE("a test is recorded from customer data, and passes") {
  const Ran recorded = run("test journey.nurture --record record.jsonl --lead ada", "2>/dev/null");
  CHECK(recorded.exit == 0);
  CHECK_GOLDEN(kFolder + "record.txt", recorded.output);
  CHECK_GOLDEN(kFolder + "record_errors.txt", errors_of("test journey.nurture --record record.jsonl --lead ada").output);
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "nurture_record_test";
  std::filesystem::create_directory(folder);
  std::filesystem::copy_file(kFolder + "journey.nurture", folder / "journey.nurture", std::filesystem::copy_options::overwrite_existing);
  std::ofstream(folder / "a.nurture") << "nurture 1\nuse \"journey.nurture\"\n" << recorded.output;
  const Ran passed = run("test --filter 'as it was' " + (folder / "a.nurture").string());
  CHECK(passed.output == "1 passed, 0 failed\n");
  std::filesystem::remove_all(folder);
}

TEST_CASE("what is to be recorded must be clear") {
  CHECK(run("test journey.nurture --record record.jsonl").output.find("about 2 leads") != std::string::npos);
  CHECK(run("test journey.nurture --record record.jsonl --lead eve").exit == 2);
  CHECK(run("test coverage.nurture --record record.jsonl --lead ada").output.find("with `--for`") != std::string::npos);
  CHECK(run("test journey.nurture --record record.jsonl --lead ada --for ebok").output.find("did you mean `ebook`") != std::string::npos);
}

TEST_CASE("an update goes on until every line says what happens") {
  const std::filesystem::path copy = std::filesystem::temp_directory_path() / "nurture_update_all_test.nurture";
  std::ofstream(copy) << "nurture 1\nuse \"" << kFolder << "journey.nurture\"\ntest \"all of it\" for ebook {\n"
                      << "  given lead { \"tz\": \"Europe/Lisbon\", \"email\": \"a@example.com\" }\n  given consent marketing\n"
                      << "  given split offer = talk\n  at 2026-03-02T08:30 event ebook.downloaded\n  expect nothing more\n}\n";
  const Ran updated = run("test --update --filter 'all of it' " + copy.string());
  CHECK(updated.exit == 0);
  CHECK(updated.output.ends_with("after the update: 1 passed, 0 failed\n"));
  CHECK(run("test --filter 'all of it' " + copy.string()).exit == 0);
  std::ifstream in(copy);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  CHECK(text.find("  at day 4 09:00 expect notified sales\n  at day 7 09:00 expect send talk\n  expect nothing more\n") !=
        std::string::npos);
  std::filesystem::remove(copy);
}

TEST_CASE("what a line deploys is found beside the data, and a missing file is one line") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "nurture_deploy_test";
  std::filesystem::create_directories(folder / "next");
  std::filesystem::copy_file(kFolder + "journey.nurture", folder / "next" / "journey.nurture",
                             std::filesystem::copy_options::overwrite_existing);
  const std::string begin = "{\"type\":\"deploy\",\"files\":[\"";
  const std::string end = "\"],\"timestamp\":\"2026-03-02T08:00:00Z\"}\n";
  std::ofstream(folder / "good.jsonl") << begin << "next/journey.nurture" << end;
  std::ofstream(folder / "bad.jsonl") << begin << "journey.nurture" << end;
  CHECK(run("simulate journey.nurture --inputs " + (folder / "good.jsonl").string()).exit == 0);
  const Ran bad = run("simulate journey.nurture --inputs " + (folder / "bad.jsonl").string());
  CHECK(bad.exit == 1);
  CHECK(bad.output.find("U+000A") == std::string::npos);
  CHECK(bad.output.find("what is to be deployed has errors: ") != std::string::npos);
  CHECK(bad.output.find("journey.nurture` cannot be read") != std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST_CASE("quotes in what is said stay readable in a timeline") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "nurture_quotes_test";
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "q.nurture") << "nurture 1\nevent go\n"
                                      << R"(message m { channel email category transactional subject "Say \"hello\"" })"
                                      << "\n"
                                      << R"(sequence s { enroll on go day 0: { send m notify sales "It is \"urgent\"" } })"
                                      << "\n";
  std::ofstream(folder / "q.jsonl") << R"({"type":"track","userId":"ada","event":"go","timestamp":"2026-03-02T08:00:00Z"})"
                                    << "\n";
  const Ran ran = run("simulate " + (folder / "q.nurture").string() + " --inputs " + (folder / "q.jsonl").string());
  CHECK(ran.output.find(R"(send m by email  "Say \"hello\"")") != std::string::npos);
  CHECK(ran.output.find(R"(notify sales "It is \"urgent\"")") != std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a failing test in YAML is updated too, with its comments") {
  const std::filesystem::path copy = std::filesystem::temp_directory_path() / "nurture_update_test.nurture.yaml";
  const std::string head = "use: [" + kFolder + "journey.nurture]\n";
  const std::string before = R"(
tests:
  - name: later than expected
    for: ebook
    given:
      lead: {tz: Europe/Lisbon, email: a@example.com}
      consent: [marketing]
    timeline:
      - {at: "2026-03-02T21:30", event: ebook.downloaded}
      # at night
      - day: 0  # of entry
        time: "21:30"
        expect: send delivery
)";
  std::ofstream(copy) << head << before;
  const Ran failing = run("test --filter later " + copy.string());
  CHECK(failing.exit == 1);
  CHECK(failing.output.find("accept with: nurture test --update") != std::string::npos);
  CHECK(run("test --update --filter later " + copy.string()).exit == 0);
  std::ifstream in(copy);
  const std::string after{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::string kept = before.substr(0, before.find("      - day: 0"));
  CHECK(after == head + kept + "      - {day: 0, time: \"21:30\", expect: held delivery until day 1 08:00}  # of entry\n");
  CHECK(run("test --filter later " + copy.string()).exit == 0);
  std::filesystem::remove(copy);
}

TEST_CASE("a fault in an expression of eval is shown in the expression") {
  const Ran ran = run("eval 'lead.emial is known' --files journey.nurture --inputs customers.jsonl --lead ada");
  CHECK(ran.exit == 1);
  CHECK(ran.output.find("expression:1:6") != std::string::npos);
  CHECK(ran.output.find("nurture_eval") == std::string::npos);
  CHECK(run("eval 'lead.email is' --files journey.nurture --inputs customers.jsonl --lead ada").exit == 2);
}

TEST_CASE("a command that lacks something says what, and where to read on") {
  CHECK(run("check").output == "nurture check: name a file or a folder\n`nurture check --help` tells more\n");
  CHECK(run("simulate journey.nurture").output == "nurture simulate: --inputs is required\n`nurture simulate --help` tells more\n");
  CHECK(run("").output == "nurture: say what to do, for example `nurture check FILE`\n`nurture --help` tells more\n");
  CHECK(run("chek journey.nurture").output == "nurture: there is no `chek`; did you mean `check`?\n`nurture --help` tells more\n");
  CHECK(run("check").exit == 2);
}

TEST_CASE("graphs in both notations") {
  CHECK_GOLDEN(kFolder + "graph.mermaid", run("graph journey.nurture").output);
  CHECK_GOLDEN(kFolder + "graph.dot", run("graph journey.nurture --format dot").output);
}

TEST_CASE("check, fmt, convert, eval and explain answer with their exit codes") {
  CHECK(run("check journey.nurture").exit == 0);
  CHECK(run("check broken.nurture").exit == 1);
  CHECK(run("check nowhere.nurture").exit == 2);
  CHECK(run("check broken.nurture --format json").exit == 1);
  CHECK(run("check broken.nurture --format sarif").exit == 1);
  CHECK(run("fmt --check journey.nurture").exit == 0);
  CHECK(run("fmt broken.nurture").exit == 2);
  CHECK(run("convert journey.nurture --to yaml").exit == 0);
  CHECK(run("eval '1 + 2 * 3'").output == "7  : int\n");
  CHECK(run("eval '1 / 0'").exit == 1);
  CHECK(run("eval --cel '[1, 2].exists(e, e > 1)'").output == "true  : bool\n");
  CHECK(run("eval 'count(ebook.downloaded) >= 1' --files journey.nurture --inputs customers.jsonl --lead ada", "2>/dev/null").output ==
        "true  : bool\n");
  CHECK(run("explain NUR0203").exit == 0);
  CHECK(run("explain NUR9999").exit == 2);
  CHECK(run("frobnicate").exit == 2);
  CHECK(run("--help").exit == 0);
}

TEST_CASE("a new project is sound in both spellings, and nothing that is there is written over") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "nurture_init_test";
  for (const char* spelling : {"", " --yaml"}) {
    INFO(spelling);
    std::filesystem::remove_all(folder);
    CHECK(run("init " + folder.string() + spelling).exit == 0);
    CHECK(run("check --deny-warnings " + folder.string()).exit == 0);
    CHECK(run("test --strict " + folder.string()).exit == 0);
    CHECK(run("fmt --check " + folder.string()).exit == 0);
    CHECK(run("simulate " + folder.string() + " --inputs " + (folder / "inputs/people.jsonl").string()).exit == 0);
    const Ran again = run("init " + folder.string() + spelling);
    CHECK(again.exit == 2);
    CHECK(again.output.find("is there already; nothing was written") != std::string::npos);
  }
  std::filesystem::remove_all(folder);
  CHECK(run("init journey.nurture").exit == 2);
}

TEST_CASE("a folder with a blank is named as the shell reads it back") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "nurture init test";
  std::filesystem::remove_all(folder);
  const Ran ran = run("init '" + folder.string() + "'");
  CHECK(ran.output.find("  nurture test '" + folder.string() + "'\n") != std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST_CASE("what is written through a link is written where the link leads") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "nurture_link_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "real.nurture") << "nurture 1\nevent   signup\n";
  std::filesystem::create_symlink("real.nurture", folder / "link.nurture");
  CHECK(run("fmt " + (folder / "link.nurture").string()).exit == 0);
  CHECK(std::filesystem::is_symlink(folder / "link.nurture"));
  CHECK(nurture::test::read_file(folder / "real.nurture") == "nurture 1\n\nevent signup\n");
  std::filesystem::remove_all(folder);
}

TEST_CASE("what makes no sense together is refused, and so is a number of stories without end") {
  for (const char* options : {"--fuzz 5 --junit j.xml", "--fuzz 5 --update", "--fuzz 5 --strict", "--coverage --update", "--fuzz 0",
                              "--fuzz 99999999999999999999", "--min 90"}) {
    INFO(options);
    CHECK(run(std::string("test journey.nurture ") + options).exit == 2);
  }
  CHECK(run("check --allow no_goal,dead_exit journey.nurture").exit == run("check journey.nurture").exit);
}

TEST_CASE("shells complete verbs, options, the values of options, and files") {
  const auto completed = [](const std::string& words, int cursor) {
    return nurture::test::run_shell("cd " + kFolder + " && bash -c 'source <(" NURTURE_COMMAND " completion bash); COMP_WORDS=(" + words +
                                    "); COMP_CWORD=" + std::to_string(cursor) + "; _nurture; echo \"${COMPREPLY[@]}\"'")
        .output;
  };
  CHECK(completed("nurture sim", 1) == "simulate\n");
  CHECK(completed("nurture simulate --fo", 2) == "--format\n");
  CHECK(completed("nurture dry-run --format j", 3) == "jsonl\n");
  CHECK(completed("nurture completion z", 2) == "zsh\n");
  CHECK(completed("nurture check journ", 2) == "journey.nurture\n");
  CHECK(run("completion zsh").output.starts_with("autoload -U +X bashcompinit && bashcompinit\n_nurture() {"));
  const std::string fish = run("completion fish").output;
  CHECK(fish.find("complete -c nurture -n \"__fish_seen_subcommand_from convert\" -l to -x -a \"yaml nurture\"") != std::string::npos);
  CHECK(fish.find("-l strict -d \"Every send must be expected\"") != std::string::npos);
  CHECK(run("completion tcsh").exit == 2);
}

TEST_CASE("the manual page is what the command says of itself, and troff has nothing against it") {
  CHECK_GOLDEN(NURTURE_SOURCE_DIR "/docs/nurture.1", run("man").output);
  const Ran groff = nurture::test::run_shell("command -v groff >/dev/null || exit 0; groff -man -Tutf8 -ww -z " NURTURE_SOURCE_DIR
                                             "/docs/nurture.1 2>&1");
  CHECK(groff.exit == 0);
  CHECK(groff.output.empty());
}
