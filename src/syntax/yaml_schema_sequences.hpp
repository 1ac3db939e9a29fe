// The YAML spelling of actions and sequences. Entry points: shape().
#pragma once

#include "syntax/yaml_schema.hpp"

namespace nurture::syntax::yaml {

template <class Slot>
void shape(Slot& slot, Ref<Slot, std::vector<ast::Argument>> x) {
  slot.arguments(x);
}

// ---------------------------------------------------------------- actions: the first key says which

template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::Send> x) {
  keys.required("send", x.message);
  keys.optional("variant", x.variant);
  keys.unless_empty("with", x.arguments);
  if (keys.has("by_preferred_of", x.preferred)) {
    keys.excludes("by_preferred_of", {"by"});
    assign(x.preferred, true);
    keys.unless_empty("by_preferred_of", x.channels);
  } else {
    keys.unless_empty("by", x.channels);
  }
  keys.optional("unless_sent_within", x.sent_within);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::SendNext> x) {
  keys.required("send_next_of", x.pool);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::Wait> x) {
  keys.required("wait", x.duration);
  keys.optional("until", x.until);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::WaitDay> x) {
  keys.required("wait_until_day", x.days);
  keys.required("time", x.time);
}
template <class Keys>
void timeout_keys(Keys& keys, Ref<Keys, std::optional<ast::Timeout>> x) {
  if (keys.has("timeout", x.has_value())) {
    auto& timeout = opened(x);
    keys.required("timeout", timeout.length);
    keys.optional("timeout_as", timeout.label);
    keys.optional("then", timeout.then);
  } else if constexpr (Keys::kReads) {
    ast::Timeout none;
    keys.optional("timeout_as", none.label);
    keys.optional("then", none.then);
    keys.needs("timeout_as", "timeout");
    keys.needs("then", "timeout");
  }
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::WaitUntil> x) {
  keys.required("wait_until", x.trigger);
  keys.flag("repeat_reset", x.resets);
  timeout_keys(keys, x.timeout);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::WaitAnyOf> x) {
  keys.items("wait_until_any", x.conditions.cases);
  keys.dangling_of_list(x.conditions.dangling);
  timeout_keys(keys, x.timeout);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::If> x) {
  keys.required("if", x.condition);
  keys.optional("as", x.label);
  keys.required("then", x.then);
  keys.optional("else_as", x.else_label);
  keys.optional("else", x.otherwise);
  if constexpr (Keys::kReads) {
    // In text these are always in braces, but `else if` is not.
    x.then.braces = true;
    if (!x.otherwise) return keys.needs("else_as", "else");
    const auto& actions = x.otherwise->actions;
    const bool chain =
        !x.else_label && actions.size() == 1 && std::holds_alternative<ast::If>(actions.front().what) && keys.is_bare(*x.otherwise);
    x.otherwise->braces = !chain;
  }
}
/// `{at: 95%, min: 1000}`
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Promote> x) {
  if constexpr (Slot::kReads) x.span = slot.place();
  slot.record("`promote`", Form::short_record, [&](auto& keys) {
    keys.required("at", Percent{x.percent});
    keys.optional("min", x.least);
  });
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::Split> x) {
  keys.required("split", x.name);
  keys.optional("salt", x.salt);
  keys.optional("goal", x.goal);
  keys.optional("promote", x.promote);
  keys.items("arms", x.arms);
  keys.dangling_of_list(x.dangling);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::MoveTo> x) {
  keys.required("move_to", x.sequence);
  keys.unless_empty("with", x.arguments);
  keys.optional("else", x.otherwise);
  if constexpr (Keys::kReads) {
    if (x.otherwise) x.otherwise->braces = true;
  }
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::EnrollIn> x) {
  keys.required("enroll_in", x.sequence);
  keys.unless_empty("with", x.arguments);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::ExitAs> x) {
  keys.required("exit", x.name);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::Accelerate> x) {
  keys.required("accelerate", Factor{x.factor});
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::SetField> x) {
  keys.required("set", Dotted{x.name});
  keys.required("value", x.value);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::Tag> x) {
  keys.required("tag", x.name);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::Notify> x) {
  keys.required("notify", x.who);
  keys.required("text", x.text);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::Task> x) {
  keys.required("task", x.owner);
  keys.required("text", x.text);
  keys.optional("due", x.due);
  keys.optional("as", x.label);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::AddPoints> x) {
  keys.required("score", x.score);
  keys.required("points", Points{x.points});
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::Snooze> x) {
  keys.required("snooze", x.length);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::Do> x) {
  keys.required("do", Dotted{x.function});
  keys.unless_empty("args", x.args);
}
template <class Keys>
void action_keys(Keys& keys, Ref<Keys, ast::Jump> x) {
  keys.required("jump", x.step);
}

