// See history.hpp. Windows and `last` want records from the newest to the oldest; what is forgotten goes from the oldest on.
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
  }
}

std::uint32_t History::create() {
  records_.emplace_back();
  return static_cast<std::uint32_t>(records_.size() - 1);
}

void History::prune(Records& records, std::int64_t now_ms) const {
  // What survives is collected newest first and laid down reversed.
  const std::vector<Word>& words = records.words;
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  std::vector<bool> wanted = keeps_newest_;
  for (std::size_t end = words.size(); end > records.begin + 1;) {
    const compile::Id event = event_of(words[end - 1]);
    const std::size_t begin = end - size_of(event);
    const std::int64_t horizon = horizon_ms_[event];
    const auto occurred_ms = static_cast<std::int64_t>(words[begin]);
    // One that lies ahead of the clock is not the newest yet.
    const bool is_newest = wanted[event] && occurred_ms <= now_ms;
    if (is_newest) wanted[event] = false;
    if (is_newest || horizon == INT64_MAX || occurred_ms > now_ms - horizon) ranges.emplace_back(begin, end);
    end = begin;
  }
  std::vector<Word> kept{0};
  kept.reserve(words.size() + 1);
  for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
    const compile::Id event = event_of(words[range->second - 1]);
    kept.back() = link_of(event_of(kept.back()), event);
    kept.insert(kept.end(), words.begin() + static_cast<std::ptrdiff_t>(range->first),
                words.begin() + static_cast<std::ptrdiff_t>(range->second));
  }
  records = {std::move(kept), static_cast<std::uint32_t>(ranges.size()), 0};
}

void History::forget_oldest(Records& records) const {
  std::vector<Word>& words = records.words;
  records.begin += static_cast<std::uint32_t>(size_of(next_of(words[records.begin])));
  --records.count;
  // Room is made for many at once.
  if (std::size_t{records.begin} * 2 < words.size()) return;
  words.erase(words.begin(), words.begin() + records.begin);
  records.begin = 0;
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
  if (words.empty()) words.push_back(0);
  std::size_t place = words.size();
  while (place > records.begin + 1) {
    const std::size_t begin = place - size_of(event_of(words[place - 1]));
    if (static_cast<std::int64_t>(words[begin]) <= occurred_ms) break;
    place = begin;
  }
  Word& before = words[place - 1];
  const compile::Id next = next_of(before);
  before = link_of(event_of(before), event);
  const auto at = words.insert(words.begin() + static_cast<std::ptrdiff_t>(place), size_of(event), link_of(event, next));
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
