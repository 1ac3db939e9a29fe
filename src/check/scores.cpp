// Scores: range, weights, rules, decay, resets, tiers. Entry point: check_scores().
//
// Every score in the range must belong to exactly one tier when there are tiers at all; the range, the lowest tier and
// the resets that land in a gap are shown together, because a gap is seldom seen where it is.
#include "check/bodies.hpp"
#include "check/expressions.hpp"
#include "check/narrowing.hpp"
#include "check/passes.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace nurture::check {

namespace {

using model::kNone;

std::string range_text(std::int64_t from, std::int64_t to) { return std::to_string(from) + ".." + std::to_string(to); }

class ScoreCheck {
 public:
  ScoreCheck(Context& context, const model::Score& score) : context_(context), score_(score), node_(*score.node) {
    scope_.place = "the score " + quoted(score.name);
  }

  void run() {
    context_.at_most_one(node_.ranges, "`range`");
    const bool sensible = check_range();
    check_categories();
    for (const auto& rule : node_.rules) check_rule(rule);
    for (const auto& decay : node_.decays) check_decay(decay);
    for (const auto& reset : node_.resets) check_reset(reset);
    if (sensible) check_tiers();
    check_tier_actions();
  }

 private:
  void bad(Span span, std::string message, std::string help) {
    context_.add(Finding(Code::bad_score_rule, span, std::move(message)).help(std::move(help)));
  }

  /// Totals are kept in 48.16 fixed point and must never overflow.
  void check_points(const ast::Integer& points) {
    if (std::abs(points.value) <= limits::kPoints) return;
    context_.add(Finding(Code::too_long, points.span, "points go up to " + std::to_string(limits::kPoints)));
  }

  bool check_range() {
    for (const auto& range : node_.ranges) check_points(range.from), check_points(range.to);
    if (node_.ranges.empty() || score_.from < score_.to) return true;
    const auto& range = node_.ranges.front();
    context_.add(
        Finding(Code::empty_range, range.to.span, "the range ends at " + std::to_string(score_.to) + ", which is not above its beginning")
            .label(range.from.span, "it begins here")
            .help("write the smaller number first"));
    return false;
  }

  void check_categories() {
    std::int64_t sum = 0;
    std::map<std::string_view, Span> seen;
    for (const auto& category : node_.categories) {
      const auto [first, fresh] = seen.try_emplace(category.name.text, category.name.span);
      if (!fresh) context_.duplicate(category.name.span, "category " + quoted(category.name.text), first->second);
      sum += category.weight.value;
      check_points(category.weight);
      check_points(category.max);
      if (category.max.value < 1)
        bad(category.max.span, "a category with at most " + std::to_string(category.max.value) + " points counts nothing",
            "write a `max` above 0");
      for (const auto& rule : category.rules) check_rule(rule);
    }
    if (node_.categories.empty() || sum == 100) return;
    const auto& last = node_.categories.back().weight;
    Finding finding(Code::weights_sum, last.span,
                    "the weights of " + quoted(score_.name) + " add up to " + std::to_string(sum) + ", not 100");
    for (std::size_t i = 0; i + 1 < node_.categories.size(); ++i) {
      finding.label(node_.categories[i].weight.span, std::to_string(node_.categories[i].weight.value));
    }
    const std::int64_t fitting = 100 - (sum - last.value);
    if (fitting > 0) finding.help("with " + std::to_string(fitting) + " here they would add up to 100");
    context_.add(finding);
  }

  void check_rule(const ast::Rule& rule) {
    const auto [first, fresh] = rules_.try_emplace(rule.name.text, rule.name.span);
    if (!fresh) context_.duplicate(rule.name.span, "rule " + quoted(rule.name.text), first->second);
    check_points(rule.points);
    if (rule.points.value == 0) bad(rule.points.span, "a rule of no points changes nothing", "give it points, or take it out");
    Scope scope = scope_;
    scope.place = "the rule " + quoted(rule.name.text);
    scope.trigger = check_trigger(context_, rule.trigger, scope, PatternUse::trigger, WhenPlace::elsewhere);
    if (rule.trigger.when) scope.facts = facts_if(context_, *rule.trigger.when, true);
    if (rule.limit) check_limit(rule);
    if (rule.then) check_body(context_, *rule.then, scope, BodyKind::score);
  }

  void check_limit(const ast::Rule& rule) {
    if (rule.trigger.when) {
      Finding finding(Code::bad_score_rule, rule.limit->span, "a rule with `when` counts while it holds, so it cannot be limited");
      context_.add(
          finding.label(rule.trigger.when->span, "counts while this holds").help("take the `limit` out, or score the event with `on`"));
      return;
    }
    if (rule.limit->count.value < 1)
      bad(rule.limit->count.span, "a limit of " + std::to_string(rule.limit->count.value) + " lets no point through",
          "a limit is at least 1");
    check_counted(context_, rule.limit->count, "a limit");
    if (is_zero(rule.limit->per))
      bad(rule.limit->per.span, "a limit counts over a length of time, and this has none", "write e.g. `per 7d`");
  }

