// What two versions decide about the same inputs, compared while they decide: in memory stays only what differs. Entry point:
// class Comparer.
#pragma once

#include "testing/recorder.hpp"

#include <nurture/decision.hpp>

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::cli {

/// A message that went out in one version, or in both at another instant or by another channel.
struct MessageChange {
  std::optional<testing::Row> old_row, new_row;
};

struct LeadDifference {
  std::string lead;
  std::string sequence;                          ///< Where the first difference is; empty: in no sequence.
  std::optional<testing::Row> old_row, new_row;  ///< The first difference; none where the version has nothing more.
  std::vector<MessageChange> messages;           ///< Empty: only the path differs.
};

/// Compares lead by lead and sequence by sequence, in the order of each. The first of two versions is the old one.
class Comparer {
 public:
  void add(std::size_t version, const Decision& decision);
  /// After the last decision: by lead.
  [[nodiscard]] std::vector<LeadDifference> differences() const;

 private:
  struct Stream {
    std::array<std::deque<testing::Row>, 2> rows;  ///< From the first difference on, or those that the other version has not come to.
    bool differs = false;
  };
  using Streams = std::map<std::string, Stream, std::less<>>;
  std::map<std::string, Streams, std::less<>> leads_;  ///< By lead, then by sequence.
};

/// For people.
[[nodiscard]] std::string to_text(const LeadDifference& difference);
/// One JSON object, without a line break.
[[nodiscard]] std::string to_json(const LeadDifference& difference);

}  // namespace nurture::cli
