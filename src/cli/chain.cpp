// See chain.hpp: which rows of a log belong to the chain of a message, and what came of it.
#include "cli/chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace nurture::cli {
namespace {

/// So far back, other messages of a channel can have taken the slot of a cap.
constexpr std::int64_t kCountedMs = std::int64_t{31} * 86'400'000;

/// Enrolment 0: what a sequence that nobody enters, or a score, did.
using RunName = std::pair<std::string, std::uint32_t>;

struct Run {
  std::vector<std::size_t> rows;
  std::size_t end = 0;  ///< Rows of the log from here on are not part of the chain; 0: the run is none of it.
  bool attempts = false;
};

RunName run_of(const testing::Row& row) { return {row.sequence, row.enrolment}; }

bool is_attempt(const testing::Row& row) {
  return !row.message.empty() && (row.kind == DecisionKind::sent || row.kind == DecisionKind::held || row.kind == DecisionKind::skipped);
}

/// What can stand in the way of every message of the lead.
bool concerns_all(DecisionKind kind) {
  switch (kind) {
    case DecisionKind::consent:
    case DecisionKind::input_refused:
    case DecisionKind::evaluation_error:
    case DecisionKind::gap:
    case DecisionKind::paused:
    case DecisionKind::resumed:
    case DecisionKind::deployed:
    case DecisionKind::erased:
    case DecisionKind::parked: return true;
    default: return false;
  }
}

std::string_view what_is(const compile::Sequence& sequence) {
  if (sequence.broadcast.segment != compile::kNone) return "broadcast";
  if (sequence.is_digest) return "digest";
  if (sequence.is_stream) return "stream";
  return sequence.is_triggers ? "triggers" : "sequence";
}

class Teller {
 public:
  Teller(const std::vector<Logged>& log, const Question& question) : log_(log), question_(question) {}

  Chain tell() {
    collect();
    add_attempts();
    add_runs();
    add_refusals();
    add_never_entered();
    add_predecessors();
    add_rivals();
    show_rows();
    return std::move(chain_);
  }

 private:
  [[nodiscard]] bool asks_all() const { return question_.message.empty(); }
  [[nodiscard]] bool asks_for(const testing::Row& row) const { return is_attempt(row) && (asks_all() || row.message == question_.message); }
  [[nodiscard]] const Sender* sender(const std::string& sequence) const {
    const auto found = std::find_if(senders_.begin(), senders_.end(), [&](const Sender& sender) { return sender.sequence == sequence; });
    return found == senders_.end() ? nullptr : &*found;
  }
  [[nodiscard]] bool can_send(const std::string& sequence) const { return asks_all() || sender(sequence) != nullptr; }

  void collect() {
    if (question_.senders) senders_ = *question_.senders;
    for (std::size_t i = 0; i < log_.size(); ++i) {
      const testing::Row& row = log_[i].row;
      const bool alone = row.sequence.empty() || (row.enrolment == 0 && !is_attempt(row));
      if (!alone) runs_[run_of(row)].rows.push_back(i);
      // A log tells who could have sent a message by who tried; older versions of a sequence may have had it, too.
      if (!asks_all() && asks_for(row) && !row.sequence.empty() && sender(row.sequence) == nullptr)
        senders_.push_back({row.sequence, {}, "sequence " + row.sequence});
    }
  }

  /// Rows with one key are one attempt.
  void add_attempts() {
    std::map<std::tuple<RunName, std::string, std::string>, std::size_t> found;
    for (std::size_t i = 0; i < log_.size(); ++i) {
      const testing::Row& row = log_[i].row;
      if (row.kind == DecisionKind::delivered) report_delivery(log_[i]);
      if (!asks_for(row)) continue;
      const std::string place = log_[i].key.empty() ? row.step + "/" + row.message : log_[i].key;
      const auto [at, is_new] = found.try_emplace({run_of(row), place, row.channel}, chain_.outcomes.size());
      if (is_new) chain_.outcomes.emplace_back();
      Outcome& outcome = chain_.outcomes[at->second];
      if (row.kind == DecisionKind::held) outcome.holds.push_back(&log_[i]);
      outcome.kind = row.kind == DecisionKind::sent   ? Outcome::Kind::sent
                     : row.kind == DecisionKind::held ? Outcome::Kind::held
                                                      : Outcome::Kind::skipped;
      outcome.row = &log_[i];
      outcome.sequence = row.sequence;
      outcome.enrolment = row.enrolment;
      outcome.step = row.step;
      end_ = std::max(end_, i + 1);
      const auto run = runs_.find(run_of(row));
      if (run == runs_.end()) continue;
      run->second.end = std::max(run->second.end, i + 1);
      run->second.attempts = true;
    }
  }