  void check_decay(const ast::Decay& decay) {
    check_points(decay.amount);
    using Kind = ast::Decay::Kind;
    if (decay.kind == Kind::half && node_.decays.size() > 1)
      bad(decay.span, "a half-life falls at every moment and cannot take turns with another `decay`", "keep one of them");
    if (decay.kind == Kind::percent && (decay.amount.value < 1 || decay.amount.value > 100))
      bad(decay.amount.span, "a decay of " + std::to_string(decay.amount.value) + "% takes nothing away or more than there is",
          "write a share from 1% to 100%");
    if (decay.kind == Kind::points && decay.amount.value < 1)
      bad(decay.amount.span, "a decay of " + std::to_string(decay.amount.value) + " takes nothing away",
          "write how many points it takes away, e.g. `decay 5`");
    if (is_zero(decay.per)) bad(decay.per.span, "a decay happens once per length of time, and this has none", "write e.g. `per 1mo`");
    if (decay.floor && (decay.floor->value < score_.from || decay.floor->value > score_.to)) {
      bad(decay.floor->span, "a floor of " + std::to_string(decay.floor->value) + " lies outside of " + range_text(score_.from, score_.to),
          "choose one within the range");
    }
    Scope scope = scope_;
    scope.place = "a `decay`";
    check_when(context_, decay.when, scope, WhenPlace::elsewhere);
  }

  void check_reset(const ast::Reset& reset) {
    Scope scope = scope_;
    scope.place = "a `reset`";
    (void)check_trigger(context_, reset.trigger, scope, PatternUse::trigger, WhenPlace::elsewhere);
    if (reset.to.value >= score_.from && reset.to.value <= score_.to) return;
    Finding finding(Code::bad_score_rule, reset.to.span,
                    "a reset to " + std::to_string(reset.to.value) + " lies outside of " + range_text(score_.from, score_.to));
    if (!node_.ranges.empty()) finding.label(node_.ranges.front().from.span, "the range begins here");
    context_.add(finding.help("choose a score within the range"));
  }

  // ------------------------------------------------------------ tiers

  struct Placed {
    const ast::Tier* node;
    std::int64_t from, to;
  };

  void check_tiers() {
    std::vector<Placed> tiers;
    std::map<std::string_view, Span> seen;
    bool sensible = true;
    for (const auto& tier : node_.tiers) {
      const auto [first, fresh] = seen.try_emplace(tier.name.text, tier.name.span);
      if (!fresh) context_.duplicate(tier.name.span, "tier " + quoted(tier.name.text), first->second);
      const std::int64_t to = tier.to ? tier.to->value : score_.to;
      sensible = check_tier_range(tier, to) && sensible;
      tiers.push_back({&tier, tier.from.value, to});
    }
    if (!sensible || tiers.empty()) return;
    std::stable_sort(tiers.begin(), tiers.end(), [](const Placed& a, const Placed& b) { return a.from < b.from; });
    if (!check_overlaps(tiers)) return;
    check_gaps(tiers);
    for (std::size_t i = 0; i < tiers.size(); ++i) check_hysteresis(tiers, i);
  }

  /// A tier is left for the one below when the score falls this far below its edge.
  void check_hysteresis(const std::vector<Placed>& tiers, std::size_t index) {
    const ast::Tier& tier = *tiers[index].node;
    if (!tier.hysteresis) return;
    const std::string name = quoted(tier.name.text);
    if (index == 0) return bad(tier.hysteresis->span, "there is no tier below " + name + " to be left for", "take the `hysteresis` out");
    if (tier.hysteresis->value < 1)
      return bad(tier.hysteresis->span, "a hysteresis of " + std::to_string(tier.hysteresis->value) + " changes nothing",
                 "write how many points below " + std::to_string(tier.from.value) + " end the tier");
    const Placed& below = tiers[index - 1];
    const std::int64_t room = tier.from.value - below.from;
    if (tier.hysteresis->value < room) return;
    Finding finding(Code::bad_score_rule, tier.hysteresis->span,
                    "a falling score would skip the tier " + quoted(below.node->name.text) + ", which ends where " + name + " is left");
    finding.label(bounds(*below.node), quoted(below.node->name.text));
    if (room > 1)
      finding.help("write at most " + std::to_string(room - 1));
    else
      finding.help("take the `hysteresis` out");
    context_.add(finding);
  }

  bool check_tier_range(const ast::Tier& tier, std::int64_t to) {
    const Span last = tier.to ? tier.to->span : tier.from.span;
    if (to < tier.from.value && tier.to) {
      context_.add(Finding(Code::empty_range, last, "the tier " + quoted(tier.name.text) + " ends below its beginning")
                       .label(tier.from.span, "it begins here")
                       .help("write the smaller number first"));
      return false;
    }
    const bool low = tier.from.value < score_.from;
    if (!low && to <= score_.to && tier.from.value <= score_.to) return true;
    Finding finding(Code::tier_out_of_range, low ? tier.from.span : last,
                    "the tier " + quoted(tier.name.text) + " lies outside of the score's range");
    if (!node_.ranges.empty()) {
      const auto& range = node_.ranges.front();
      finding.label({range.from.span.file, range.from.span.begin, range.to.span.end},
                    "the score goes from " + std::to_string(score_.from) + " to " + std::to_string(score_.to));
    } else {
      finding.note("without a `range` a score goes from 0 to 100");
    }
    context_.add(finding.help("keep it within " + range_text(score_.from, score_.to)));
    return false;
  }

