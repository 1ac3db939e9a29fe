// See random_bodies.hpp.
#include "model/random_bodies.hpp"

#include <utility>

namespace reference {

std::string Bodies::send() {
  const std::size_t index = random_.pick(messages_.size());
  const Message& message = messages_[index];
  std::string text = "send m" + std::to_string(index);
  if (!message.variant.empty() && random_.odd(40)) text += " variant " + message.variant;
  if (message.accepts && random_.odd(60)) {
    text += " with size = " + random_.one_of({"lead.level", "2", "lead.level + 1"});
    if (random_.odd(50)) text += ", word = lead.topic";
  }
  if (message.channels.size() > 5 && random_.odd(12)) {
    text += " by preferred of " + message.channels;
  } else if (random_.odd(25)) {
    text += " by " + (random_.odd(50) ? message.channels : std::string("email"));
  }
  return text + (random_.odd(15) ? " unless sent within " + conditions_.length() : "");
}

std::string Bodies::set() {
  switch (random_.pick(8)) {
    case 6: return "set lead.weight = " + random_.one_of({"2.5", "lead.level + 0.5", "null"});
    case 7: return "set lead.mood = " + random_.one_of({"\"open\"", "\"done\""});
    case 0: return "set lead.flag = " + random_.one_of({"true", "false", "not lead.flag"});
    case 1: return "set lead.topic = " + random_.one_of({"\"x\"", "\"y\"", "\"none\""});
    case 2: return "set lead.due = now + " + conditions_.exact_length();
    case 3:
      return random_.odd(50) ? "set lead.email = null"
                             : "set lead.tz = " + random_.one_of({"\"Asia/Tokyo\"", "\"UTC\"", "\"Europe/Lisbon\""});
    default: return "set lead.level = " + random_.one_of({"lead.level + 1", "0", "2", "lead.level - 1"});
  }
}

std::string Bodies::simple() {
  if (has_pool && random_.odd(15)) return "send next of tips";
  if (has_points && random_.odd(6)) return "score heat " + random_.one_of({"+8", "-5", "+40"});
  if (random_.odd(3)) return "snooze " + conditions_.length();
  switch (random_.pick(9)) {
    case 0: return "tag warm";
    case 5: return "task owner \"Call about {{ lead.topic }}\" due 2d" + std::string(random_.odd(30) ? " as call" : "");
    case 1: return "notify sales \"{{ lead.topic }}, {{ lead.level }}, {{ default(lead.weight, 0.5) }}, {{ lead.mood }} at {{ now }}\"";
    case 2: return "do crm.note(lead.level, lead.topic, lead.flag)";
    case 3:
    case 4: return set();
    default: return send();
  }
}

void Bodies::choice(std::vector<Piece>& out, const Surroundings& where, int depth, bool waits) {
  if (random_.odd(30)) {
    const std::string share = std::to_string(10 * random_.between(1, 9));
    const std::string rest = std::to_string(100 - std::stoi(share));
    Piece split{"split c" + std::to_string(splits_++) + (has_goals ? experiment() : "") + " {", {}, "}"};
    split.inner.push_back({"left " + share + "% {", actions(where, depth - 1, waits), "}"});
    split.inner.push_back({"right " + rest + "% {", actions(where, depth - 1, waits), "}"});
    out.push_back(std::move(split));
    return;
  }
  const std::string label = random_.odd(40) ? " as yes" : "";
  Piece branch{"if " + conditions_.condition(where.scope) + label + " {", actions(where, depth - 1, waits), "}"};
  if (random_.odd(50)) branch.inner.push_back({random_.odd(30) ? "} else as no {" : "} else {", actions(where, depth - 1, waits), ""});
  out.push_back(std::move(branch));
}

/// What is behind the name of a split.
std::string Bodies::experiment() {
  std::string text = random_.odd(40) ? random_.one_of({" salt \"v1\"", " salt \"v2\""}) : "";
  if (random_.odd(25)) return text;
  const bool keyed = std::exchange(conditions_.keyed, false);  // A goal is the lead's, not the run's.
  text += " goal " + conditions_.pattern() + (random_.odd(50) ? " within " + conditions_.length() : "");
  conditions_.keyed = keyed;
  return text + (random_.odd(30) ? " promote at 60% min 1" : "");
}

std::string Bodies::wait_for_time() {
  const std::string clock = random_.one_of({"00:30", "01:30", "02:30", "09:00", "22:00"});
  if (random_.odd(50)) return "wait " + random_.one_of({"1d", "12h", "2d", "1mo"}) + " until " + clock;
  return "wait until " + random_.one_of({"mon", "sun", "mon..fri", "sat..tue"}) + ' ' + clock;
}

void Bodies::wait_until(std::vector<Piece>& out, const Surroundings& where) {
  const bool on = random_.odd(50);
  const bool clicks = on && random_.odd(30);
  if (on && random_.odd(20))
    return out.push_back({"wait until on " + conditions_.pattern() + " repeat reset timeout " + conditions_.length()});
  // One may look back, and what it finds is the trigger of what follows.
  const std::string back = clicks && random_.odd(50) ? random_.one_of({" since enrolled", " within 1d"}) : "";
  const std::string trigger = clicks ? "on clicked" + back
                              : on   ? "on " + conditions_.pattern()
                                     : "when " + conditions_.condition(where.scope);
  out.push_back({"wait until " + trigger + " timeout " + conditions_.length() + (random_.odd(30) ? " as silent" : "")});
  if (random_.odd(40)) out.back().inner.push_back({"then {", actions(where, 0, true), "}"});
  if (clicks) out.push_back({"set lead.topic = default(trigger.link, \"none\")"});
}

void Bodies::wait_any(std::vector<Piece>& out, const Surroundings& where) {
  Piece any{"wait until any of {", {}, "} timeout " + conditions_.length() + (random_.odd(30) ? " as silent" : "")};
  const std::size_t count = 1 + random_.pick(3);
  for (std::size_t i = 0; i < count; ++i) {
    const bool back = random_.odd(20);
    const std::string trigger = back ? "on opened" + random_.one_of({" since enrolled", " within 1d"}) : conditions_.trigger(where.scope);
    const std::string label = random_.odd(50) ? " as c" + std::to_string(i) : "";
    any.inner.push_back({trigger + label + " {", random_.odd(70) ? actions(where, 0, true) : std::vector<Piece>(), "}"});
  }
  out.push_back(std::move(any));
}

/// `move to` or `enroll in`, with what the sequence accepts.
std::string Bodies::into(const std::string& verb, const Surroundings& where) {
  const std::string target = random_.one_of(where.sequences);
  std::string text = verb + ' ' + target;
  if (!accepting.contains(target) || random_.odd(30)) return text;
  text += " with n = " + random_.one_of({"lead.level", "3", "lead.level + 1"});
  return text + (random_.odd(50) ? ", word = lead.topic" : "");
}

void Bodies::action(std::vector<Piece>& out, const Surroundings& where, int depth, bool waits) {
  if (depth > 0 && random_.odd(25)) return choice(out, where, depth, waits);
  if (waits && random_.odd(15)) return out.push_back({"wait " + conditions_.length()});
  if (waits && random_.odd(6)) return out.push_back({wait_for_time()});
  if (waits && random_.odd(8)) return wait_any(out, where);
  if (waits && random_.odd(18)) return wait_until(out, where);
  if (random_.odd(4)) return out.push_back({into("enroll in", where)});
  if (where.lasts && accelerates_ < 6 && random_.odd(4)) {
    ++accelerates_;
    return out.push_back({"accelerate " + random_.one_of({"2x", "1.5x", "3x"})});
  }
  out.push_back({simple()});
}

std::vector<Piece> Bodies::actions(const Surroundings& where, int depth, bool waits) {
  std::vector<Piece> out;
  const std::size_t count = 1 + random_.pick(3);
  for (std::size_t i = 0; i < count; ++i) action(out, where, depth, waits);
  return out;
}

/// What leaves the body, on a condition, so that something can come behind it.
void Bodies::leave(std::vector<Piece>& out, const Surroundings& where, std::string action) {
  out.push_back({"if " + conditions_.condition(where.scope) + " {", {{std::move(action)}}, "}"});
}

std::vector<Piece> Bodies::step_body(const Surroundings& where, std::size_t step) {
  accelerates_ = step == 0 ? 0 : accelerates_;
  std::vector<Piece> out = actions(where, 2, true);
  const std::size_t steps = where.scope.steps.size();
  if (random_.odd(6)) leave(out, where, "exit done");
  if (random_.odd(6)) leave(out, where, into("move to", where));
  if (random_.odd(5)) out.push_back({into("move to", where) + " else {", actions(where, 0, true), "}"});
  // Forward at will, backward behind a wait.
  if (step + 1 < steps && random_.odd(10)) leave(out, where, "-> " + where.scope.steps[step + 1 + random_.pick(steps - step - 1)]);
  if (random_.odd(6)) {
    out.push_back({"wait 1d"});
    leave(out, where, "-> " + where.scope.steps[random_.pick(step + 1)]);
  }
  return out;
}

std::vector<Piece> Bodies::handler_body(const Surroundings& where, bool asks_link) {
  std::vector<Piece> out = actions(where, 1, false);
  if (asks_link && random_.odd(50)) out.push_back({"set lead.topic = trigger.link"});
  if (!where.lasts) return out;
  if (random_.odd(8))
    out.push_back({"exit away"});
  else if (random_.odd(8))
    out.push_back({into("move to", where)});
  else if (random_.odd(10))
    out.push_back({"-> " + random_.one_of(where.scope.steps)});
  return out;
}

std::vector<Piece> Bodies::exhausted_body(const Surroundings& where) {
  std::vector<Piece> out = actions(where, 1, true);
  if (random_.odd(25)) leave(out, where, "exit done");
  if (random_.odd(25)) out.push_back({into("move to", where)});
  return out;
}

std::vector<Piece> Bodies::score_body(const std::vector<std::string>& sequences) {
  std::vector<Piece> out{{simple()}};
  if (random_.odd(25)) out.push_back({"enroll in " + random_.one_of(sequences)});
  return out;
}

}  // namespace reference
