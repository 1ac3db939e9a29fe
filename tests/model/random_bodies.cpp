// See random_bodies.hpp.
#include "model/random_bodies.hpp"

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
  return text + (random_.odd(25) ? " by " + (random_.odd(50) ? message.channels : std::string("email")) : "");
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
  switch (random_.pick(9)) {
    case 0: return "tag warm";
    case 5: return "task owner \"Call about {{ lead.topic }}\" due 2d";
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
    Piece split{"split c" + std::to_string(splits_++) + " {", {}, "}"};
    split.inner.push_back({"left " + share + "% {", actions(where, depth - 1, waits), "}"});
    split.inner.push_back({"right " + rest + "% {", actions(where, depth - 1, waits), "}"});
    out.push_back(std::move(split));
    return;
  }
  const std::string label = random_.odd(40) ? " as yes" : "";
  Piece branch{"if " + conditions_.condition(where.scope) + label + " {", actions(where, depth - 1, waits), "}"};
  if (random_.odd(50)) branch.inner.push_back({"} else {", actions(where, depth - 1, waits), ""});
  out.push_back(std::move(branch));
}

void Bodies::action(std::vector<Piece>& out, const Surroundings& where, int depth, bool waits) {
  if (depth > 0 && random_.odd(25)) return choice(out, where, depth, waits);
  if (waits && random_.odd(15)) return out.push_back({"wait " + conditions_.length()});
  if (waits && random_.odd(18)) {
    const bool on = random_.odd(50);
    const bool clicks = on && random_.odd(30);
    // One may look back, and what it finds is the trigger of what follows.
    const std::string back = clicks && random_.odd(50) ? random_.one_of({" since enrolled", " within 1d"}) : "";
    const std::string trigger = clicks ? "on clicked" + back
                                : on   ? "on " + conditions_.pattern()
                                       : "when " + conditions_.condition(where.scope);
    out.push_back({"wait until " + trigger + " timeout " + conditions_.length()});
    if (random_.odd(40)) out.back().inner.push_back({"then {", actions(where, 0, waits), "}"});
    if (clicks) out.push_back({"set lead.topic = default(trigger.link, \"none\")"});
    return;
  }
  if (random_.odd(4)) return out.push_back({"enroll in " + random_.one_of(where.sequences)});
  if (accelerates_ < 6 && random_.odd(4)) {
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
  if (random_.odd(6)) leave(out, where, "move to " + random_.one_of(where.sequences));
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
  if (random_.odd(8))
    out.push_back({"exit away"});
  else if (random_.odd(8))
    out.push_back({"move to " + random_.one_of(where.sequences)});
  else if (random_.odd(10))
    out.push_back({"-> " + random_.one_of(where.scope.steps)});
  return out;
}

std::vector<Piece> Bodies::score_body(const std::vector<std::string>& sequences) {
  std::vector<Piece> out{{simple()}};
  if (random_.odd(25)) out.push_back({"enroll in " + random_.one_of(sequences)});
  return out;
}

}  // namespace reference
