// The tables of words.hpp.
#include "syntax/grammar/words.hpp"

#include <algorithm>
#include <array>

namespace nurture::syntax::grammar {

namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 21> kFile{"migrate",  "stream",  "broadcast", "pool",    "nurture",  "use",       "lead",
                                                 "event",    "channel", "category",  "segment", "policy",   "fields",    "message",
                                                 "sequence", "score",   "test",      "project", "triggers", "lifecycle", "audience"};
constexpr std::array<std::string_view, 5> kProject{"zone", "policy", "holdout", "keep", "retain"};
constexpr std::array<std::string_view, 1> kMigrate{"step"};
constexpr std::array<std::string_view, 1> kLifecycle{"stage"};
constexpr std::array<std::string_view, 5> kTriggers{"zone", "policy", "suppress", "on", "when"};
constexpr std::array<std::string_view, 12> kStream{"priority", "enroll",   "stay", "zone", "cadence", "policy",
                                                   "holdout",  "suppress", "goal", "exit", "send",    "exhausted"};
constexpr std::array<std::string_view, 7> kBroadcast{"priority", "to", "at", "spread", "zone", "policy", "send"};
constexpr std::array<std::string_view, 7> kPolicy{"quiet", "allow", "cap", "exempt", "hold", "spread", "zone"};
constexpr std::array<std::string_view, 5> kChannel{"requires", "retry", "rate", "breaker", "cost"};
constexpr std::array<std::string_view, 5> kCategory{"consent", "double_opt_in", "transactional", "under", "suppress"};
constexpr std::array<std::string_view, 14> kMessage{"channel", "category", "template", "subject", "preview", "body",    "from",
                                                    "topic",   "link",     "use",      "field",   "choose",  "accepts", "variant"};
constexpr std::array<std::string_view, 2> kFields{"field", "choose"};
constexpr std::array<std::string_view, 27> kSequence{"accepts",  "holdout",     "owner",  "enroll",   "reenroll", "conflict", "stay",
                                                     "priority", "exclusive",   "anchor", "zone",     "default",  "first",    "late",
                                                     "catch",    "policy",      "goal",   "suppress", "exit",     "on",       "when",
                                                     "day",      "immediately", "after",  "every",    "phase",    "at"};
constexpr std::array<std::string_view, 5> kPhase{"day", "at", "immediately", "after", "every"};
constexpr std::array<std::string_view, 16> kActions{"score", "snooze",     "send", "wait", "if",     "split", "move", "enroll",
                                                    "exit",  "accelerate", "set",  "tag",  "notify", "task",  "do",   "->"};
constexpr std::array<std::string_view, 2> kWaitCases{"on", "when"};
constexpr std::array<std::string_view, 8> kScore{"range", "category", "rule", "reset", "decay", "tier", "enter", "leave"};
constexpr std::array<std::string_view, 1> kScoreCategory{"rule"};
constexpr std::array<std::string_view, 3> kTest{"given", "at", "expect"};

constexpr std::array<BlockWords, 24> kBlocks{{
    {BlockKind::file, "a declaration", kFile},
    {BlockKind::lead, "a field of the lead", {}},
    {BlockKind::event, "a field of an event", {}},
    {BlockKind::policy, "a statement of a policy", kPolicy},
    {BlockKind::channel, "a statement of a channel", kChannel},
    {BlockKind::category, "a statement of a category", kCategory},
    {BlockKind::message, "a statement of a message", kMessage},
    {BlockKind::fields, "a shared field", kFields},
    {BlockKind::choose, "a case of a choice", {}},
    {BlockKind::accepts, "a parameter", {}},
    {BlockKind::sequence, "a statement of a sequence", kSequence},
    {BlockKind::phase, "a step, and a phase holds only steps", kPhase},
    {BlockKind::actions, "an action", kActions},
    {BlockKind::split, "an arm of a split", {}},
    {BlockKind::wait_cases, "a condition of a wait", kWaitCases},
    {BlockKind::score, "a statement of a score", kScore},
    {BlockKind::score_category, "a rule of a score", kScoreCategory},
    {BlockKind::test, "a statement of a test", kTest},
    {BlockKind::project, "a statement of a project", kProject},
    {BlockKind::triggers, "a statement of triggers", kTriggers},
    {BlockKind::migrate, "a step of a migration", kMigrate},
    {BlockKind::lifecycle, "a stage of a lifecycle", kLifecycle},
    {BlockKind::stream, "a statement of a stream", kStream},
    {BlockKind::broadcast, "a statement of a broadcast", kBroadcast},
}};

constexpr std::array<std::string_view, 46> kContinuing{
    "timer",   "goal", "promote", "min",     "segment", "repeat", "unless", "value",   "again",  "counting", "of",    "open",
    "probe",   "salt", "times",   "while",   "after",   "as",     "at",     "because", "by",     "due",      "else",  "every",
    "floor",   "for",  "from",    "in",      "key",     "limit",  "max",    "most",    "or",     "per",      "since", "then",
    "timeout", "to",   "until",   "variant", "weight",  "when",   "where",  "with",    "within", "digest"};

}  // namespace

const BlockWords& words_of(BlockKind kind) { return kBlocks[static_cast<std::size_t>(kind)]; }

std::span<const BlockWords> all_blocks() { return kBlocks; }

bool begins_statement(BlockKind kind, std::string_view word) {
  const Words words = words_of(kind).words;
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::span<const std::string_view> continuing_words() { return kContinuing; }

}  // namespace nurture::syntax::grammar