/// Whether the mapping is this alternative; if so, reads or writes it.
template <class T, class Keys, class V>
bool is_action(Keys& keys, const char* key, V& what) {
  if (!keys.has(key, std::holds_alternative<T>(what))) return false;
  action_keys(keys, opened_as<T>(what));
  return true;
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Action> x) {
  slot.record("an action", Form::block, [&](auto& keys) {
    auto& what = x.what;
    const bool found = is_action<ast::Send>(keys, "send", what) || is_action<ast::SendNext>(keys, "send_next_of", what) ||
                       is_action<ast::Wait>(keys, "wait", what) || is_action<ast::WaitUntil>(keys, "wait_until", what) ||
                       is_action<ast::WaitDay>(keys, "wait_until_day", what) || is_action<ast::WaitAnyOf>(keys, "wait_until_any", what) ||
                       is_action<ast::If>(keys, "if", what) || is_action<ast::Split>(keys, "split", what) ||
                       is_action<ast::MoveTo>(keys, "move_to", what) || is_action<ast::EnrollIn>(keys, "enroll_in", what) ||
                       is_action<ast::ExitAs>(keys, "exit", what) || is_action<ast::Accelerate>(keys, "accelerate", what) ||
                       is_action<ast::SetField>(keys, "set", what) || is_action<ast::Tag>(keys, "tag", what) ||
                       is_action<ast::Notify>(keys, "notify", what) || is_action<ast::Task>(keys, "task", what) ||
                       is_action<ast::AddPoints>(keys, "score", what) || is_action<ast::Snooze>(keys, "snooze", what) ||
                       is_action<ast::Do>(keys, "do", what) || is_action<ast::Jump>(keys, "jump", what);
    if (!found) keys.unknown_alternative();
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Arm> x) {
  [[maybe_unused]] const auto level = slot.block();
  slot.record("an arm", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    keys.required("share", Percent{x.percent});
    keys.required("do", x.body);
    keys.stray(x.body.dangling);
  });
  assign(x.body.braces, true);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::WaitCase> x) {
  [[maybe_unused]] const auto level = slot.block();
  slot.record("a condition of a wait", Form::block, [&](auto& keys) {
    trigger_keys(keys, x.trigger);
    keys.optional("as", x.label);
    keys.required("do", x.body);
    keys.stray(x.body.dangling);
  });
  assign(x.body.braces, true);
}

// ---------------------------------------------------------------- sequences

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Owner> x) {
  slot.text(x.text.value, x.text.span);
}
/// `"09:00"`, or `{field: lead.best_time, else: "09:00"}`
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::ClockTime> x) {
  if constexpr (Slot::kReads) x.span = slot.place();
  if (!slot.is_mapping(x.field.has_value())) return slot.time(x.time);
  slot.record("a time of day", Form::short_record, [&](auto& keys) {
    keys.required("field", Dotted{opened(x.field)});
    keys.required("else", x.time);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::DefaultTime> x) {
  shape(slot, x.time);
}
template <class T>
struct Weekday {
  T& value;
};  ///< `monday`
template <class T>
Weekday(T&) -> Weekday<T>;
template <class Slot, class T>
void shape(Slot& slot, Weekday<T> x) {
  slot.weekday(x.value);
}
/// `{year_on: lead.birthday, time: "09:00"}`, `{weekday: monday}`, `{period: 1mo, from: "2026-01-31"}`
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Recurrence> x) {
  if constexpr (Slot::kReads) x.span = slot.place();
  using Is = ast::Recurrence::Kind;
  slot.record("`every`", Form::short_record, [&](auto& keys) {
    if (keys.has("year_on", x.kind == Is::year)) {
      keys.excludes("year_on", {"weekday", "period"});
      assign(x.kind, Is::year);
      keys.required("year_on", Dotted{x.date});
      keys.flag("leap_in_march", x.leap_in_march);
    } else if (keys.has("weekday", x.kind == Is::weekday)) {
      keys.excludes("weekday", {"period"});
      assign(x.kind, Is::weekday);
      keys.required("weekday", Weekday{x.weekday});
    } else if (keys.has("period", x.kind == Is::period)) {
      assign(x.kind, Is::period);
      keys.required("period", x.period);
      keys.required("from", x.from);
    } else {
      keys.lacks({"year_on", "weekday", "period"}, {"from"});
    }
    keys.optional("time", x.time);
  });
}
/// `skip`, `send`, `{grace: 2h}`
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::LateRule> x) {
  if constexpr (Slot::kReads) x.span = slot.place();
  using Is = ast::LateRule::Kind;
  if (slot.word("skip", x.kind == Is::skip)) return assign(x.kind, Is::skip);
  if (slot.word("send", x.kind == Is::send)) return assign(x.kind, Is::send);
  assign(x.kind, Is::grace);
  slot.record(
      "`late`", Form::short_record, [&](auto& keys) { keys.required("grace", x.grace); }, "`skip`, `send` or `grace: 2h`");
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Late> x) {
  shape(slot, x.rule);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::EnrollEvery> x) {
  shape(slot, x.every);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Priority> x) {
  slot.integer(x.value);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::FirstDay> x) {
  slot.integer(x.day);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::AnchorNext> x) {
  slot.choice(x.kind);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Exclusive> x) {
  slot.name(x.group, false);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::CatchUp> x) {
  slot.choice(x.kind);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Stay> x) {
  slot.record("`stay`", Form::short_record, [&](auto& keys) { keys.required("while", x.condition); });
}
/// `restart`, or `{restart_until: reminder}`
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Conflict> x) {
  if (slot.word("restart", !x.until.has_value())) return;
  slot.record(
      "`conflict`", Form::short_record, [&](auto& keys) { keys.required("restart_until", opened(x.until)); },
      "`restart` or `restart_until: STEP`");
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::PolicyItem> x) {
  slot.name(x.name, false);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Enroll> x) {
  slot.record("`enroll`", Form::short_record, [&](auto& keys) {
    trigger_keys(keys, x.trigger);
    keys.optional("key", x.key);
  });
}