  static Span bounds(const ast::Tier& tier) {
    return {tier.from.span.file, tier.from.span.begin, tier.to ? tier.to->span.end : tier.from.span.end};
  }

  bool check_overlaps(const std::vector<Placed>& tiers) {
    bool fine = true;
    for (std::size_t i = 1; i < tiers.size(); ++i) {
      const Placed& below = tiers[i - 1];
      const Placed& above = tiers[i];
      if (above.from > below.to) continue;
      fine = false;
      const std::int64_t to = std::min(below.to, above.to);
      const std::string shared =
          above.from == to ? "a score of " + std::to_string(to) : "scores from " + std::to_string(above.from) + " to " + std::to_string(to);
      Finding finding(Code::tier_overlap, bounds(*above.node), shared + (above.from == to ? " belongs" : " belong") + " to two tiers");
      finding.caret(quoted(above.node->name.text)).label(bounds(*below.node), quoted(below.node->name.text));
      if (above.from > below.from) finding.help("let " + quoted(below.node->name.text) + " end at " + std::to_string(above.from - 1));
      if (above.from > below.from && below.node->to && context_.is_exact(below.node->to->span, std::to_string(below.to))) {
        finding.fix(below.node->to->span, std::to_string(above.from - 1));
      }
      context_.add(finding);
    }
    return fine;
  }

  void check_gaps(const std::vector<Placed>& tiers) {
    std::int64_t next = score_.from;
    for (const Placed& tier : tiers) {
      if (tier.from > next)
        report_gap(next, tier.from - 1, tier, next == score_.from ? "the lowest tier starts at " : "the next tier starts at ",
                   std::to_string(tier.from));
      next = std::max(next, tier.to + 1);
    }
    if (next > score_.to) return;
    report_gap(next, score_.to, tiers.back(), "the highest tier ends at ", std::to_string(tiers.back().to));
  }

  void report_gap(std::int64_t from, std::int64_t to, const Placed& beside, std::string_view why, const std::string& where) {
    const bool one = from == to;
    const std::string scores = one ? "a score of " + std::to_string(from) + " belongs"
                                   : "scores from " + std::to_string(from) + " to " + std::to_string(to) + " belong";
    const bool above = beside.to < from;
    const auto& end = above ? (beside.node->to ? beside.node->to->span : beside.node->from.span) : beside.node->from.span;
    Finding finding(Code::tier_gap, end, scores + " to no tier");
    finding.caret(std::string(why) + where);
    if (!node_.ranges.empty()) {
      const auto& range = node_.ranges.front();
      finding.label({range.from.span.file, range.from.span.begin, range.to.span.end},
                    "the score can be anything from " + std::to_string(score_.from) + " to " + std::to_string(score_.to));
    }
    for (const auto& reset : node_.resets) {
      if (reset.to.value >= from && reset.to.value <= to) finding.label(reset.to.span, "this reset lands there");
    }
    finding.note("a lead without a tier matches no condition on `tier`, so nothing would pick it up again");
    finding.help("give " + (one ? std::to_string(from) : "them") + " a tier");
    add_tier_fix(finding, beside, from, to, above);
    context_.add(finding);
  }

  /// A line of its own before or behind the neighbouring tier, indented like it; only in the text spelling.
  void add_tier_fix(Finding& finding, const Placed& beside, std::int64_t from, std::int64_t to, bool behind) {
    const Span tier = beside.node->span;
    if (!context_.bytes(tier).starts_with("tier")) return;
    std::string name = from == score_.from ? "dormant" : to == score_.to ? "top" : "between";
    while (score_.find_tier(name) != kNone) name += "_2";
    const auto position = context_.diagnostics.position(tier);
    const std::string indent(position.column > 0 ? position.column - 1 : 0, ' ');
    const std::string line = "tier " + name + ' ' + range_text(from, to);
    if (behind)
      finding.fix(Context::behind(tier), '\n' + indent + line);
    else
      finding.fix(Context::before(tier), line + '\n' + indent);
  }

  void check_tier_actions() {
    for (const auto& action : node_.tier_actions) {
      if (score_.find_tier(action.tier.text) == kNone) {
        context_.unknown(action.tier, {"tier of " + quoted(score_.name) + " called", "tier " + action.tier.text + " FROM..TO"},
                         score_.tiers);
      }
      Scope scope = scope_;
      scope.place = std::string(action.kind == ast::TierAction::Kind::enter ? "an `enter`" : "a `leave`");
      check_body(context_, action.body, scope, BodyKind::score);
    }
  }

  Context& context_;
  const model::Score& score_;
  const ast::Score& node_;
  Scope scope_;
  std::map<std::string_view, Span> rules_;
};

}  // namespace

void check_scores(Context& context) {
  for (const auto& score : context.model.scores) ScoreCheck(context, score).run();
}

}  // namespace nurture::check
