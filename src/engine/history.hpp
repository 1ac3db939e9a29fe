// What happened to leads, as far as live expressions can ask for it (compile::Event::kept). Per lead one vector of
// records in the order of occurrence. Entry points: append(), for_each().
#pragma once

#include "compile/program.hpp"
#include "engine/slots.hpp"

#include <nurture/limits.hpp>

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
  /// What was forgotten, and what is the oldest now.
  struct Cut {
    std::uint64_t forgotten = 0;
    std::int64_t newest_forgotten_ms = INT64_MIN, oldest_left_ms = INT64_MAX;
  };
  /// Forgets the events of which `is_old(occurred_ms)` is true: the oldest up to some instant.
  template <class IsOld>
  Cut cut(std::uint32_t index, IsOld&& is_old) {
    Records& records = records_[index];
    Cut cut;
    std::size_t keeps = 0;  // From here on.
    newest_first(index, [&](const Past& past) {
      if (cut.forgotten == 0 && !is_old(past.occurred_ms)) {
        cut.oldest_left_ms = past.occurred_ms;
        return true;
      }
      if (cut.forgotten++ == 0) keeps = static_cast<std::size_t>(past.fields - records.words.data()) - 2 + size_of(past.event);
      if (lasts_[past.event]) cut.newest_forgotten_ms = std::max(cut.newest_forgotten_ms, past.occurred_ms);
      return true;
    });
    records.words.erase(records.words.begin(), records.words.begin() + static_cast<std::ptrdiff_t>(keeps));
    records.count -= static_cast<std::uint32_t>(cut.forgotten);
    return cut;
  }
  /// Keeps an event, in order of occurrence; forgets what no expression can reach any more at `now_ms`. Answers how many
  /// were forgotten because of limits::kHistoryPerLead.
  std::uint64_t append(std::uint32_t index, compile::Id event, std::int64_t occurred_ms, std::uint64_t arrival, const Word* fields,
                       std::int64_t now_ms);

  /// Calls `see(past)` from the newest to the oldest until it answers false.
  template <class See>
  void newest_first(std::uint32_t index, See&& see) const {
    const std::vector<Word>& words = records_[index].words;
    for (std::size_t end = words.size(); end > 0;) {
      const auto event = static_cast<compile::Id>(words[end - 1]);
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
  };
  /// Record: occurred, arrival, kept fields..., event id.
  [[nodiscard]] std::size_t size_of(compile::Id event) const { return sizes_[event]; }
  void prune(Records& records, std::int64_t now_ms) const;
  void forget_oldest(Records& records) const;

  std::vector<std::size_t> sizes_;        ///< By event: words of a record.
  std::vector<std::int64_t> horizon_ms_;  ///< By event: how far back anything can ask; INT64_MAX for ever.
  std::vector<bool> keeps_newest_;        ///< By event: the newest is asked for even beyond that.
  std::vector<bool> lasts_;               ///< By event: whether something asks for it however old it is.
  std::vector<Records> records_;
};

}  // namespace nurture::engine
