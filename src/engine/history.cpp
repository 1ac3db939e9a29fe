// See history.hpp. Records are variable in size and end with their event's id, so they are read from the newest to the
// oldest, which is the order in which windows and `last` want them.
#include "engine/history.hpp"

#include <algorithm>

namespace nurture::engine {

History::History(const compile::Program& program) {
  const std::int64_t longest_ms = program.retention.forgets_events ? time::longest_ms(program.retention.events) : INT64_MAX;
  for (const compile::Event& event : program.events) {
    sizes_.push_back(3 + event.kept_fields.size());
    // Where there is retention, what lasts goes by it alone, which notes that.
    const bool lasts = event.kept_forever || (event.kept_newest && program.retention.forgets_events);
    horizon_ms_.push_back(lasts ? INT64_MAX : std::min(longest_ms, time::longest_ms(event.horizon)));
    keeps_newest_.push_back(event.kept_newest);
    lasts_.push_back(lasts);
  }
}

std::uint32_t History::create() {
  records_.emplace_back();
  return static_cast<std::uint32_t>(records_.size() - 1);
}

void History::prune(Records& records, std::int64_t now_ms) const {
  // Only a backward walk finds where records begin, so what survives is collected newest first and laid down reversed.
  const std::vector<Word>& words = records.words;
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  std::vector<bool> wanted = keeps_newest_;
  for (std::size_t end = words.size(); end > 0;) {
    const auto event = static_cast<compile::Id>(words[end - 1]);
    const std::size_t begin = end - size_of(event);
    const std::int64_t horizon = horizon_ms_[event];
    const auto occurred_ms = static_cast<std::int64_t>(words[begin]);
    // One that lies ahead of the clock is not the newest yet.
    const bool is_newest = wanted[event] && occurred_ms <= now_ms;
    if (is_newest) wanted[event] = false;
    if (is_newest || horizon == INT64_MAX || occurred_ms > now_ms - horizon) ranges.emplace_back(begin, end);
    end = begin;
  }
  std::vector<Word> kept;
  kept.reserve(words.size());
  for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
    kept.insert(kept.end(), words.begin() + static_cast<std::ptrdiff_t>(range->first),
                words.begin() + static_cast<std::ptrdiff_t>(range->second));
  }
  records.words = std::move(kept);
  records.count = static_cast<std::uint32_t>(ranges.size());
}

void History::forget_oldest(Records& records) const {
  std::size_t end = records.words.size();
  std::size_t begin = end;
  while (end > 0) {
    begin = end - size_of(static_cast<compile::Id>(records.words[end - 1]));
    if (begin == 0) break;
    end = begin;
  }
  records.words.erase(records.words.begin(), records.words.begin() + static_cast<std::ptrdiff_t>(end));
  --records.count;
}

std::uint64_t History::append(std::uint32_t index, compile::Id event, std::int64_t occurred_ms, std::uint64_t arrival, const Word* fields,
                              std::int64_t now_ms) {
  Records& records = records_[index];
  std::vector<Word>& words = records.words;
  if (words.size() + size_of(event) > words.capacity() && words.size() >= 64) prune(records, now_ms);
  std::uint64_t forgotten = 0;
  if (records.count >= limits::kHistoryPerLead) prune(records, now_ms);  // What nothing can ask for goes first.
  if (records.count >= limits::kHistoryPerLead) {
    forget_oldest(records);
    forgotten = 1;
  }
  std::size_t place = words.size();
  while (place > 0) {
    const std::size_t begin = place - size_of(static_cast<compile::Id>(words[place - 1]));
    if (static_cast<std::int64_t>(words[begin]) <= occurred_ms) break;
    place = begin;
  }
  const auto at = words.insert(words.begin() + static_cast<std::ptrdiff_t>(place), size_of(event), Word{event});
  at[0] = static_cast<Word>(occurred_ms);
  at[1] = arrival;
  std::copy(fields, fields + (size_of(event) - 3), at + 2);
  ++records.count;
  return forgotten;
}

std::uint64_t History::bytes() const {
  std::uint64_t total = records_.capacity() * sizeof(records_[0]);
  for (const Records& records : records_) total += records.words.capacity() * sizeof(Word);
  return total;
}

}  // namespace nurture::engine
