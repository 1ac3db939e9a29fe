// The YAML spelling of every construct, written once. Entry point: shape(slot, file).
//
// Each construct has one function shape(slot, x) that says how it is spelled: which keys a mapping has, which of them may
// be absent, what stands behind each. The reader (yaml_to_ast.cpp) and the writer (print_yaml.cpp) run the same functions
// with their own `Slot` (one value) and `Keys` (one mapping), so the two cannot drift apart.
//
// A Slot offers name, text, integer, duration, ... for the leaves, word() for alternatives that are a single word, and
// record() for a mapping. Keys offer required, optional, unless_empty, flag, items, one_or_items. A reading slot takes
// `x` by reference and fills it; a writing slot takes it const.
//
// The parts: this file (leaves, triggers, types), yaml_schema_declarations.hpp, yaml_schema_sequences.hpp,
// yaml_schema_project.hpp, yaml_schema_files.hpp.
#pragma once

#include "source/codes.hpp"
#include "syntax/ast.hpp"

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace nurture::syntax::yaml {

template <class Io, class T>
using Ref = std::conditional_t<Io::kReads, T&, const T&>;

/// How a mapping is written: short ones on one line where they fit.
enum class Form : std::uint8_t { short_record, block };

// What the type alone does not say about a value. The guides are for compilers that deduce nothing from an aggregate.
template <class T>
struct Dotted {
  T& value;
};  ///< A name, or names, with dots.
template <class T>
Dotted(T&) -> Dotted<T>;
template <class T>
struct Percent {
  T& value;
};  ///< `50%`
template <class T>
Percent(T&) -> Percent<T>;
template <class T>
struct Points {
  T& value;
};  ///< `+8`
template <class T>
Points(T&) -> Points<T>;
template <class T>
struct Signed {
  T& value;
};  ///< A duration with a sign.
template <class T>
Signed(T&) -> Signed<T>;
template <class T>
struct Data {
  T& value;
};  ///< A value, not an expression: strings stand for themselves.
template <class T>
Data(T&) -> Data<T>;
template <class T>
struct DataMap {
  T& value;
};  ///< A mapping of such values.
template <class T>
DataMap(T&) -> DataMap<T>;
template <class T>
struct Factor {
  T& value;
};  ///< `2x`
template <class T>
Factor(T&) -> Factor<T>;

/// What to say when a key is missing for which "lacks" is too little.
struct Absence {
  source::Code code;
  std::string_view message;
  std::string_view help;
};

/// Assigns when reading.
template <class T, class U>
void assign(T& target, U value) {
  if constexpr (!std::is_const_v<T>) target = value;
}
/// The value of an optional that was found to be there: made when reading.
template <class T>
auto& opened(T& optional) {
  if constexpr (!std::is_const_v<T>)
    return optional.emplace();
  else
    return *optional;
}
/// The alternative of a variant that was found to be there: made when reading.
template <class T, class V>
auto& opened_as(V& variant) {
  if constexpr (!std::is_const_v<V>)
    return variant.template emplace<T>();
  else
    return std::get<T>(variant);
}

// ---------------------------------------------------------------- leaves

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Name> x) {
  slot.name(x, false);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, std::vector<ast::Name>> x) {
  slot.names(x, false);
}
template <class Slot, class T>
void shape(Slot& slot, Dotted<T> x) {
  if constexpr (std::is_same_v<std::remove_const_t<T>, ast::Name>)
    slot.name(x.value, true);
  else
    slot.names(x.value, true);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Text> x) {
  slot.text(x.value, x.span);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Integer> x) {
  slot.integer(x);
}
template <class Slot, class T>
void shape(Slot& slot, Percent<T> x) {
  slot.percent(x.value);
}
template <class Slot, class T>
void shape(Slot& slot, Points<T> x) {
  slot.points(x.value);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Duration> x) {
  slot.duration(x, false);
}
template <class Slot, class T>
void shape(Slot& slot, Signed<T> x) {
  slot.duration(x.value, true);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::TimeOfDay> x) {
  slot.time(x);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Weekdays> x) {
  slot.weekdays(x);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::DateTime> x) {
  slot.date_time(x);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Expr> x) {
  slot.expression(x);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, std::vector<ast::Expr>> x) {
  slot.expressions(x);
}
template <class Slot, class T>
void shape(Slot& slot, Data<T> x) {
  slot.data(x.value);
}
template <class Slot, class T>
void shape(Slot& slot, DataMap<T> x) {
  slot.data_map(x.value);
}
template <class Slot, class T>
void shape(Slot& slot, Factor<T> x) {
  slot.factor(x.value);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Body> x) {
  slot.actions(x);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::HoldOrDrop> x) {
  slot.choice(x);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Zone> x) {
  if constexpr (Slot::kReads) x.span = slot.place();
  using Is = ast::Zone::Kind;
  // A zone whose name is one of these words is told apart by its quotes.
  if (slot.word("lead", x.kind == Is::lead)) return assign(x.kind, Is::lead);
  if (slot.word("anchor", x.kind == Is::anchor)) return assign(x.kind, Is::anchor);
  assign(x.kind, Is::named);
  slot.text(x.name.value, x.name.span);
}

