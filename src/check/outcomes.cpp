// Finds conditions that can have one outcome only, by folding what can be folded: literals, `x == x`, counts below zero,
// scores beyond their range, operands of one `and` or `or` that contradict each other. Entry point: check_outcomes().
//
// The smallest part is reported, once, with the reason; what surrounds it is then not judged again.
#include "check/outcomes.hpp"

#include "check/narrowing.hpp"
#include "check/types.hpp"
#include "check/typing.hpp"
#include "syntax/print.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

namespace nurture::check {

namespace {

using ast::Expr;
using ast::ExprKind;

bool is_relation(ExprKind kind) { return kind >= ExprKind::equal && kind <= ExprKind::greater_equal; }

ExprKind mirrored(ExprKind kind) {
  switch (kind) {
    case ExprKind::less: return ExprKind::greater;
    case ExprKind::less_equal: return ExprKind::greater_equal;
    case ExprKind::greater: return ExprKind::less;
    case ExprKind::greater_equal: return ExprKind::less_equal;
    default: return kind;
  }
}

std::optional<double> number_of(const Expr& e) {
  if (e.kind == ExprKind::negate) {
    const auto inner = number_of(e.args.at(0));
    return inner ? std::optional(-*inner) : std::nullopt;
  }
  if (e.kind != ExprKind::number || e.text.starts_with("0x")) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(e.text.data(), e.text.data() + e.text.size(), value);
  return error == std::errc() && end == e.text.data() + e.text.size() ? std::optional(value) : std::nullopt;
}

bool holds(ExprKind kind, double a, double b) {
  switch (kind) {
    case ExprKind::equal: return a == b;
    case ExprKind::not_equal: return a != b;
    case ExprKind::less: return a < b;
    case ExprKind::less_equal: return a <= b;
    case ExprKind::greater: return a > b;
    case ExprKind::greater_equal: return a >= b;
    default: return false;
  }
}

/// The numbers that something can be, both ends included.
struct Interval {
  double from = -std::numeric_limits<double>::infinity();
  double to = std::numeric_limits<double>::infinity();
  [[nodiscard]] bool empty() const { return from > to; }
};

/// What `x relation limit` leaves of an interval. Open ends move to the next number.
Interval narrowed(Interval in, ExprKind kind, double limit) {
  const double inf = std::numeric_limits<double>::infinity();
  if (kind == ExprKind::equal || kind == ExprKind::less_equal) in.to = std::min(in.to, limit);
  if (kind == ExprKind::equal || kind == ExprKind::greater_equal) in.from = std::max(in.from, limit);
  if (kind == ExprKind::less) in.to = std::min(in.to, std::nextafter(limit, -inf));
  if (kind == ExprKind::greater) in.from = std::max(in.from, std::nextafter(limit, inf));
  return in;
}

class Outcomes {
 public:
  explicit Outcomes(Context& context) : context_(context) {}

  /// The only outcome of a condition, when it has one; reports the smallest part that has.
  void look(const Expr& e) {
    switch (e.kind) {
      case ExprKind::bool_literal: return report(e, e.text == "true", "this does not depend on anything");
      case ExprKind::not_: return look(e.args.at(0));
      case ExprKind::and_:
      case ExprKind::or_: return look_at_operands(e);
      case ExprKind::conditional:
        look(e.args.at(0));
        // The sides may well be literals: `x ? true : y`.
        for (std::size_t i = 1; i < e.args.size(); ++i) {
          if (e.args[i].kind != ExprKind::bool_literal) look(e.args[i]);
        }
        return;
      case ExprKind::in: return look_at_membership(e);
      default:
        if (is_relation(e.kind)) look_at_relation(e);
    }
  }

 private:
  void report(const Expr& e, bool outcome, std::string why) {
    reported_ = true;
    context_.add(Finding(Code::always_true_false, e.span, shown(e) + " is always " + (outcome ? "true" : "false")).caret(std::move(why)));
  }

  /// What is known about the value of a number before any comparison.
  Interval bounds_of(const Expr& e) const {
    if (e.kind == ExprKind::history && e.text == "count") return {0, std::numeric_limits<double>::infinity()};
    if (e.kind == ExprKind::fold && e.text == "distinct") return {0, std::numeric_limits<double>::infinity()};
    const bool score = e.kind == ExprKind::select && e.args[0].kind == ExprKind::ident && e.args[0].text == "score";
    const model::Id id = score ? context_.model.find_score(e.text) : model::kNone;
    if (id == model::kNone) return {};
    const model::Score& found = context_.model.scores[id];
    return {static_cast<double>(found.from), static_cast<double>(found.to)};
  }

  void look_at_relation(const Expr& e) {
    const Expr& left = e.args.at(0);
    const Expr& right = e.args.at(1);
    const auto a = number_of(left);
    const auto b = number_of(right);
    if (a && b) return report(e, holds(e.kind, *a, *b), "both sides are written down");
    if (!key_of(left).empty() && key_of(left) == key_of(right)) {
      const bool outcome = e.kind == ExprKind::equal || e.kind == ExprKind::less_equal || e.kind == ExprKind::greater_equal;
      return report(e, outcome, "both sides are the same");
    }
    if (a || b) look_at_limit(e, b ? left : right, b ? e.kind : mirrored(e.kind), b ? *b : *a);
  }

