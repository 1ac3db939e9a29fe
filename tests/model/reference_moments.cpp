// The instants at which the passing of time can change an answer, by brute force: every moment that a lead knows of, moved
// both ways by every length of time that the program names, on every clock. Most change nothing, which asking again shows;
// the engine computes the few that do. S5.4 of the contracts.
#include "model/naive_time.hpp"
#include "model/reference.hpp"
#include "syntax/ast_algorithms.hpp"

#include <algorithm>

namespace reference {

namespace time = nurture::time;

void Reference::collect_lengths(const model::Model& model) {
  std::set<std::string> texts;
  std::set<std::string> dates;
  for (const auto& file : model.files) {
    ast::for_each_node(*file, [&](const auto& node) {
      using Node = std::remove_cvref_t<decltype(node)>;
      if constexpr (std::is_same_v<Node, ast::Expr>) {
        if (node.kind == ast::ExprKind::duration) texts.insert(node.text);
        if (node.kind == ast::ExprKind::datetime) dates.insert(node.text);
        const bool reads = (node.kind == ast::ExprKind::ident && node.text == "now") || node.text == "idle";
        reads_clock_ = reads_clock_ || reads;
      } else if constexpr (std::is_same_v<Node, ast::Window>) {
        if (node.kind == ast::Window::Kind::within) texts.insert(node.within.text), reads_clock_ = true;
      }
    });
  }
  for (const std::string& text : texts) lengths_.push_back(naive::period_of(text));
  for (const std::string& text : dates) {
    const auto read = time::parse_date_time(text);
    if (!read) continue;
    if (read->has_offset) dates_.push_back(read->in(*time::utc()));
    for (const model::Sequence& s : model.sequences) {
      for (const ast::ZoneItem& item : s.node->zones) {
        if (item.zone.kind == ast::Zone::Kind::named) dates_.push_back(read->in(*time::find_zone(item.zone.name.value)));
      }
    }
  }
}

std::set<Instant> Reference::collect_moments(const Lead& lead) const {
  std::set<Instant> moments;
  for (const Occurrence& past : lead.history) {  // From a clock ahead of ours: it counts when its time has come.
    if (past.occurred >= now_) moments.insert(past.occurred);
  }
  if (reads_clock_) {
    std::set<Instant> behind;  // What conditions count from; from some of it they also count back.
    std::set<Instant> around(dates_.begin(), dates_.end());
    std::set<const time::Zone*> zones{&lead_zone(lead)};
    behind.insert(lead.first_seen);
    for (const auto& [event, occurred] : lead.forgotten) behind.insert(occurred);
    for (const Occurrence& past : lead.history) {
      behind.insert(past.occurred);
      for (const auto& [name, value] : past.fields) {
        if (value.kind == Value::Kind::moment) around.insert({value.integer});
      }
    }
    for (const auto& [name, value] : lead.fields) {
      if (value.kind == Value::Kind::moment) around.insert({value.integer});
    }
    for (const Enrolment& e : lead.enrolments) {
      if (!e.live()) continue;
      behind.insert({e.entered, e.enrolled});
      zones.insert(&plan_zone(lead, e));
      for (const AnchorState& anchor : e.anchors) {
        if (anchor.at) around.insert(*anchor.at);
      }
    }
    const auto add = [&](Instant at) {
      if (at >= now_) moments.insert({at, {at.ms + 1}});
    };
    for (const bool both : {false, true}) {
      for (const Instant at : both ? around : behind) {
        add(at);
        for (const time::Period& length : lengths_) {
          for (const time::Zone* zone : zones) {
            add(time::add(at, length, *zone));
            if (both) add(time::add(at, length, *zone, -1));
          }
        }
      }
    }
  }
  for (const auto& [way, recurring] : lead.recurring) {
    if (recurring.due) moments.insert(std::max(*recurring.due, now_));
  }
  for (const Membership& membership : lead.memberships) {
    if (membership.until != Instant::max()) moments.insert(membership.until);
  }
  for (std::size_t s = 0; s < lead.scores.size(); ++s) {
    if (const auto at = next_crossing(lead, static_cast<int>(s))) moments.insert(*at);
  }
  return moments;
}

}  // namespace reference