/// The documentation of a declaration; the empty text means that there is none.
template <class Keys>
void doc_key(Keys& keys, Ref<Keys, std::string> doc) {
  keys.documentation("doc", doc);
}

// ---------------------------------------------------------------- events and conditions

/// `since: enrolled`, `since: {step: x}`, `since: {anchor: x}`, `since: "2026-03-01"`
template <class T>
struct Since {
  T& window;
};
template <class T>
Since(T&) -> Since<T>;
template <class Slot, class T>
void shape(Slot& slot, Since<T> x) {
  using Is = ast::Window::Kind;
  auto& window = x.window;
  if (slot.word("enrolled", window.kind == Is::since_enrolled)) return assign(window.kind, Is::since_enrolled);
  if (!slot.is_mapping(window.kind == Is::since_step || window.kind == Is::since_anchor)) {
    assign(window.kind, Is::since_date);
    slot.date_time(window.date);
    return;
  }
  slot.record("`since`", Form::short_record, [&](auto& keys) {
    const bool step = keys.has("step", window.kind == Is::since_step);
    assign(window.kind, step ? Is::since_step : Is::since_anchor);
    keys.required(step ? "step" : "anchor", window.name);
  });
}

/// The keys of a pattern; it has at most one window.
template <class Keys>
void pattern_keys(Keys& keys, Ref<Keys, ast::Pattern> x) {
  using Is = ast::Window::Kind;
  keys.required("event", Dotted{x.events});
  keys.optional("of", x.of);
  keys.flag("any_key", x.any_key);
  keys.optional("where", x.where);
  const bool windowed = x.window.has_value();
  if (keys.has("within", windowed && x.window->kind == Is::within)) {
    keys.excludes("within", {"since"});
    auto& window = opened(x.window);
    assign(window.kind, Is::within);
    keys.required("within", window.within);
  } else if (keys.has("since", windowed)) {
    keys.required("since", Since{opened(x.window)});
  }
  if constexpr (Keys::kReads) {
    x.span = keys.place_of({"event"});
    if (x.window) x.window->span = keys.place_of({"within", "since"});
  }
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Pattern> x) {
  slot.record("a pattern of events", Form::short_record, [&](auto& keys) { pattern_keys(keys, x); });
}

template <class Keys>
void trigger_keys(Keys& keys, Ref<Keys, ast::Trigger> x) {
  if (keys.has("event", x.on.has_value())) {
    keys.excludes("event", {"when"});
    pattern_keys(keys, opened(x.on));
  } else if (keys.has("when", x.when.has_value())) {
    keys.excludes("when", {"of", "any_key", "where", "within", "since"});
    keys.required("when", opened(x.when));
  } else {
    keys.lacks({"event", "when"}, {"of", "any_key", "where", "within", "since"});
  }
  if constexpr (Keys::kReads) x.span = keys.place_of({"event", "when"});
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Trigger> x) {
  slot.record("a trigger", Form::short_record, [&](auto& keys) { trigger_keys(keys, x); });
}

// ---------------------------------------------------------------- types

/// `type: enum`, `values: [...]`; `type: list`, `of: int`; `optional: true`
template <class Keys>
void type_keys(Keys& keys, Ref<Keys, ast::Type> x) {
  keys.required("type", x.kind);
  if (x.kind == ast::TypeKind::enum_) keys.required("values", x.values);
  if (x.kind == ast::TypeKind::list) keys.required("of", *opened(x.element));
  keys.flag("optional", x.optional);
  if constexpr (Keys::kReads) x.span = keys.place_of({"type"});
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::TypeKind> x) {
  slot.choice(x);
}

/// An element type: the word alone where nothing else is to be said.
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Type> x) {
  if constexpr (Slot::kReads) x.span = slot.place();
  const bool plain = !x.optional && x.kind != ast::TypeKind::enum_ && x.kind != ast::TypeKind::list;
  if (slot.is_mapping(!plain)) {
    slot.record("a type", Form::short_record, [&](auto& keys) { type_keys(keys, x); });
  } else {
    slot.choice(x.kind);
  }
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Field> x) {
  slot.record("a field", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    type_keys(keys, x.type);
    if (keys.has("default", x.fallback.has_value())) keys.required("default", Data{opened(x.fallback)});
  });
}

}  // namespace nurture::syntax::yaml
