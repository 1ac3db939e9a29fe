// The YAML spelling of scores, tests and whole files. Entry point: file_keys().
#pragma once

#include "syntax/yaml_schema_declarations.hpp"
#include "syntax/yaml_schema_project.hpp"
#include "syntax/yaml_schema_sequences.hpp"

namespace nurture::syntax::yaml {

// ---------------------------------------------------------------- scores

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Range> x) {
  slot.record("a range", Form::short_record, [&](auto& keys) {
    keys.required("from", x.from);
    keys.required("to", x.to);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Limit> x) {
  slot.record("a limit", Form::short_record, [&](auto& keys) {
    keys.required("count", x.count);
    keys.required("per", x.per);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Rule> x) {
  slot.record("a rule", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    keys.required("points", Points{x.points});
    trigger_keys(keys, x.trigger);
    keys.optional("limit", x.limit);
    keys.optional("then", x.then);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::ScoreCategory> x) {
  [[maybe_unused]] const auto level = slot.block();
  slot.record("a category of a score", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    keys.required("weight", x.weight);
    keys.required("max", x.max);
    keys.items("rules", x.rules);
    keys.dangling(x.dangling);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Reset> x) {
  slot.record("a reset", Form::short_record, [&](auto& keys) {
    trigger_keys(keys, x.trigger);
    keys.required("to", x.to);
  });
}

template <class T>
struct DecayAmount {
  T& decay;
};  ///< `5`, `10%`, `half`
template <class T>
DecayAmount(T&) -> DecayAmount<T>;
template <class Slot, class T>
void shape(Slot& slot, DecayAmount<T> x) {
  slot.decay_amount(x.decay);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Decay> x) {
  slot.record("a decay", Form::short_record, [&](auto& keys) {
    keys.required("amount", DecayAmount{x});
    keys.required("per", x.per);
    keys.required("when", x.when);
    keys.optional("floor", x.floor);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Tier> x) {
  slot.record("a tier", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    keys.required("from", x.from);
    keys.optional("to", x.to);
    keys.optional("hysteresis", x.hysteresis);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::TierAction> x) {
  using Is = ast::TierAction::Kind;
  slot.record("a tier action", Form::block, [&](auto& keys) {
    if (keys.has("enter", x.kind == Is::enter)) {
      keys.excludes("enter", {"leave"});
      assign(x.kind, Is::enter);
      keys.required("enter", x.tier);
    } else if (keys.has("leave", x.kind == Is::leave)) {
      assign(x.kind, Is::leave);
      keys.required("leave", x.tier);
    } else {
      keys.lacks({"enter", "leave"}, {});
    }
    keys.required("do", x.body);
    keys.stray(x.body.dangling);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Score> x) {
  slot.record("a score", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    keys.optional("title", x.title);
    doc_key(keys, x.doc);
    keys.one_or_items("range", x.ranges);
    keys.items("categories", x.categories);
    keys.items("rules", x.rules);
    keys.one_or_items("decay", x.decays);
    keys.one_or_items("reset", x.resets);
    keys.items("tiers", x.tiers);
    keys.items("tier_actions", x.tier_actions);
    keys.dangling(x.dangling);
  });
}

// ---------------------------------------------------------------- tests

/// `given:` is a mapping in the order of its keys; `split` and `score` hold a mapping of their own, of name to value.
/// Where a key would stand twice it is a list of such mappings.
template <class Keys, class V>
void given_keys(Keys& keys, V& what) {
  if (keys.has("lead", std::holds_alternative<ast::GivenLead>(what))) {
    keys.required("lead", DataMap{opened_as<ast::GivenLead>(what).values});
  } else if (keys.has("consent", std::holds_alternative<ast::GivenConsent>(what))) {
    keys.required("consent", Dotted{opened_as<ast::GivenConsent>(what).categories});
  } else if (keys.has("split", std::holds_alternative<ast::GivenSplit>(what))) {
    auto& split = opened_as<ast::GivenSplit>(what);
    keys.pair("split", split.split, split.arm);
  } else if (keys.has("score", std::holds_alternative<ast::GivenScore>(what))) {
    auto& score = opened_as<ast::GivenScore>(what);
    keys.pair("score", score.score, score.value);
  } else if (keys.has("holdout", std::holds_alternative<ast::GivenHoldout>(what))) {
    opened_as<ast::GivenHoldout>(what);
    keys.always("holdout");
  } else {
    keys.unknown_alternative();
  }
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Given> x) {
  slot.record("`given`", Form::block, [&](auto& keys) { given_keys(keys, x.what); });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::FeedDelivery::Result> x) {
  slot.choice(x);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Outcome> x) {
  slot.outcome(x);
}

template <class T>
struct InstantText {
  T& instant;
};  ///< `"2026-03-03T09:15"` or `+2h`
template <class T>
InstantText(T&) -> InstantText<T>;
template <class Slot, class T>
void shape(Slot& slot, InstantText<T> x) {
  slot.instant(x.instant);
}
template <class T>
struct InstantDay {
  T& instant;
};
template <class T>
InstantDay(T&) -> InstantDay<T>;
template <class Slot, class T>
void shape(Slot& slot, InstantDay<T> x) {
  bool is_signed = x.instant.day < 0;
  slot.day(x.instant.day, is_signed);
}

/// `at: "2026-03-03T09:15"`, `at: +2h`, or `day: 5` with `time: "09:00"`
template <class Keys, class T>
void instant_keys(Keys& keys, T& at) {
  using Is = ast::Instant::Kind;
  if (keys.has("day", at && at->kind == Is::day)) {
    keys.excludes("day", {"at"});
    auto& instant = opened(at);
    assign(instant.kind, Is::day);
    keys.required("day", InstantDay{instant});
    keys.required("time", instant.time);
  } else if (keys.has("at", at.has_value())) {
    keys.required("at", InstantText{opened(at)});
  }
}

/// Beside `pause: true`: `sequence: trial`, `channel: email`, `lead: true`, or none of them.
template <class Keys, class T>
void paused_keys(Keys& keys, T& x) {
  using What = ast::FeedPause::What;
  if (keys.has("sequence", x.what == What::sequence)) {
    keys.excludes("sequence", {"channel", "lead"});
    assign(x.what, What::sequence);
    keys.required("sequence", opened(x.name));
  } else if (keys.has("channel", x.what == What::channel)) {
    keys.excludes("channel", {"lead"});
    assign(x.what, What::channel);
    keys.required("channel", opened(x.name));
  } else if (keys.has("lead", x.what == What::lead)) {
    assign(x.what, What::lead);
    keys.always("lead");
  }
}

template <class Keys, class V>
void line_keys(Keys& keys, V& what, bool timed) {
  if (keys.has("expect", std::holds_alternative<ast::Outcome>(what))) {
    keys.required("expect", opened_as<ast::Outcome>(what));
    return;
  }
  if (!timed) keys.lacks({"at", "day"}, {});
  if (keys.has("event", std::holds_alternative<ast::FeedEvent>(what))) {
    auto& feed = opened_as<ast::FeedEvent>(what);
    keys.required("event", Dotted{feed.name});
    if (keys.has("with", feed.values.has_value())) keys.required("with", DataMap{opened(feed.values)});
  } else if (keys.has("set", std::holds_alternative<ast::FeedSet>(what))) {
    auto& feed = opened_as<ast::FeedSet>(what);
    keys.required("set", Dotted{feed.name});
    keys.required("value", feed.value);
  } else if (keys.has("consent", std::holds_alternative<ast::FeedConsent>(what))) {
    auto& feed = opened_as<ast::FeedConsent>(what);
    keys.required("consent", Dotted{feed.category});
    keys.flag("withdrawn", feed.withdrawn);
  } else if (keys.has("delivery", std::holds_alternative<ast::FeedDelivery>(what))) {
    auto& feed = opened_as<ast::FeedDelivery>(what);
    keys.required("delivery", feed.message);
    keys.required("result", feed.result);
  } else if (keys.has("gap", std::holds_alternative<ast::FeedGap>(what))) {
    keys.required("gap", opened_as<ast::FeedGap>(what).duration);
  } else if (keys.has("pause", std::holds_alternative<ast::FeedPause>(what))) {
    keys.always("pause");
    paused_keys(keys, opened_as<ast::FeedPause>(what));
  } else if (keys.has("resume", std::holds_alternative<ast::FeedResume>(what))) {
    keys.always("resume");
    paused_keys(keys, opened_as<ast::FeedResume>(what));
  } else if (keys.has("erase", std::holds_alternative<ast::FeedErase>(what))) {
    opened_as<ast::FeedErase>(what);
    keys.always("erase");
  } else if (keys.has("broadcast", std::holds_alternative<ast::FeedBroadcast>(what))) {
    keys.required("broadcast", opened_as<ast::FeedBroadcast>(what).name);
  } else if (keys.has("promote", std::holds_alternative<ast::FeedPromote>(what))) {
    auto& feed = opened_as<ast::FeedPromote>(what);
    keys.required("promote", feed.split);
    keys.required("arm", feed.arm);
  } else {
    keys.unknown_alternative();
  }
}

template <class V>
bool is_nothing_more(const V& what) {
  const auto* outcome = std::get_if<ast::Outcome>(&what);
  return outcome != nullptr && std::holds_alternative<ast::ExpectNothingMore>(*outcome);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::TestLine> x) {
  slot.record("a line of a test", Form::short_record, [&](auto& keys) {
    instant_keys(keys, x.at);
    line_keys(keys, x.what, x.at.has_value());
    if (x.at && is_nothing_more(x.what)) keys.conflict("at", "`nothing more` is said of the whole rest, so this line has no time");
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Test> x) {
  slot.record("a test", Form::block, [&](auto& keys) {
    keys.required("name", x.name);
    keys.required("for", x.subject);
    doc_key(keys, x.doc);
    keys.givens("given", x.givens);
    keys.items("timeline", x.timeline);
    keys.dangling(x.dangling);
  });
}

// ---------------------------------------------------------------- files

template <class Keys>
void file_keys(Keys& keys, Ref<Keys, ast::File> x) {
  keys.edition("nurture", x.edition, x.edition_comments);
  keys.items("use", x.uses);
  keys.one_or_items("project", x.projects);
  if (keys.has("lead", x.leads.size() == 1)) {
    keys.excludes("lead", {"leads"});
    keys.one_or_items("lead", x.leads);
  } else {
    keys.items("leads", x.leads);
  }
  keys.items("events", x.events);
  keys.items("channels", x.channels);
  keys.items("categories", x.categories);
  keys.items("segments", x.segments);
  keys.items("policies", x.policies);
  keys.items("fields", x.field_sets);
  keys.items("messages", x.messages);
  keys.items("pools", x.pools);
  keys.items("sequences", x.sequences);
  keys.items("instances", x.instances);
  keys.items("triggers", x.triggers);
  keys.items("migrations", x.migrations);
  keys.items("streams", x.streams);
  keys.items("broadcasts", x.broadcasts);
  keys.items("scores", x.scores);
  keys.items("lifecycles", x.lifecycles);
  keys.items("audiences", x.audiences);
  keys.items("tests", x.tests);
}

}  // namespace nurture::syntax::yaml