  /// A report names message and channel, not the attempt: it is about the last one that went out before.
  void report_delivery(const Logged& logged) {
    const auto about = std::find_if(chain_.outcomes.rbegin(), chain_.outcomes.rend(), [&](const Outcome& outcome) {
      return outcome.kind == Outcome::Kind::sent && outcome.row->row.message == logged.row.message &&
             outcome.row->row.channel == logged.row.channel;
    });
    if (about == chain_.outcomes.rend()) return;
    about->delivered = &logged;
    end_ = std::max(end_, static_cast<std::size_t>(&logged - log_.data()) + 1);
  }

  /// Those that could have sent the message and never came to it, and where nothing is asked for: all.
  void add_runs() {
    for (const auto& [name, run] : in_order()) {
      if (!asks_all() && (run->attempts || !can_send(name.first))) continue;
      const std::size_t last = run->rows.back();
      run->end = log_.size();
      end_ = log_.size();
      if (name.second == 0) continue;
      Outcome outcome;
      outcome.kind = Outcome::Kind::not_reached;
      outcome.sequence = name.first;
      outcome.enrolment = name.second;
      outcome.row = &log_[last];
      for (const std::size_t i : run->rows) {
        const testing::Row& row = log_[i].row;
        if (!row.step.empty() && !(row.kind == DecisionKind::skipped && row.reason == Reason::jumped)) outcome.step = row.step;
        if (row.kind != DecisionKind::exited) continue;
        outcome.ended = true;
        outcome.row = &log_[i];
      }
      if (const Sender* found = sender(name.first)) outcome.sender = *found;
      ask_report(outcome);
      chain_.outcomes.push_back(std::move(outcome));
    }
  }

  void ask_report(Outcome& outcome) const {
    if (!question_.report || outcome.ended) return;
    for (const LeadReport::Run& run : question_.report->runs) {
      if (run.sequence != outcome.sequence || run.number != outcome.enrolment) continue;
      outcome.due = run.due;
      if (!run.step.empty()) outcome.step = run.step;
    }
  }