  /// The values that an enum field of the lead, a tier or a stage can have; none when it is nothing of these.
  std::vector<std::string> values_of(const Expr& e) const {
    if (e.kind != ExprKind::select || e.args[0].kind != ExprKind::ident) return {};
    if (e.args[0].text == "lead") {
      const model::Id id = context_.model.find_lead_field(e.text);
      return id == model::kNone ? std::vector<std::string>() : context_.model.lead[id].type.values;
    }
    if (e.args[0].text == "stage") {
      const model::Id id = context_.model.find_lifecycle(e.text);
      return id == model::kNone ? std::vector<std::string>() : context_.model.lifecycles[id].stages;
    }
    const model::Id id = e.args[0].text == "tier" ? context_.model.find_score(e.text) : model::kNone;
    std::vector<std::string> values;
    if (id == model::kNone) return values;
    for (const auto& tier : context_.model.scores[id].tiers) values.push_back(tier.name);
    return values;
  }

  /// `x in ["a", "b"]` where x is always one of them.
  void look_at_membership(const Expr& e) {
    const auto values = values_of(e.args.at(0));
    if (values.empty() || e.args.at(1).kind != ExprKind::list) return;
    const auto& list = e.args[1].args;
    const auto listed = [&](const std::string& value) {
      return std::any_of(list.begin(), list.end(), [&](const Expr& item) { return item.kind == ExprKind::string && item.text == value; });
    };
    if (std::all_of(values.begin(), values.end(), listed)) report(e, true, "these are all its values");
  }

  void look_at_limit(const Expr& e, const Expr& subject, ExprKind kind, double limit) {
    const Interval bounds = bounds_of(subject);
    if (std::isinf(bounds.from)) return;
    const bool never = narrowed(bounds, kind, limit).empty() || (kind == ExprKind::not_equal && bounds.from == limit && bounds.to == limit);
    const bool always = kind == ExprKind::not_equal ? narrowed(bounds, ExprKind::equal, limit).empty()
                                                    : holds(kind, bounds.from, limit) && holds(kind, bounds.to, limit);
    if (!never && !always) return;
    const auto whole = [](double v) { return std::to_string(static_cast<std::int64_t>(v)); };
    const std::string top =
        std::isinf(bounds.to) ? "never below " + whole(bounds.from) : "from " + whole(bounds.from) + " to " + whole(bounds.to);
    report(e, always, shown(subject) + " is " + top);
  }

  void look_at_operands(const Expr& e) {
    for (const Expr& arg : e.args) look(arg);
    if (reported_) return;
    const bool all = e.kind == ExprKind::and_;
    look_for_texts(e, all);
    if (!reported_) look_for_intervals(e, all);
  }

  /// `x == "a" and x == "b"`; `x != "a" or x != "b"`.
  void look_for_texts(const Expr& e, bool all) {
    const ExprKind wanted = all ? ExprKind::equal : ExprKind::not_equal;
    std::map<std::string, const Expr*> seen;
    for (const Expr& arg : e.args) {
      if (arg.kind != wanted || arg.args.at(1).kind != ExprKind::string) continue;
      const std::string key = key_of(arg.args.at(0));
      if (key.empty()) continue;
      const auto [first, fresh] = seen.try_emplace(key, &arg);
      if (fresh || first->second->args[1].text == arg.args[1].text) continue;
      return report_pair(e, *first->second, arg, all);
    }
  }

  /// `x > 5 and x < 3`; for `or` the same of the opposites: `x < 5 or x > 3`.
  void look_for_intervals(const Expr& e, bool all) {
    struct Seen {
      Interval left;
      const Expr* last = nullptr;
    };
    std::map<std::string, Seen> seen;
    for (const Expr& arg : e.args) {
      if (!is_relation(arg.kind) || arg.kind == ExprKind::not_equal) continue;
      if (!all && arg.kind == ExprKind::equal) continue;
      const auto limit = number_of(arg.args.at(1));
      const std::string key = key_of(arg.args.at(0));
      if (!limit || key.empty()) continue;
      Seen& about = seen[key];
      const Interval left = narrowed(about.left, all ? arg.kind : opposite(arg.kind), *limit);
      if (left.empty() && about.last != nullptr) return report_pair(e, *about.last, arg, all);
      about = {left, &arg};
    }
  }

  static ExprKind opposite(ExprKind kind) {
    switch (kind) {
      case ExprKind::less: return ExprKind::greater_equal;
      case ExprKind::less_equal: return ExprKind::greater;
      case ExprKind::greater: return ExprKind::less_equal;
      case ExprKind::greater_equal: return ExprKind::less;
      default: return kind;
    }
  }

  void report_pair(const Expr& e, const Expr& first, const Expr& second, bool all) {
    reported_ = true;
    Finding finding(Code::always_true_false, second.span, shown(e) + " is always " + (all ? "false" : "true"));
    finding.caret(all ? "this cannot hold together with the other" : "one of the two always holds").label(first.span, "the other");
    if (all && first.kind == ExprKind::equal) finding.help("ask for either value with `in [...]`");
    if (!all && first.kind == ExprKind::not_equal) finding.help("ask for neither value with `not ... in [...]`");
    context_.add(finding);
  }

  Context& context_;
  bool reported_ = false;
};

}  // namespace

void check_outcomes(Context& context, const Expr& condition) { Outcomes(context).look(condition); }

}  // namespace nurture::check
