// The engine against the reference: random programs with random inputs, and the minimal cases of every difference that was
// ever found, which stand in tests/model/cases and are replayed for ever.
//
// NURTURE_CASES is how many random cases there are (scripts/test --long has 20,000), NURTURE_FIRST_CASE with which seed they
// begin, NURTURE_FAILURES after how many failures to give up. A failure prints the smallest case found, or with NURTURE_NO_SHRINK
// that which failed; it is written to the folder that NURTURE_KEEP_CASES names.
#include "model/case.hpp"
#include "support/catch.hpp"

#include <cstdlib>
#include <iostream>
#include <string>

using namespace reference;

namespace {

/// Sanitizers take six times as long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kCases = 300;
#else
constexpr std::uint64_t kCases = 2'000;
#endif

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoull(text);
}

void report(std::uint64_t seed, const Case& c) {
  const Case small = std::getenv("NURTURE_NO_SHRINK") != nullptr ? c : shrink(c);
  const std::string second = small.deploys() ? "deployed:\n" + small.second() : "";
  FAIL_CHECK("seed " << seed << '\n' << small.program() << second << '\n' << inputs_text(small) << '\n' << judge(small).difference);
  if (const char* folder = std::getenv("NURTURE_KEEP_CASES")) {
    write_case(small, std::filesystem::path(folder) / ("seed_" + std::to_string(seed) + ".nurture"));
  }
}

void run_cases(std::uint64_t part, std::uint64_t parts) {
  const std::uint64_t cases = number_of("NURTURE_CASES", kCases);
  const std::uint64_t first = number_of("NURTURE_FIRST_CASE", 1);
  std::uint64_t compiled = 0;
  std::string refused;  // Programs that are none.
  std::uint64_t run = 0;
  std::uint64_t rows = 0;
  const std::uint64_t failures_max = number_of("NURTURE_FAILURES", 3);
  std::uint64_t failures = 0;
  for (std::uint64_t seed = first + part; seed < first + cases && failures < failures_max; seed += parts) {
    const Case c = random_case(seed);
    const Verdict verdict = judge(c);
    ++run;
    compiled += verdict.compiles ? 1 : 0;
    if (!verdict.compiles) refused += "seed " + std::to_string(seed) + '\n' + verdict.diagnostics + '\n';
    rows += verdict.rows;
    if (!verdict.compiles || verdict.agrees()) continue;
    ++failures;
    report(seed, c);
  }
  // Programs are worth something when they compile, and inputs when something comes of them.
  INFO(refused);
  CHECK(compiled * 1000 >= run * 995);
  CHECK(rows >= 10 * run);
}

}  // namespace

TEST_CASE("[S1.3] random programs do what the reference says, part 1 of 2") { run_cases(0, 2); }
TEST_CASE("[S1.3] random programs do what the reference says, part 2 of 2") { run_cases(1, 2); }

TEST_CASE("[S1.3] the cases that once showed a difference show none") {
  for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(NURTURE_SOURCE_DIR) / "tests/model/cases")) {
    if (file.path().extension() != ".nurture") continue;
    const Verdict verdict = judge(read_case(file.path()));
    INFO(file.path().filename() << '\n' << verdict.diagnostics << verdict.difference);
    CHECK(verdict.agrees());
  }
}
