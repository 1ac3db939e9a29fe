// Rules on what code does: the core is a function of its inputs, the library is silent, functions and files stay short.
#include "tidy/cpp_text.hpp"
#include "tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace tidy {
namespace {

constexpr std::size_t kFunctionLines = 70;
constexpr std::size_t kFileLines = 600;

/// Files that are longer for a reason.
struct LongFile {
  std::string_view path;
  std::string_view reason;
};
constexpr std::array<LongFile, 4> kLongFiles{{
    {"src/syntax/ast.hpp", "one struct per construct, without logic"},
    {"src/runtime/engine.cpp", "every call of the host's interface, a few lines each"},
    {"src/syntax/yaml_schema_sequences.hpp", "one list: the keys of all that sequences and their kin hold"},
    {"src/engine/core.hpp", "one class, whose functions stand in a dozen files"},
}};

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Offsets at which `word` stands alone. A word that ends in `_` or `(` may go on.
std::vector<std::size_t> find_word(std::string_view code, std::string_view word) {
  std::vector<std::size_t> found;
  for (std::size_t at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
    const bool begins = at == 0 || !is_name(code[at - 1]);
    const std::size_t end = at + word.size();
    const bool ends = !is_name(word.back()) || word.back() == '_' || end == code.size() || !is_name(code[end]);
    if (begins && ends) found.push_back(at);
  }
  return found;
}

template <std::size_t N>
void report_words(const File& file, const std::array<std::string_view, N>& words, const std::string& why, Findings& findings) {
  const std::string code = scrub(file.text, Keep::code);
  for (std::string_view word : words) {
    for (std::size_t at : find_word(code, word)) {
      findings.push_back({file.path, line_at(code, at), std::string(word) + ": " + why});
    }
  }
}

/// Clocks, chance, the environment, the disk, other threads.
constexpr std::array<std::string_view, 21> kUncertain{
    "system_clock", "steady_clock", "high_resolution_clock", "std::time",    "clock_gettime", "random_device", "mt19937", "std::rand",
    "<random>",     "std::hash",    "std::getenv",           "<iostream>",   "<fstream>",     "fopen",         "printf",  "fprintf",
    "std::thread",  "std::mutex",   "std::atomic",           "thread_local", "std::locale"};
/// Containers whose order depends on the library's hash.
constexpr std::array<std::string_view, 1> kUnordered{"unordered_"};

constexpr std::array<std::string_view, 17> kLoud{"std::cout",  "std::cerr",    "std::clog",      "printf",     "fprintf",    "std::puts",
                                                 "std::fputs", "std::putchar", "perror",         "fmt::print", "std::abort", "std::exit",
                                                 "std::_Exit", "quick_exit",   "std::terminate", "<iostream>", "syslog"};

}  // namespace

Findings core_is_deterministic(const Project& project) {
  Findings findings;
  for (const File& file : project) {
    const bool engine = file.below("src/engine/");
    if (!file.is_cpp() || !(engine || file.below("src/eval/"))) continue;
    report_words(file, kUncertain, "the core is a function of its inputs; the shell in src/runtime may do this", findings);
    if (engine) report_words(file, kUnordered, "iterating over it would decide in another order elsewhere", findings);
  }
  return findings;
}

Findings library_is_silent(const Project& project) {
  Findings findings;
  for (const File& file : project) {
    if (!file.is_cpp() || file.below("src/cli/") || !(file.below("src/") || file.below("include/"))) continue;
    report_words(file, kLoud, "the library never prints and never ends the host's program", findings);
  }
  return findings;
}

Findings functions_fit_on_a_screen(const Project& project) {
  Findings findings;
  for (const File& file : project) {
    if (!file.is_cpp() || file.below("tests/")) continue;
    for (const Function& function : functions(file.text)) {
      if (function.lines > kFunctionLines) {
        findings.push_back(
            {file.path, function.line,
             "a function of " + std::to_string(function.lines) + " lines; at most " + std::to_string(kFunctionLines) + " fit on a screen"});
      }
    }
  }
  return findings;
}

Findings files_are_short(const Project& project) {
  Findings findings;
  for (const File& file : project) {
    if (!file.is_cpp() || file.below("tests/")) continue;
    const std::size_t lines = lines_of(file.text).size();
    const bool listed = std::any_of(kLongFiles.begin(), kLongFiles.end(), [&](const LongFile& entry) { return entry.path == file.path; });
    if (lines > kFileLines && !listed) {
      findings.push_back({file.path, 0, std::to_string(lines) + " lines; split it, or give the reason in tests/tidy/rules_code.cpp"});
    }
    if (lines <= kFileLines && listed)
      findings.push_back({file.path, 0, "is short now; take it off the list in tests/tidy/rules_code.cpp"});
  }
  return findings;
}

}  // namespace tidy
