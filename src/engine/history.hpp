// What happened to leads, as far as live expressions can ask for it (compile::Event::kept). Per lead one vector of
// records in the order of occurrence. Entry points: append(), for_each().
#pragma once

#include "compile/program.hpp"
#include "engine/slots.hpp"

#include <nurture/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nurture::engine {

/// One kept event: when it occurred, the number of its arrival and the words of its kept fields.
struct Past {
  std::int64_t occurred_ms;
  std::uint64_t arrival;  ///< Rises with every event that is received.
  compile::Id event;
  const Word* fields;  ///< By position in Event::kept_fields.
};

class History {
 public:
  explicit History(const compile::Program& program);

  /// Index of a new, empty history.
  [[nodiscard]] std::uint32_t create();
  /// Forgets all of it.
  void clear(std::uint32_t index) { records_[index] = {}; }
  /// Forgets the oldest events, for as long as `is_old(occurred_ms)` is true, and calls `forget(event, occurred_ms)` for each.
  /// Answers when the oldest occurred that is left, INT64_MAX when none is.
  template <class IsOld, class Forget>
  std::int64_t cut(std::uint32_t index, IsOld&& is_old, Forget&& forget) {
    Records& records = records_[index];
    while (records.count > 0) {
      const auto occurred_ms = static_cast<std::int64_t>(records.words[records.begin + 1]);
      if (!is_old(occurred_ms)) return occurred_ms;
      forget(next_of(records.words[records.begin]), occurred_ms);
      forget_oldest(records);
    }
    return INT64_MAX;
  }
  /// Keeps an event, in order of occurrence; forgets what no expression can reach any more at `now_ms`. Answers how many
  /// were forgotten because of limits::kHistoryPerLead.
  std::uint64_t append(std::uint32_t index, compile::Id event, std::int64_t occurred_ms, std::uint64_t arrival, const Word* fields,
                       std::int64_t now_ms);

  /// Calls `see(past)` from the newest to the oldest until it answers false.
  template <class See>
  void newest_first(std::uint32_t index, See&& see) const {
    const std::vector<Word>& words = records_[index].words;
    for (std::size_t end = words.size(); end > records_[index].begin + 1;) {
      const compile::Id event = event_of(words[end - 1]);
      const std::size_t begin = end - size_of(event);
      const Past past{static_cast<std::int64_t>(words[begin]), words[begin + 1], event, words.data() + begin + 2};
      if (!see(past)) return;
      end = begin;
    }
  }
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  struct Records {
    std::vector<Word> words;
    std::uint32_t count = 0;
    std::uint32_t begin = 0;  ///< The link in front of the oldest record. What stands before it is forgotten.
  };
  /// Record: occurred, arrival, kept fields..., link. A link is the event of the record that ends with it and, above, of the
  /// next newer one, so that records are read from both ends. One more stands in front of the oldest record.
  [[nodiscard]] std::size_t size_of(compile::Id event) const { return sizes_[event]; }
  [[nodiscard]] static compile::Id event_of(Word link) { return static_cast<compile::Id>(link); }
  [[nodiscard]] static compile::Id next_of(Word link) { return static_cast<compile::Id>(link >> 32); }
  [[nodiscard]] static Word link_of(compile::Id event, compile::Id next) { return Word{next} << 32 | event; }
  void prune(Records& records, std::int64_t now_ms) const;
  void forget_oldest(Records& records) const;

  std::vector<std::size_t> sizes_;        ///< By event: words of a record.
  std::vector<std::int64_t> horizon_ms_;  ///< By event: how far back anything can ask; INT64_MAX for ever.
  std::vector<bool> keeps_newest_;        ///< By event: the newest is asked for even beyond that.
  std::vector<Records> records_;
};

}  // namespace nurture::engine