template <class T>
struct FromExit {
  T& value;
};  ///< `exit`
template <class T>
FromExit(T&) -> FromExit<T>;
template <class Slot, class T>
void shape(Slot& slot, FromExit<T> x) {
  slot.only_word("exit");
  assign(x.value, true);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Reenroll> x) {
  using Is = ast::Reenroll::Kind;
  if (slot.word("never", x.kind == Is::never)) return assign(x.kind, Is::never);
  if (slot.word("always", x.kind == Is::always)) return assign(x.kind, Is::always);
  assign(x.kind, Is::after);
  slot.record(
      "`reenroll`", Form::short_record,
      [&](auto& keys) {
        keys.required("after", x.after);
        if (keys.has("from", x.from_exit)) keys.required("from", FromExit{x.from_exit});
      },
      "`never`, `always` or `after: 30d`");
}

/// `hold`, `exit`, `{hold_at_most: 30d}`
template <class T>
struct AnchorElse {
  T& anchor;
};
template <class T>
AnchorElse(T&) -> AnchorElse<T>;
template <class Slot, class T>
void shape(Slot& slot, AnchorElse<T> x) {
  auto& anchor = x.anchor;
  if (!slot.is_mapping(anchor.hold.has_value())) return slot.choice(anchor.otherwise);
  slot.record("`else`", Form::short_record, [&](auto& keys) { keys.required("hold_at_most", opened(anchor.hold)); });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Anchor> x) {
  slot.record("an anchor", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    keys.required("value", x.value);
    keys.optional("zone", x.zone);
    keys.required("else", AnchorElse{x},
                  Absence{source::Code::anchor_missing_rule, "this anchor does not say what happens while its date is missing",
                          "add `else: hold` to wait for the date, or `else: exit` to leave the sequence"});
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Suppress> x) {
  slot.record("`suppress`", Form::short_record, [&](auto& keys) { keys.required("when", x.when); });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Holdout> x) {
  slot.record("`holdout`", Form::short_record, [&](auto& keys) {
    keys.required("percent", Percent{x.percent});
    keys.required("salt", x.salt);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Goal> x) {
  slot.record("a goal", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    keys.optional("value", x.value);
    trigger_keys(keys, x.trigger);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Exit> x) {
  slot.record("an exit", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    trigger_keys(keys, x.trigger);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Repeat> x) {
  using Is = ast::Repeat::Kind;
  if (slot.word("every_time", x.kind == Is::every_time)) return assign(x.kind, Is::every_time);
  assign(x.kind, Is::at_most_once_per);
  slot.record(
      "`repeat`", Form::short_record, [&](auto& keys) { keys.required("at_most_once_per", x.per); },
      "`every_time` or `at_most_once_per: 7d`");
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Handler> x) {
  slot.record("a handler", Form::block, [&](auto& keys) {
    trigger_keys(keys, x.trigger);
    keys.optional("as", x.label);
    keys.optional("repeat", x.repeat);
    keys.required("do", x.body);
    keys.stray(x.body.dangling);
  });
}

template <class T>
struct DayCount {
  T& offset;
};  ///< `14`, `+2`, `-3`
template <class T>
DayCount(T&) -> DayCount<T>;
template <class Slot, class T>
void shape(Slot& slot, DayCount<T> x) {
  slot.day(x.offset.day, x.offset.day_signed);
}

template <class T>
struct AtOffset {
  T& offset;
};  ///< `immediately` or `-2h`
template <class T>
AtOffset(T&) -> AtOffset<T>;
template <class Slot, class T>
void shape(Slot& slot, AtOffset<T> x) {
  using Is = ast::Offset::Kind;
  if (slot.word("immediately", x.offset.kind == Is::immediately)) return assign(x.offset.kind, Is::immediately);
  assign(x.offset.kind, Is::at);
  slot.duration(x.offset.duration, true);
}

template <class Keys>
void offset_keys(Keys& keys, Ref<Keys, ast::Offset> x) {
  using Is = ast::Offset::Kind;
  if (keys.has("day", x.kind == Is::day)) {
    keys.excludes("day", {"at", "after", "every"});
    assign(x.kind, Is::day);
    keys.required("day", DayCount{x});
    keys.optional("from", x.from);
  } else if (keys.has("at", x.kind == Is::at || x.kind == Is::immediately)) {
    keys.excludes("at", {"after", "every"});
    keys.required("at", AtOffset{x});
    if (x.kind == Is::at) keys.optional("from", x.from);
  } else if (keys.has("after", x.kind == Is::after)) {
    keys.excludes("after", {"every"});
    assign(x.kind, Is::after);
    keys.required("after", x.duration);
  } else if (keys.has("every", x.kind == Is::every)) {
    assign(x.kind, Is::every);
    keys.required("every", opened(x.every));
  } else {
    keys.lacks({"day", "at", "after", "every"}, {"from"});
  }
  if constexpr (Keys::kReads) x.span = keys.place_of({"day", "at", "after", "every"});
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Step> x) {
  slot.record("a step", Form::block, [&](auto& keys) {
    keys.optional("id", x.name);
    offset_keys(keys, x.offset);
    keys.optional("days", x.weekdays);
    keys.optional("time", x.time);
    keys.optional("late", x.late);
    keys.flag("again", x.again);
    keys.required("do", x.body);
    keys.stray(x.body.dangling);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Phase> x) {
  [[maybe_unused]] const auto level = slot.block();
  slot.record("a phase", Form::block, [&](auto& keys) {
    keys.required("phase", x.name);
    keys.optional("title", x.title);
    keys.items("steps", x.steps);
    keys.dangling(x.dangling);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::ParameterType> x) {
  slot.choice(x);
}
/// `{topic: string, asset: string}`
template <class Slot>
void shape(Slot& slot, Ref<Slot, std::vector<ast::Parameter>> x) {
  slot.parameters(x);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Sequence> x) {
  slot.record("a sequence", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    keys.unless_empty("parameters", x.parameters);
    keys.optional("title", x.title);
    doc_key(keys, x.doc);
    keys.one_or_items("owner", x.owners);
    keys.one_or_items("priority", x.priorities);
    keys.one_or_items("exclusive", x.exclusives);
    keys.one_or_lists("accepts", x.accepts);
    keys.one_or_items("enroll", x.enrolls);
    keys.one_or_items("enroll_every", x.recurring_enrolls);
    keys.one_or_items("reenroll", x.reenrolls);
    keys.one_or_items("conflict", x.conflicts);
    keys.one_or_items("stay", x.stays);
    keys.items("anchors", x.anchors);
    keys.one_or_items("zone", x.zones);
    keys.one_or_items("default_time", x.default_times);
    keys.one_or_items("first_day", x.first_days);
    keys.one_or_items("anchor_next", x.anchor_nexts);
    keys.one_or_items("late", x.lates);
    keys.one_or_items("catch_up", x.catch_ups);
    keys.items("policies", x.policies);
    keys.one_or_items("holdout", x.holdouts);
    keys.one_or_items("suppress", x.suppressions);
    keys.items("goals", x.goals);
    keys.items("exits", x.exits);
    keys.items("steps", x.plan);
    keys.items("handlers", x.handlers);
    keys.dangling(x.dangling);
  });
}

template <class Keys>
void instance_keys(Keys& keys, Ref<Keys, ast::Instance> x) {
  keys.required("id", x.name);
  doc_key(keys, x.doc);
  keys.required("use", x.family);
  keys.required("with", x.arguments);
  if constexpr (Keys::kReads) {
    if (keys.has("with", true) && x.arguments.empty()) keys.conflict("with", "a family has at least one parameter, and none is given here");
  }
  keys.dangling(x.dangling);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Instance> x) {
  slot.record("a sequence of a family", Form::short_record, [&](auto& keys) { instance_keys(keys, x); });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::StreamEnroll> x) {
  shape(slot, x.trigger);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Cadence> x) {
  shape(slot, x.every);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Piece> x) {
  slot.name(x.message, false);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Exhausted> x) {
  slot.record("`exhausted`", Form::block, [&](auto& keys) {
    keys.required("do", x.body);
    keys.stray(x.body.dangling);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Stream> x) {
  slot.record("a stream", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    keys.optional("title", x.title);
    doc_key(keys, x.doc);
    keys.one_or_items("priority", x.priorities);
    keys.one_or_items("enroll", x.enrolls);
    keys.one_or_items("stay", x.stays);
    keys.one_or_items("zone", x.zones);
    keys.one_or_items("cadence", x.cadences);
    keys.items("policies", x.policies);
    keys.one_or_items("holdout", x.holdouts);
    keys.one_or_items("suppress", x.suppressions);
    keys.items("goals", x.goals);
    keys.items("exits", x.exits);
    keys.items("pieces", x.pieces);
    keys.one_or_items("exhausted", x.exhausted);
    keys.dangling(x.dangling);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::BroadcastTo> x) {
  slot.record("`to`", Form::short_record, [&](auto& keys) { keys.required("segment", x.segment); });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::BroadcastAt> x) {
  slot.date_time(x.start);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Broadcast> x) {
  slot.record("a broadcast", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    keys.optional("title", x.title);
    doc_key(keys, x.doc);
    keys.one_or_items("priority", x.priorities);
    keys.one_or_items("to", x.targets);
    keys.one_or_items("at", x.starts);
    keys.one_or_items("spread", x.spreads);
    keys.one_or_items("zone", x.zones);
    keys.items("policies", x.policies);
    keys.one_or_items("send", x.messages);
    keys.dangling(x.dangling);
  });
}

// ---------------------------------------------------------------- versions

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::MigrateStep::Timer> x) {
  slot.choice(x);
}
/// `to: STEP`, `exit: NAME`
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::MigrateStep> x) {
  slot.record("a step of a migration", Form::short_record, [&](auto& keys) {
    keys.required("step", x.from);
    if (keys.has("exit", x.exits)) {
      assign(x.exits, true);
      keys.excludes("exit", {"to", "timer"});
      return keys.required("exit", x.to);
    }
    keys.required("to", x.to);
    if (keys.has("timer", x.timer.has_value())) keys.required("timer", opened(x.timer));
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Migrate> x) {
  slot.record("a migration", Form::block, [&](auto& keys) {
    keys.required("sequence", x.name);
    keys.required("from", x.version);
    doc_key(keys, x.doc);
    keys.items("steps", x.steps);
    keys.dangling(x.dangling);
  });
}

}  // namespace nurture::syntax::yaml
