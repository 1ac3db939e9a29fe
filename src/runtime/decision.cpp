// Decisions as words and as JSON lines. Entry point: to_json(). Written by hand because it is on the path of dry runs over
// millions of inputs; members come in a fixed order and only when they apply.
#include <nurture/decision.hpp>

#include <fmt/format.h>

#include <iterator>

namespace nurture {
namespace {

constexpr std::string_view kKinds[] = {"enrolled",     "refused",       "sent",
                                       "held",         "skipped",       "branch",
                                       "split",        "outcome",       "promoted",
                                       "waiting",      "wait_ended",    "handler",
                                       "goal",         "exited",        "moved",
                                       "move_refused", "accelerated",   "jumped",
                                       "planned",      "set",           "tagged",
                                       "notified",     "task",          "called",
                                       "score",        "stage",         "joined",
                                       "left",         "tier",          "delivered",
                                       "consent",      "input_refused", "evaluation_error",
                                       "gap",          "paused",        "resumed",
                                       "broadcast",    "erased",        "exported",
                                       "queued",       "frozen",        "thawed",
                                       "deployed",     "migrated",      "parked"};
static_assert(std::size(kKinds) == static_cast<std::size_t>(DecisionKind::parked) + 1);

constexpr std::string_view kReasons[] = {"none",       "consent",   "cap",      "quiet",  "window", "rate",       "breaker",
                                         "paused",     "yield",     "order",    "late",   "jumped", "suppressed", "holdout",
                                         "no_address", "duplicate", "expired",  "erased", "error",  "digested",   "already_enrolled",
                                         "reenroll",   "goal",      "exit",     "limit",  "parked", "no_key",     "anchor_missing",
                                         "restarted",  "retention", "rejected", "failed", "retry"};
static_assert(std::size(kReasons) == static_cast<std::size_t>(Reason::retry) + 1);

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        else
          out += c;
    }
  }
  out += '"';
}

class Writer {
 public:
  void text(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    begin(name);
    append_quoted(out_, value);
  }
  template <class Number>
  void number(std::string_view name, Number value) {
    begin(name);
    fmt::format_to(std::back_inserter(out_), "{}", value);
  }
  void instant(std::string_view name, Instant at) {
    if (at == Instant::max()) return;
    text(name, at.to_string());
  }
  [[nodiscard]] std::string finish() && { return std::move(out_) + "}"; }

 private:
  void begin(std::string_view name) {
    out_ += out_.empty() ? '{' : ',';
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }
  std::string out_;
};

}  // namespace

std::string_view to_string(DecisionKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view to_string(Reason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

std::string Key::to_string() const {
  std::string text;
  for (const std::uint8_t byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

std::string points_text(std::int64_t points) {
  std::string text = fmt::format("{:.4f}", static_cast<double>(points) / 65536.0);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string to_json(const Decision& d) {
  Writer w;
  w.instant("at", d.at);
  w.text("lead", d.lead);
  w.number("number", d.number);
  w.text("decision", to_string(d.kind));
  if (d.reason != Reason::none) w.text("reason", to_string(d.reason));
  w.text("sequence", d.sequence);
  w.text("version", d.version);
  if (d.enrolment != 0) w.number("enrolment", d.enrolment);
  w.text("step", d.step);
  w.text("message", d.message);
  w.text("channel", d.channel);
  w.text("variant", d.variant);
  w.text("name", d.name);
  w.text("detail", d.detail);
  w.text("rule", d.rule);
  w.instant("until", d.until);
  w.instant("planned", d.planned);
  if (d.kind == DecisionKind::score) w.number("points", points_text(d.points));
  if (d.kind == DecisionKind::score || d.kind == DecisionKind::tier) w.number("total", d.total);
  if (d.key != nullptr) w.text("key", d.key->to_string());
  return std::move(w).finish();
}

}  // namespace nurture
