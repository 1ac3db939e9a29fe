// The YAML spelling of what needs no sequence and of what all have in common: triggers, the project, lifecycles, audiences.
// Entry points: shape().
#pragma once

#include "syntax/yaml_schema_declarations.hpp"
#include "syntax/yaml_schema_sequences.hpp"

namespace nurture::syntax::yaml {

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Triggers> x) {
  slot.record("triggers", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    keys.optional("title", x.title);
    doc_key(keys, x.doc);
    keys.one_or_items("zone", x.zones);
    keys.items("policies", x.policies);
    keys.one_or_items("suppress", x.suppressions);
    keys.items("handlers", x.handlers);
    keys.dangling(x.dangling);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Keep> x) {
  slot.record("`keep`", Form::short_record, [&](auto& keys) {
    keys.required("event", Dotted{x.event});
    keys.required("for", x.length);
  });
}

/// `{events: 400d}`, `{leads: 730d, after: idle(any)}`
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Retain> x) {
  using Is = ast::Retain::Kind;
  slot.record("`retain`", Form::short_record, [&](auto& keys) {
    if (keys.has("events", x.kind == Is::events)) {
      keys.excludes("events", {"leads", "after"});
      assign(x.kind, Is::events);
      keys.required("events", x.length);
    } else if (keys.has("leads", x.kind == Is::leads)) {
      assign(x.kind, Is::leads);
      keys.required("leads", x.length);
      keys.required("after", opened(x.after));
    } else {
      keys.lacks({"events", "leads"}, {"after"});
    }
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Project> x) {
  slot.record("a project", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    keys.optional("title", x.title);
    doc_key(keys, x.doc);
    keys.one_or_items("zone", x.zones);
    keys.items("policies", x.policies);
    keys.one_or_items("holdout", x.holdouts);
    keys.one_or_items("keep", x.keeps);
    keys.one_or_items("retain", x.retains);
    keys.dangling(x.dangling);
  });
}

// ---------------------------------------------------------------- where leads stand

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Stage> x) {
  slot.record("a stage", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    const bool on = x.trigger && x.trigger->on;
    const bool when = x.trigger && x.trigger->when;
    if (keys.has("event", on) || keys.has("when", when)) trigger_keys(keys, opened(x.trigger));
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Lifecycle> x) {
  slot.record("a lifecycle", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    doc_key(keys, x.doc);
    keys.items("stages", x.stages);
    keys.dangling(x.dangling);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Audience> x) {
  slot.record("an audience", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    doc_key(keys, x.doc);
    keys.required("channel", x.channel);
    keys.required("when", x.condition);
    keys.dangling(x.dangling);
  });
}

}  // namespace nurture::syntax::yaml
