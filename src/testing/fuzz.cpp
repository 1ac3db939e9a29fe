// See fuzz.hpp.
#include "testing/fuzz.hpp"

#include "syntax/parse.hpp"
#include "testing/invariants.hpp"
#include "testing/script.hpp"
#include "testing/story.hpp"

#include <algorithm>
#include <functional>
#include <optional>

namespace nurture::testing {
namespace {

/// Longer than what most plans have behind their last event.
constexpr std::int64_t kRunOnMs = std::int64_t{100} * 86'400'000;

/// The seed of one story, so that it does not depend on how many were told before.
std::uint64_t seed_of(std::uint64_t seed, std::string_view sequence, std::uint64_t story) {
  std::uint64_t hash = 0xcbf29ce484222325 ^ seed;  // FNV-1a
  for (const char c : sequence) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return (hash ^ story) * 0x100000001b3;
}

class Fuzzer {
 public:
  Fuzzer(const model::Model& model, const Program& program, model::Id sequence)
      : model_(model), program_(program), sequence_(sequence), teller_(model, model.sequences[sequence]) {}

  [[nodiscard]] Story tell(std::uint64_t seed) const {
    Dice dice(seed);
    return teller_.tell(dice);
  }

  /// What breaks when this story is told.
  [[nodiscard]] std::optional<Breach> breach_of(const Story& story) {
    Diagnostics unused;
    const ast::File file = syntax::parse_text(unused.sources().add("story.nurture", print_story(story, "story")), unused);
    const model::Test test{&file.tests.at(0), sequence_, model::kNone};
    RunOptions options;
    options.run_on_ms = kRunOnMs;
    const TestResult once = Script(model_, program_, test, model::kNone, options).run();
    if (!once.end) return std::nullopt;  // The lead was refused.
    sends_ += static_cast<std::uint64_t>(
        std::count_if(once.rows.begin(), once.rows.end(), [](const Row& row) { return row.kind == DecisionKind::sent; }));
    if (auto breach = first_breach(model_, *test.node, once.rows, *once.end, once.end_at)) return breach;
    options.copy_every = 1 + story.lines.size() / 2;  // Once on the way: a copy costs as much as a story.
    const TestResult again = Script(model_, program_, test, model::kNone, options).run();
    return difference(once.rows, again.rows);
  }

  /// As long as the same rule breaks, whatever can be left out is.
  [[nodiscard]] Story smallest(Story story, const std::string& rule) {
    const auto still_breaks = [&](const Story& smaller) {
      const auto breach = breach_of(smaller);
      return breach && breach->rule == rule;
    };
    for (bool smaller = true; smaller;) {
      smaller = false;
      for (const auto& leave_out : cuts(story)) {
        Story candidate = leave_out(story);
        if (!still_breaks(candidate)) continue;
        story = std::move(candidate);
        smaller = true;
        break;
      }
    }
    return story;
  }

  /// The story as a test: each message that may be sent is expected, and then none.
  [[nodiscard]] std::string as_test(const Story& story, const Breach& breach) {
    std::vector<StoryLine> expectations;
    if (!breach.message.empty()) {
      Diagnostics unused;
      const ast::File file = syntax::parse_text(unused.sources().add("story.nurture", print_story(story, "story")), unused);
      RunOptions options;
      options.run_on_ms = kRunOnMs;
      const TestResult run = Script(model_, program_, {&file.tests.at(0), sequence_, model::kNone}, model::kNone, options).run();
      Judged judged{breach};
      for (const Row& row : run.rows) {
        if (row.kind != DecisionKind::sent) continue;
        if (judged.is_it(row)) break;
        expectations.push_back({row.at, "expect send " + row.message + " by " + row.channel, {}});
      }
      expectations.push_back({breach.at, "expect no send", {}});
    }
    return print_story(story, breach.rule, expectations);
  }

  [[nodiscard]] std::uint64_t sends() const { return sends_; }

 private:
  using Cut = std::function<Story(const Story&)>;

  struct Judged {
    const Breach& breach;
    [[nodiscard]] bool is_it(const Row& row) const { return breach.words.starts_with(when(row) + "  " + words(row)); }
  };

  static std::vector<Cut> cuts(const Story& story) {
    std::vector<Cut> all;
    const auto without = [](auto items, std::size_t index) {
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(index));
      return items;
    };
    for (std::size_t i = story.lines.size(); i-- > 0;)
      all.emplace_back([i, without](Story s) {
        s.lines = without(s.lines, i);
        return s;
      });
    for (std::size_t i = story.givens.size(); i-- > 0;)
      all.emplace_back([i, without](Story s) {
        s.givens = without(s.givens, i);
        return s;
      });
    for (std::size_t i = story.lead.size(); i-- > 0;)
      all.emplace_back([i, without](Story s) {
        s.lead = without(s.lead, i);
        return s;
      });
    for (std::size_t line = 0; line < story.lines.size(); ++line) {
      for (std::size_t i = story.lines[line].values.size(); i-- > 0;)
        all.emplace_back([line, i, without](Story s) {
          s.lines[line].values = without(s.lines[line].values, i);
          return s;
        });
    }
    return all;
  }

  static std::optional<Breach> difference(const std::vector<Row>& once, const std::vector<Row>& again) {
    const auto same = [](const Row& a, const Row& b) {
      return a.at == b.at && a.kind == b.kind && a.lead == b.lead && a.enrolment == b.enrolment && a.sequence == b.sequence &&
             when(a) == when(b) && words(a) == words(b);
    };
    const auto [one, other] = std::mismatch(once.begin(), once.end(), again.begin(), again.end(), same);
    if (one == once.end() && other == again.end()) return std::nullopt;
    const auto told = [](auto row, auto end) { return row == end ? std::string("nothing") : when(*row) + "  " + words(*row); };
    const Instant at = one != once.end() ? one->at : other->at;
    return Breach{"a replay left another timeline", "first " + told(one, once.end()) + ", then " + told(other, again.end()), at, {}};
  }

  const model::Model& model_;
  const Program& program_;
  model::Id sequence_;
  Storyteller teller_;
  std::uint64_t sends_ = 0;
};

}  // namespace

FuzzResult fuzz(const model::Model& model, const Program& program, const FuzzOptions& options) {
  FuzzResult result;
  for (model::Id id = 0; id < model.sequences.size(); ++id) {
    const std::string& name = model.sequences[id].name;
    if (name.find(options.filter) == std::string::npos) continue;
    ++result.sequences;
    Fuzzer fuzzer(model, program, id);
    for (std::uint64_t story = 1; story <= options.stories; ++story) {
      ++result.stories;
      const Story told = fuzzer.tell(seed_of(options.seed, name, story));
      const auto breach = fuzzer.breach_of(told);
      if (!breach) continue;
      const Story smallest = fuzzer.smallest(told, breach->rule);
      const Breach shown = *fuzzer.breach_of(smallest);
      result.findings.push_back({name, shown.rule, shown.words, story, fuzzer.as_test(smallest, shown)});
      break;
    }
    result.sends += fuzzer.sends();
    if (options.progress) options.progress(result);
  }
  return result;
}

}  // namespace nurture::testing
