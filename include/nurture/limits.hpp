// Every limit of nurture in one place: what it bounds, and what happens beyond it. Each has a test at limit-1, limit
// and limit+1 in tests/limits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nurture::limits {

/// Bytes of one definition file, and of a file that holds the body of a message. Beyond: NUR0002, the file is not read.
inline constexpr std::size_t kFileBytes = 1 << 20;
/// Nesting of brackets and blocks in definitions, of expressions. Beyond: NUR0004.
inline constexpr std::size_t kNestingDepth = 64;
/// Nesting of collections in the YAML spelling, where one block of braces is a list inside a mapping. Beyond: NUR0004.
/// Blocks themselves obey kNestingDepth in both spellings.
inline constexpr std::size_t kYamlNestingDepth = 2 * kNestingDepth + 16;
/// Operands of one chain of equal operators (`a + b + ...`) and of one chain of `.name`/`[...]`; cases of one `choose`.
/// Beyond: NUR0110.
inline constexpr std::size_t kChainLength = 256;
/// Bytes of one name. Beyond: NUR0110.
inline constexpr std::size_t kNameBytes = 128;
/// Diagnostics that are kept per compilation; the list ends with a note that says how many were dropped.
inline constexpr std::size_t kDiagnostics = 100;
/// Files of one compilation, `use` included. Beyond: NUR0110.
inline constexpr std::size_t kFiles = 4096;
/// Fields of the lead, fields of one event, parameters of one message or family. Beyond: NUR0110.
inline constexpr std::size_t kFields = 256;
/// Sequences of one compilation and digests, with the older versions that are carried. Beyond: NUR0110, or no deployment.
inline constexpr std::size_t kSequences = 16'383;
/// Bytes of families, counted once for each sequence that is made of them. Beyond: NUR0110.
inline constexpr std::size_t kFamilyBytes = 16 << 20;
/// Files between one that is named to the compiler and one that is only reached by `use`. Beyond: NUR0010.
inline constexpr std::size_t kUseDepth = 32;
/// Steps of one sequence. Beyond: NUR0110.
inline constexpr std::size_t kSteps = 1024;
/// `accelerate` statements of one sequence; each enrolment keeps a bit for each. Beyond: NUR0110.
inline constexpr std::size_t kAcceleratesPerSequence = 8;
/// Days of one offset, either way, and of one wait. Beyond: NUR0320.
inline constexpr std::int64_t kOffsetDays = 3650;
/// The shortest period of a recurrence, in seconds: up to the end of the time-zone data a step then runs less than 65,536
/// times, which is what a run counts of each. Below: NUR0320.
inline constexpr std::int64_t kRecurrenceSeconds = 2 * 60 * 60;
/// Messages that a cap counts, points that a rule's `limit` counts: a lead has eight bytes for each. Beyond: NUR0110.
inline constexpr std::int64_t kCountedPerWindow = 1000;
/// Points of a rule, a decay, a category or a range, either way. Beyond: NUR0110.
inline constexpr std::int64_t kPoints = 1'000'000'000;
/// Operations one evaluation of an expression may take. Beyond: the value is the error `cost_exceeded`.
inline constexpr std::uint64_t kEvaluationCost = 1'000'000;
/// Depth to which segments use segments. Beyond: the value is the error `cost_exceeded`.
inline constexpr std::size_t kSegmentDepth = 256;
/// Actions per lead and instant. Beyond: the lead is parked with the chain that did it. [S2.7]
inline constexpr std::uint32_t kActionsPerInstant = 64;
/// Stages of one lifecycle: a lead has a bit for each. Beyond: NUR0110.
inline constexpr std::size_t kStages = 48;
/// Messages that one digest gathers. Beyond: the message is skipped(cap).
inline constexpr std::size_t kGatheredPerDigest = 64;
/// Live enrolments of one lead. Beyond: an entry is refused with the reason `limit`.
inline constexpr std::uint32_t kEnrolmentsPerLead = 256;
/// Events kept per lead. Beyond: the oldest is forgotten, counted in Engine::statistics().
inline constexpr std::uint32_t kHistoryPerLead = 10'000;
/// Held messages of one enrolment, and of all scores of one lead. Beyond: the message is skipped(expired).
inline constexpr std::uint32_t kHeldPerEnrolment = 64;
/// Bytes of one text that comes from outside: of an attribute, of a field of an event, of the id of a lead or an event. Beyond:
/// the input is refused.
inline constexpr std::size_t kTextBytes = 1 << 16;
/// Elements of one list that comes from outside. Beyond: the input is refused.
inline constexpr std::size_t kListElements = 1000;
/// Leads of one engine. Beyond: the input is refused.
inline constexpr std::uint32_t kLeads = 1u << 30;
/// The first and the last instant, in milliseconds since 1970: the years 1 to 9999, as everything that writes dates has
/// them. Beyond: the input, or the step of the clock, is refused; what would fall due beyond never does.
inline constexpr std::int64_t kEarliestMs = -62'135'596'800'000;
inline constexpr std::int64_t kLatestMs = 253'402'300'799'999;
/// How far beyond the clock's present an event may claim to have occurred. Beyond: refused. [S1.6]
inline constexpr std::int64_t kFutureSkewMs = 5 * 60 * 1000;
/// How long event ids are remembered for deduplication. [S1.6]
inline constexpr std::int64_t kDeduplicationMs = std::int64_t{7} * 24 * 60 * 60 * 1000;
/// How long a message is held at most before it is skipped(expired). [S6.6]
inline constexpr std::int64_t kHoldDays = 3;
/// How long a step waits for a missing anchor before the enrolment ends with `anchor_missing`. [S4.5]
inline constexpr std::int64_t kAnchorHoldDays = 90;
/// Tries of one delivery, the first included. Beyond: `delivered` with the reason `failed`. [S7.4]
inline constexpr int kDeliveryTries = 12;
/// Times that a channel's `retry` may ask for. Beyond: NUR0320.
inline constexpr std::int64_t kDeliveryRetries = 100;
/// Messages that a channel's `rate` counts: an engine has eight bytes for each. Beyond: NUR0110.
inline constexpr std::int64_t kRate = 100'000;
/// Leads that each arm of an experiment needs before anything is promoted, when `min` says nothing.
inline constexpr std::int64_t kExperimentLeads = 100;
/// Bytes of one line of customer data. Beyond: NUR0801, the line is skipped.
inline constexpr std::size_t kInputLineBytes = 1 << 20;

}  // namespace nurture::limits
