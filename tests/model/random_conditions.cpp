// See random_conditions.hpp.
#include "model/random_conditions.hpp"

#include <algorithm>

namespace reference {

Conditions::Conditions(Random& random) : random_(random) {
  const std::vector<std::string> all{"30min", "1h", "2h", "12h", "24h", "1d", "2d", "3d", "1w", "1d12h", "1mo"};
  for (int i = 0; i < 3; ++i) lengths_.push_back(random_.one_of(all));
}

/// One event or two, with the fields that all of them have.
std::string Conditions::events(std::vector<std::string>& fields) {
  switch (random_.pick(8)) {
    case 0: fields = {"room", "n"}; return "joined";
    case 1: fields = {"room"}; return "shifted";
    case 2: fields = {"n"}; return "opened";
    case 3: fields = {"n", "link"}; return "clicked";
    case 4: fields = {}; return "left";
    case 5: fields = {"n"}; return "opened or clicked";
    case 6: fields = {"room"}; return "joined or shifted";
    default: fields = {}; return "clicked or left";
  }
}

std::string Conditions::pattern() {
  std::vector<std::string> fields;
  if (tells_stages && random_.odd(6))
    return "stage.entered" +
           std::string(random_.odd(50) ? " where default(event.stage, \"\") == " + random_.one_of({"\"a\"", "\"b\""}) : "");
  if (random_.odd(6)) {
    const std::string of = random_.odd(40) ? " of m" + std::to_string(random_.pick(4)) : "";
    return random_.one_of({"message.sent", "message.skipped", "message.held", "email.open", "email.open"}) + of;
  }
  if (random_.odd(3)) return "any";
  if (random_.odd(4)) return random_.one_of({"sequence.ended", "sequence.enrolled", "message.failed", "consent.withdrawn"});
  std::string text = events(fields) + (keyed && random_.odd(15) ? " any key" : "");
  if (fields.empty() || random_.odd(60)) return text;
  const std::string field = random_.one_of(fields);
  text += " where event." + field + ' ';
  if (field == "n") return text + relation() + ' ' + std::to_string(random_.between(1, 3));
  return text + random_.one_of({"==", "!="}) + ' ' +
         (field == "room" ? random_.one_of({"\"a\"", "\"b\""}) : random_.one_of({"\"x\"", "\"y\""}));
}

std::string Conditions::window(const Scope& scope) {
  if (scope.enrolled && random_.odd(40)) return " since enrolled";
  if (!scope.anchors.empty() && random_.odd(20)) return " since anchor " + random_.one_of(scope.anchors);
  if (!scope.steps.empty() && random_.odd(20)) return " since step " + random_.one_of(scope.steps);
  if (random_.odd(70)) return " within " + length();
  return random_.odd(15) ? " since " + random_.one_of({"2026-03-30", "2026-10-25T00:30", "2026-04-02T02:00Z"}) : "";
}

std::string Conditions::history(const Scope& scope) {
  switch (random_.pick(7)) {
    case 0: return "any(" + pattern() + window(scope) + ')';
    case 1: return "none(" + pattern() + window(scope) + ')';
    case 2:
    case 3:
      return "count(" + pattern() + window(scope) + ") " + random_.one_of({">=", "==", "<"}) + ' ' + std::to_string(random_.between(1, 3));
    case 4: return "idle(" + pattern() + ") " + random_.one_of({">=", "<", ">", "<="}) + ' ' + length();
    case 5:
      if (random_.odd(40))
        return "default(most(n of " + random_.one_of({"opened", "clicked", "opened or clicked"}) + window(scope) + "), 0) " + relation() +
               " 1";
      return "distinct(n of " + random_.one_of({"opened", "clicked", "opened or clicked"}) + window(scope) + ") >= 2";
    case 6:
      if (random_.odd(50)) return "sum(price of opened" + window(scope) + ") " + relation() + " 3.5";
      [[fallthrough]];
    default: return "sum(n of " + random_.one_of({"opened", "clicked", "joined"}) + window(scope) + ") " + relation() + " 3";
  }
}

/// Something that the clock reaches.
std::string Conditions::moment(const Scope& scope) {
  const std::string known = !scope.anchors.empty() && random_.odd(50) ? "anchor." + random_.one_of(scope.anchors) : "lead.due";
  std::string text = known;
  if (random_.odd(70)) text += random_.one_of({" - ", " + "}) + length();
  return known + " is known and now " + random_.one_of({">=", "<", ">", "<="}) + ' ' + text;
}

std::string Conditions::part(const Scope& scope) {
  if (scope.extra && random_.odd(8)) {
    return random_.odd(50) ? "score.extra " + relation() + ' ' + std::to_string(random_.between(0, 60)) : "tier.extra == \"more\"";
  }
  if (scope.scores && random_.odd(15)) {
    return random_.odd(50) ? "score.heat " + relation() + ' ' + std::to_string(random_.between(0, 60))
                           : "tier.heat " + random_.one_of({"==", "!="}) + ' ' + random_.one_of({"\"low\"", "\"mid\"", "\"high\""});
  }
  if (!scope.lifecycles.empty() && random_.odd(15))
    return "stage." + random_.one_of(scope.lifecycles) + random_.one_of({" == ", " != "}) + random_.one_of({"\"new\"", "\"a\"", "\"b\""});
  if (!scope.segments.empty() && random_.odd(12)) return random_.one_of(scope.segments);
  if (scope.accepts && random_.odd(20)) {
    return random_.odd(60) ? "entry.n " + relation() + ' ' + std::to_string(random_.between(0, 3))
                           : "entry.word == " + random_.one_of({"\"x\"", "\"none\""});
  }
  if (random_.odd(3))
    return random_.odd(50) ? random_.one_of({"enrolled_in(s0)", "not enrolled_in(s0)"})
                           : random_.one_of({"consent(offers, email)", "not consent(proofs, email)"});
  if (random_.odd(3)) return "lead.due is known and hour(lead.due) " + relation() + " 12";
  switch (random_.pick(9)) {
    case 5:
      return random_.odd(50) ? "lead.mood == " + random_.one_of({"\"new\"", "\"open\"", "\"done\""})
                             : "lead.weight is known and lead.weight " + relation() + " 1.5";
    case 0: return random_.odd(50) ? "lead.flag" : "not lead.flag";
    case 1: return "lead.level " + relation() + ' ' + std::to_string(random_.between(0, 4));
    case 2: return "lead.topic == " + random_.one_of({"\"none\"", "\"x\"", "\"y\""});
    case 3: return random_.odd(50) ? "lead.email is known" : "lead.due is missing";
    case 4: return moment(scope);
    default: return history(scope);
  }
}

std::string Conditions::plain_condition() {
  switch (random_.pick(3)) {
    case 0: return random_.odd(50) ? "lead.flag" : "not lead.flag";
    case 1: return "lead.level " + relation() + ' ' + std::to_string(random_.between(0, 4));
    default: return "lead.topic == " + random_.one_of({"\"none\"", "\"x\"", "\"y\""});
  }
}

std::string Conditions::passing_condition() {
  const std::string first = random_.odd(25) ? "lead.flag and " : "";
  switch (random_.pick(3)) {
    case 0: return first + "any(" + pattern() + " within " + length() + ')';
    case 1: return first + "idle(" + pattern() + ") < " + length();
    default: return first + "lead.due is known and now < lead.due" + (random_.odd(60) ? random_.one_of({" - ", " + "}) + length() : "");
  }
}

std::string Conditions::longest_length() const {
  const std::vector<std::string> rising{"30min", "1h", "2h", "12h", "24h", "1d", "1d12h", "2d", "3d", "1w", "1mo"};
  const auto place = [&](const std::string& one) { return std::find(rising.begin(), rising.end(), one) - rising.begin(); };
  const auto longest =
      std::max_element(lengths_.begin(), lengths_.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return place(*longest) < place("3d") ? "3d" : *longest;  // Some windows are written out.
}

std::string Conditions::condition(const Scope& scope) {
  const auto has = [](const std::string& text, std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(), [&](const char* word) { return text.find(word) != std::string::npos; });
  };
  const auto asks_by_name = [&](const std::string& text) { return has(text, {"enrolled_in(", "consent("}); };
  const auto asks_clock = [&](const std::string& text) { return has(text, {"within", "idle(", "now ", "since step", "seg"}); };
  const std::string first = part(scope);
  if (random_.odd(65)) return first;
  const bool all = random_.odd(50);
  const std::string second = part(scope);
  // The reference asks what the clock may change more often than there is a reason to: beside it, a question that the engine tells
  // the answer of would be answered before that is told.
  if ((asks_by_name(first) && asks_clock(second)) || (asks_by_name(second) && asks_clock(first))) return first;
  const auto side = [&](const std::string& text) { return text.find(" and ") != std::string::npos && !all ? '(' + text + ')' : text; };
  return side(first) + (all ? " and " : " or ") + side(second);
}

std::string Conditions::trigger(const Scope& scope) { return random_.odd(45) ? "on " + pattern() : "when " + condition(scope); }

}  // namespace reference
