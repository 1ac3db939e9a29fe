// cel_conformance DIR [--expected FILE]: runs every *.textproto of a directory in the form of the conformance suite of
// the Common Expression Language and prints passed, failed and not applicable per file and section.
//
// FILE names tests that are expected to fail, one `file/section/test` a line; one that passes all the same is a failure
// too, so that the list cannot rot. Exit code: 0 as expected, 1 failures, 2 could not run.
#include "suite.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

namespace {

using cel::Outcome;
using textproto::Message;

struct Counts {
  std::size_t passed = 0, failed = 0, not_applicable = 0, expected_failures = 0;

  void add(const Counts& other) {
    passed += other.passed;
    failed += other.failed;
    not_applicable += other.not_applicable;
    expected_failures += other.expected_failures;
  }
};

struct Failure {
  std::string name, expression, expected, got;
};

struct Report {
  std::set<std::string> expected;  ///< Names of tests that may fail.
  std::vector<Failure> failures;
  std::map<std::string, std::size_t> reasons;  ///< Why tests were not applicable.
};

std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::ostream& operator<<(std::ostream& out, const Counts& counts) {
  out << counts.passed << " passed, " << counts.failed << " failed, " << counts.not_applicable << " not applicable";
  if (counts.expected_failures > 0) out << ", " << counts.expected_failures << " failed as expected";
  return out;
}

void count(const std::string& name, const Message& test, const Outcome& outcome, Counts& counts, Report& report) {
  const bool may_fail = report.expected.count(name) > 0;
  switch (outcome.kind) {
    case Outcome::Kind::not_applicable:
      ++counts.not_applicable;
      ++report.reasons[outcome.reason];
      return;
    case Outcome::Kind::passed:
      if (!may_fail) {
        ++counts.passed;
        return;
      }
      ++counts.failed;
      report.failures.push_back({name, test.text("expr"), "to fail, as the list of expected failures says", "passed"});
      return;
    case Outcome::Kind::failed:
      if (may_fail) {
        ++counts.expected_failures;
        return;
      }
      ++counts.failed;
      report.failures.push_back({name, test.text("expr"), outcome.expected, outcome.got});
      return;
  }
}

/// Sections may hold sections; one of the suite's files has them nested.
Counts run_section(const std::string& file, const Message& section, Report& report) {
  Counts counts;
  const std::string section_name = section.text("name");
  for (const textproto::Value* value : section.all("test")) {
    if (value->message.empty()) continue;
    const Message& test = value->message.front();
    count(file + "/" + section_name + "/" + test.text("name"), test, cel::run_test(test), counts, report);
  }
  std::cout << "  " << section_name << ": " << counts << "\n";
  for (const textproto::Value* value : section.all("section")) {
    if (!value->message.empty()) counts.add(run_section(file, value->message.front(), report));
  }
  return counts;
}

/// nullopt when the file cannot be read.
std::optional<Counts> run_file(const std::filesystem::path& path, Report& report) {
  const auto text = read_file(path);
  if (!text) {
    std::cerr << path.string() << ": cannot be read\n";
    return std::nullopt;
  }
  try {
    const Message file = textproto::parse(*text);
    const std::string name = path.stem().string();
    std::cout << path.filename().string() << "\n";
    Counts counts;
    for (const textproto::Value* section : file.all("section")) {
      if (!section->message.empty()) counts.add(run_section(name, section->message.front(), report));
    }
    std::cout << "  together: " << counts << "\n";
    return counts;
  } catch (const textproto::SyntaxError& error) {
    std::cerr << path.string() << ":" << error.line << ": " << error.what() << "\n";
    return std::nullopt;
  }
}

/// Lines without blanks at their ends; empty ones and those that begin with `#` do not count.
bool read_expected(const std::string& path, std::set<std::string>& names) {
  const auto text = read_file(path);
  if (!text) {
    std::cerr << path << ": cannot be read\n";
    return false;
  }
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos || line[begin] == '#') continue;
    names.insert(line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1));
  }
  return true;
}

std::vector<std::filesystem::path> files_of(const std::string& directory) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".textproto") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

int run(const std::string& directory, Report& report) {
  const auto files = files_of(directory);
  if (files.empty()) {
    std::cerr << directory << ": no *.textproto files\n";
    return 2;
  }
  Counts total;
  bool all_read = true;
  for (const auto& file : files) {
    const auto counts = run_file(file, report);
    all_read = all_read && counts.has_value();
    if (counts) total.add(*counts);
  }
  std::cout << "\ntotal: " << total << "\n";
  for (const auto& [reason, times] : report.reasons) std::cout << "  not applicable, " << reason << ": " << times << "\n";
  for (const Failure& failure : report.failures) {
    std::cout << "\nFAILED " << failure.name << "\n  expression: " << failure.expression << "\n  expected:   " << failure.expected
              << "\n  got:        " << failure.got << "\n";
  }
  if (!all_read) return 2;
  return report.failures.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  Report report;
  std::optional<std::string> directory;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "--expected" && i + 1 < args.size()) {
      if (!read_expected(args[++i], report.expected)) return 2;
    } else if (!directory && !args[i].starts_with("--")) {
      directory = args[i];
    } else {
      directory.reset();
      break;
    }
  }
  if (!directory) {
    std::cerr << "usage: cel_conformance DIRECTORY [--expected FILE]\n";
    return 2;
  }
  return run(*directory, report);
}