  /// By their first row; a map is in the order of the names.
  std::vector<std::pair<RunName, Run*>> in_order() {
    std::vector<std::pair<RunName, Run*>> all;
    for (auto& [name, run] : runs_) all.emplace_back(name, &run);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second->rows.front() < b.second->rows.front(); });
    return all;
  }

  void add_refusals() {
    for (const Logged& logged : log_) {
      const testing::Row& row = logged.row;
      if (row.kind != DecisionKind::refused || !can_send(row.sequence)) continue;
      Outcome outcome;
      outcome.kind = Outcome::Kind::refused;
      outcome.sequence = row.sequence;
      outcome.row = &logged;
      chain_.outcomes.push_back(std::move(outcome));
      end_ = std::max(end_, static_cast<std::size_t>(&logged - log_.data()) + 1);
    }
  }

  void add_never_entered() {
    for (const Sender& sender : senders_) {
      const bool known = std::any_of(chain_.outcomes.begin(), chain_.outcomes.end(),
                                     [&](const Outcome& outcome) { return outcome.sequence == sender.sequence; });
      if (known) continue;
      Outcome outcome;
      outcome.kind = Outcome::Kind::not_entered;
      outcome.sequence = sender.sequence;
      outcome.sender = sender;
      chain_.outcomes.push_back(std::move(outcome));
    }
    // Nothing happened that could have led to it: what concerns all messages of the lead is all there is to show.
    if (end_ == 0) end_ = log_.size();
  }

  /// Where a run began with a move or an entry out of another one, that one led to it, too.
  void add_predecessors() {
    std::vector<std::size_t> entries;
    const auto note = [&](const Run& run) {
      if (run.end > 0 && log_[run.rows.front()].row.kind == DecisionKind::enrolled) entries.push_back(run.rows.front());
    };
    for (const auto& [name, run] : runs_) note(run);
    while (!entries.empty()) {
      const std::size_t entry = entries.back();
      entries.pop_back();
      Run* from = nullptr;
      for (auto& [name, run] : runs_) {
        if (name.first != log_[entry].row.name || run.rows.front() >= entry) continue;
        const bool ended_before = std::any_of(run.rows.begin(), run.rows.end(), [&](std::size_t i) {
          return log_[i].row.kind == DecisionKind::exited && log_[i].row.at < log_[entry].row.at;
        });
        if (!ended_before && (from == nullptr || from->rows.front() < run.rows.front())) from = &run;
      }
      if (from == nullptr || from->end > entry) continue;
      const bool is_new = from->end == 0;
      from->end = entry;
      if (is_new) note(*from);
    }
  }

  /// What went out by the same channel and may have taken the slot.
  void add_rivals() {
    for (const Outcome& outcome : chain_.outcomes) {
      if (outcome.kind > Outcome::Kind::held) continue;
      std::vector<const Logged*> asked = outcome.holds;
      asked.push_back(outcome.row);
      for (const Logged* held : asked) {
        if (held->row.reason != Reason::cap && held->row.reason != Reason::yield && held->row.reason != Reason::order) continue;
        for (const Logged& other : log_) {
          if (&other >= held) break;
          const bool near = other.row.at.ms >= held->row.at.ms - kCountedMs;
          if (other.row.kind == DecisionKind::sent && other.row.channel == held->row.channel && near) rivals_.insert(&other);
        }
      }
    }
  }

  [[nodiscard]] bool shown(std::size_t i) const {
    const testing::Row& row = log_[i].row;
    if (asks_all() || rivals_.contains(&log_[i])) return true;
    if (const auto run = runs_.find(run_of(row)); run != runs_.end() && i < run->second.end) return true;
    if (i >= end_) return false;
    if (row.kind == DecisionKind::refused) return can_send(row.sequence);
    if (row.kind == DecisionKind::delivered) return row.message == question_.message;
    if (asks_for(row)) return true;
    // A score sent it: then points and tiers led to it.
    const bool scores = row.kind == DecisionKind::score || row.kind == DecisionKind::tier;
    const bool by_score = std::any_of(chain_.outcomes.begin(), chain_.outcomes.end(),
                                      [](const Outcome& outcome) { return outcome.row != nullptr && outcome.sequence.empty(); });
    return (row.sequence.empty() && concerns_all(row.kind)) || (scores && by_score);
  }

  void show_rows() {
    for (std::size_t i = 0; i < log_.size(); ++i) {
      if (shown(i)) chain_.rows.push_back(&log_[i]);
    }
  }

  const std::vector<Logged>& log_;
  const Question& question_;
  std::vector<Sender> senders_;
  std::map<RunName, Run> runs_;
  std::set<const Logged*> rivals_;
  std::size_t end_ = 0;  ///< Of the chain.
  Chain chain_;
};

}  // namespace

std::vector<Sender> senders_of(const compile::Program& program, std::string_view message) {
  std::vector<Sender> senders;
  const auto sends = [&](compile::Id node) {
    const compile::Node& n = program.nodes[node];
    if (n.op != compile::NodeOp::send) return false;
    for (compile::Id path = n.b; path < n.c; ++path) {
      if (program.messages[program.send_paths[path].message].name == message) return true;
    }
    return false;
  };
  const auto any_sends = [&](const compile::Range& nodes) {
    for (compile::Id node = nodes.begin; node < nodes.end; ++node) {
      if (sends(node)) return true;
    }
    return false;
  };
  for (const compile::Sequence& sequence : program.sequences) {
    if (sequence.is_pinned || sequence.is_migrated || !any_sends(sequence.nodes)) continue;
    Sender sender{sequence.name, {}, {}, !sequence.is_triggers};
    sender.name = fmt::format("{} {}", what_is(sequence), sequence.name);
    for (const compile::Step& step : sequence.steps) {
      if (std::any_of(step.sends.begin(), step.sends.end(), sends)) sender.steps.push_back(step.name);
    }
    senders.push_back(std::move(sender));
  }
  for (const compile::Score& score : program.scores) {
    if (any_sends(score.nodes)) senders.push_back({{}, {}, "score " + score.name, false});
  }
  return senders;
}

Chain tell(const std::vector<Logged>& log, const Question& question) { return Teller(log, question).tell(); }

}  // namespace nurture::cli
