// Families of sequences: `sequence NAME(parameters)` and `use NAME(arguments) as NAME`. Entry points: declare_families(),
// make_instance(), put_constants(), told_family().
//
// A sequence of a family is a copy of it. Names of messages and events are put in before anything is looked at, so each is
// checked where it stands. Constants stay names until everything is checked, because a condition that compares one is
// not one with a known outcome, and messages speak of it as the author does; then they, too, are put in. What follows the
// check knows nothing of families.
#include "check/expressions.hpp"
#include "check/passes.hpp"
#include "check/sends.hpp"
#include "check/template.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/ast_names.hpp"
#include "syntax/print.hpp"

#include <nurture/limits.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace nurture::check {

namespace {

using ast::Expr;
using ast::ExprKind;
using ast::ParameterType;
using model::kNone;

bool is_name_type(ParameterType type) { return type == ParameterType::message || type == ParameterType::event; }

TypeKind kind_of(ParameterType type) {
  switch (type) {
    case ParameterType::string: return TypeKind::string;
    case ParameterType::int_: return TypeKind::int_;
    case ParameterType::number: return TypeKind::number;
    case ParameterType::bool_: return TypeKind::bool_;
    case ParameterType::date: return TypeKind::date;
    case ParameterType::time: return TypeKind::time;
    case ParameterType::datetime: return TypeKind::datetime;
    case ParameterType::duration: return TypeKind::duration;
    case ParameterType::message: return TypeKind::string;
    case ParameterType::event: break;
  }
  return TypeKind::error;
}

// ---------------------------------------------------------------- putting in

/// What stands for names, by the name.
struct Meanings {
  std::map<std::string, std::string, std::less<>> messages, events;
  std::map<std::string, Expr, std::less<>> values;
};

bool is_macro(const Expr& e) {
  constexpr std::array<std::string_view, 5> kMacros{"all", "exists", "exists_one", "map", "filter"};
  return e.kind == ExprKind::method && e.args.size() >= 3 && e.args[1].kind == ExprKind::ident &&
         std::find(kMacros.begin(), kMacros.end(), e.text) != kMacros.end();
}

/// Puts meanings in the place of their names, in a whole sequence.
class Putting {
 public:
  explicit Putting(const Meanings& meanings) : meanings_(meanings) {}

  template <class T>
  void walk(T& node) {
    if constexpr (std::is_same_v<T, Expr>) {
      put(node);
    } else {
      if constexpr (std::is_same_v<T, ast::Send>) rename(node.message, meanings_.messages);
      if constexpr (std::is_same_v<T, ast::Pattern>) {
        for (ast::Name& event : node.events) rename(event, meanings_.events);
        if (node.of) rename(*node.of, meanings_.messages);
      }
      if constexpr (std::is_same_v<T, ast::Notify> || std::is_same_v<T, ast::Task>) put(node.text);
      ast::for_each_member(node, [&](std::string_view, auto& member) { ast::for_each_part(member, [&](auto& part) { walk(part); }); });
    }
  }

 private:
  static void rename(ast::Name& name, const std::map<std::string, std::string, std::less<>>& names) {
    if (const auto found = names.find(name.text); found != names.end()) name.text = found->second;
  }

  void put(Expr& e) {
    if (e.kind == ExprKind::ident) {
      const auto found = meanings_.values.find(e.text);
      if (found == meanings_.values.end() || std::find(bound_.begin(), bound_.end(), e.text) != bound_.end()) return;
      const Span span = e.span;
      e = found->second;
      e.span = span;
      return;
    }
    const bool binds = is_macro(e);
    if (binds) {
      put(e.args[0]);
      bound_.push_back(e.args[1].text);
    }
    for (std::size_t i = binds ? 2 : 0; i < e.args.size(); ++i) put(e.args[i]);
    if (binds) bound_.pop_back();
    if (e.pattern) walk(**e.pattern);
  }

  /// In a text with `{{ }}`, which is read where it is used. What does not change keeps its bytes, by which its place is found.
  void put(ast::Text& text) {
    std::string out;
    bool changed = false;
    for (const TemplatePart& part : split_template(text.value).parts) {
      auto expression = part.is_expression ? parse_part(part) : std::nullopt;
      if (part.is_expression && !expression) return;  // reported by whoever checks the text
      if (expression) {
        const Expr before = *expression;
        put(*expression);
        changed = changed || !ast::equal(before, *expression);
      }
      out += expression ? "{{ " + syntax::print_expression(*expression) + " }}" : part.text;
    }
    if (changed) text.value = std::move(out);
  }

  const Meanings& meanings_;
  std::vector<std::string> bound_;
};

// ---------------------------------------------------------------- arguments

/// `a.b.c` of names alone; empty for anything else.
std::string dotted_name(const Expr& e) {
  if (e.kind == ExprKind::ident) return e.text;
  if (e.kind != ExprKind::select || e.args.size() != 1) return {};
  const std::string front = dotted_name(e.args[0]);
  return front.empty() ? front : front + '.' + e.text;
}

bool is_literal(const Expr& e) {
  if (e.kind == ExprKind::negate) return e.args.size() == 1 && e.args[0].kind == ExprKind::number;
  return e.kind >= ExprKind::bool_literal && e.kind <= ExprKind::datetime;
}

/// A number that is written without a point divides like a whole one, whatever it is declared as.
Expr as_number(Expr e) {
  Expr& digits = e.kind == ExprKind::negate ? e.args[0] : e;
  const bool hex = digits.text.starts_with("0x") || digits.text.starts_with("0X");
  if (!hex && digits.text.find_first_of(".eE") != std::string::npos) return e;
  std::int64_t value = 0;
  const char* const begin = digits.text.data() + (hex ? 2 : 0);
  if (std::from_chars(begin, digits.text.data() + digits.text.size(), value, hex ? 16 : 10).ec == std::errc())
    digits.text = std::to_string(value) + ".0";
  return e;
}

Expr text_literal(std::string text) {
  Expr e;
  e.kind = ExprKind::string;
  e.text = std::move(text);
  return e;
}

class Arguments {
 public:
  Arguments(Context& context, const ast::Instance& instance, const ast::Sequence& family)
      : context_(context), instance_(instance), family_(family) {}

  /// Nothing when something was wrong, which was reported.
  std::optional<Meanings> run() {
    std::map<std::string_view, Span> given;
    for (const auto& argument : instance_.arguments) {
      const auto [first, fresh] = given.try_emplace(argument.name.text, argument.name.span);
      if (fresh) {
        take(argument);
      } else {
        context_.duplicate(argument.name.span, "argument " + quoted(argument.name.text), first->second);
        fine_ = false;
      }
    }
    std::vector<std::string_view> lacking;
    for (const auto& parameter : family_.parameters) {
      if (!given.contains(parameter.name.text)) lacking.push_back(parameter.name.text);
    }
    if (!lacking.empty()) report_lacking(lacking);
    return fine_ && lacking.empty() ? std::optional(std::move(meanings_)) : std::nullopt;
  }

 private:
  void take(const ast::Argument& argument) {
    const auto same = [&](const ast::Parameter& parameter) { return parameter.name.text == argument.name.text; };
    const auto found = std::find_if(family_.parameters.begin(), family_.parameters.end(), same);
    if (found == family_.parameters.end()) {
      misspelt_ = true;
      fine_ = false;
      context_.unknown(argument.name, {"parameter of " + quoted(family_.name.text) + " called", ""}, family_.parameters);
    } else if (is_name_type(found->type) ? !take_name(argument, *found) : !take_value(argument, *found)) {
      fine_ = false;
    }
  }

  bool take_name(const ast::Argument& argument, const ast::Parameter& parameter) {
    const bool message = parameter.type == ParameterType::message;
    const std::string_view kind = ast::word(parameter.type);
    const Expr& e = argument.value;
    const std::string name = dotted_name(e);
    if (name.empty()) {
      Finding finding(Code::type_mismatch, e.span,
                      quoted(parameter.name.text) + " wants the name of " + (message ? "a " : "an ") + std::string(kind));
      finding.label(parameter.name.span, "declared here");
      if (e.kind == ExprKind::string) {
        finding.help("write " + quoted(e.text) + ", without quotes");
        if (context_.is_exact(e.span, '"' + e.text + '"')) finding.fix(e.span, e.text);
      }
      context_.add(finding);
      return false;
    }
    if ((message ? context_.model.find_message(name) : context_.model.find_event(name)) == kNone) {
      if (message)
        context_.unknown(e.span, name, {"message", "message " + name + " { ... }"}, context_.model.messages);
      else
        context_.unknown(e.span, name, {"event", "event " + name}, context_.model.events);
      return false;
    }
    (message ? meanings_.messages : meanings_.events).emplace(parameter.name.text, name);
    if (message) meanings_.values.emplace(parameter.name.text, text_literal(name));
    return true;
  }

  bool take_value(const ast::Argument& argument, const ast::Parameter& parameter) {
    const Expr& e = argument.value;
    const std::size_t errors = context_.diagnostics.error_count();
    const std::string what = quoted(parameter.name.text) + " of " + quoted(family_.name.text);
    if (is_literal(e)) {
      (void)check_value(context_, e, Scope{}, type_of(kind_of(parameter.type)), what);
    } else {
      Finding finding(Code::type_mismatch, e.span, what + " is a constant, and this is none");
      finding.label(parameter.name.span, "declared here");
      const bool word = e.kind == ExprKind::ident && parameter.type == ParameterType::string;
      const std::string text = '"' + e.text + '"';
      finding.help(word ? context_.in_spelling_of(e.span, "a text stands in quotes: write `" + text + '`',
                                                  "a text stands in quotes of its own: write `'" + text + "'`")
                        : "write the value itself");
      if (word && context_.is_text_spelling(e.span) && context_.is_exact(e.span, e.text)) finding.fix(e.span, text);
      context_.add(finding);
    }
    meanings_.values.emplace(parameter.name.text, parameter.type == ParameterType::number ? as_number(e) : e);
    return context_.diagnostics.error_count() == errors;
  }

  void report_lacking(const std::vector<std::string_view>& lacking) {
    if (misspelt_) return;  // it may be what was meant
    const Span place = instance_.family.span;
    const std::string first(lacking.front());
    context_.add(Finding(Code::wrong_arguments, place, quoted(family_.name.text) + " is used without " + enumerate(lacking))
                     .label(family_.name.span, "its parameters stand here")
                     .help(context_.in_spelling_of(place, "add `" + first + ": ...`", "add `" + first + ": ...` to `with`")));
  }

  Context& context_;
  const ast::Instance& instance_;
  const ast::Sequence& family_;
  Meanings meanings_;
  bool fine_ = true;
  bool misspelt_ = false;
};

// ---------------------------------------------------------------- families

/// A parameter must not hide what its name would mean without it.
void check_parameters(Context& context, const ast::Sequence& family) {
  std::map<std::string_view, Span> seen;
  const auto hides = [&](const ast::Name& name, std::string_view kind, Span declared) {
    context.add(Finding(Code::duplicate_name, name.span, quoted(name.text) + " is the name of " + std::string(kind) + " already")
                    .label(declared, "declared here")
                    .help("give the parameter another name"));
  };
  for (const auto& parameter : family.parameters) {
    const ast::Name& name = parameter.name;
    const ParameterType type = parameter.type;
    const auto [first, fresh] = seen.try_emplace(name.text, name.span);
    if (!fresh) context.duplicate(name.span, "parameter " + quoted(name.text), first->second);
    if (std::find(kReserved.begin(), kReserved.end(), name.text) != kReserved.end()) {
      context.add(Finding(Code::duplicate_name, name.span, quoted(name.text) + " has a meaning of its own in conditions")
                      .help("give the parameter another name"));
    }
    const auto& model = context.model;
    const model::Id segment = model.find_segment(name.text);
    const model::Id message = type == ParameterType::message ? model.find_message(name.text) : kNone;
    const model::Id event = type == ParameterType::event ? model.find_event(name.text) : kNone;
    if (segment != kNone) hides(name, "a segment", model.segments[segment].node->name.span);
    if (message != kNone) hides(name, "a message", model.messages[message].node->name.span);
    if (event != kNone) hides(name, "an event", model.events[event].node->name.span);
  }
  if (family.parameters.size() > limits::kFields) {
    context.add(Finding(Code::too_long, family.parameters[limits::kFields].name.span,
                        "a family has more than " + std::to_string(limits::kFields) + " parameters"));
  }
}

void declare_family(Context& context, const ast::Sequence& node) {
  if (node.name.text.empty()) return;
  auto& model = context.model;
  const auto [found, fresh] = model.names.try_emplace(table_key("family", node.name.text), static_cast<model::Id>(model.families.size()));
  if (!fresh) return context.duplicate(node.name.span, "family " + quoted(node.name.text), model.families[found->second].node->name.span);
  // A family and a sequence of one name would leave it open which of them is meant.
  const model::Id same = model.find_sequence(node.name.text);
  if (same != kNone) context.duplicate(node.name.span, "sequence " + quoted(node.name.text), model.sequences[same].node->name.span);
  model.families.push_back({node.name.text, &node});
  check_parameters(context, node);
}

std::string sample(const ast::Sequence& family) {
  std::string arguments;
  for (const auto& parameter : family.parameters) arguments += (arguments.empty() ? "" : ", ") + parameter.name.text + ": ...";
  return family.name.text + '(' + arguments + ") as NAME";
}

void report_unused(Context& context) {
  std::set<std::string_view> used;
  for (const auto& file : context.model.files) {
    for (const auto& instance : file->instances) used.insert(instance.family.text);
  }
  for (const auto& family : context.model.families) {
    if (used.contains(family.name)) continue;
    const Span place = family.node->name.span;
    context.add(Finding(Code::unused_family, place, "nothing is made of the family " + quoted(family.name) + ", so it is not checked")
                    .help(context.in_spelling_of(place, "add `use " + sample(*family.node) + '`',
                                                 "add to `instances`: `- {id: NAME, use: " + family.name + ", with: {...}}`")));
  }
}

std::size_t bytes_of(Span span) { return span.end - span.begin; }

}  // namespace

void declare_families(Context& context) {
  for (const auto& file : context.model.files) {
    for (const auto& node : file->sequences) {
      if (!node.parameters.empty()) declare_family(context, node);
    }
  }
  report_unused(context);
}

const ast::Sequence* make_instance(Context& context, const ast::Instance& node) {
  const model::Id id = context.model.find_family(node.family.text);
  if (id == kNone) {
    const model::Id sequence = context.model.find_sequence(node.family.text);
    if (sequence == kNone) {
      context.unknown(node.family, {"family of sequences called", ""}, context.model.families);
      return nullptr;
    }
    context.add(
        Finding(Code::not_in_scope, node.family.span, quoted(node.family.text) + " has no parameters, so there is one of it, not a family")
            .label(context.model.sequences[sequence].node->name.span, "declared here")
            .help("give it parameters, or leave this out"));
    return nullptr;
  }
  const ast::Sequence& family = *context.model.families[id].node;
  const model::Id same = context.model.find_family(node.name.text);
  if (same != kNone) {
    context.duplicate(node.name.span, "sequence " + quoted(node.name.text), context.model.families[same].node->name.span);
    return nullptr;
  }
  context.family_bytes += bytes_of(family.span);
  if (context.family_bytes > limits::kFamilyBytes) {
    const bool first = context.family_bytes - bytes_of(family.span) <= limits::kFamilyBytes;
    if (first)
      context.add(Finding(Code::too_long, node.name.span,
                          "the sequences made of families have more than " + std::to_string(limits::kFamilyBytes) + " bytes together"));
    return nullptr;
  }
  auto copy = std::make_shared<ast::Sequence>(family);
  copy->name = node.name;
  if (!node.doc.empty()) copy->doc = node.doc;
  if (auto meanings = Arguments(context, node, family).run()) {
    const std::map<std::string, Expr, std::less<>> values = std::exchange(meanings->values, {});
    Putting(*meanings).walk(*copy);
    context.copies.push_back({copy, std::move(values)});
  } else {
    context.broken_instances.insert(&node);
  }
  context.model.made.push_back(copy);
  return copy.get();
}

std::vector<model::Constant> constants_of(const ast::Sequence& family) {
  std::vector<model::Constant> constants;
  for (const auto& parameter : family.parameters) {
    if (parameter.type != ParameterType::event) constants.push_back({parameter.name.text, type_of(kind_of(parameter.type))});
  }
  return constants;
}

void put_constants(Context& context) {
  for (auto& [copy, values] : context.copies) {
    const Meanings meanings{{}, {}, std::move(values)};
    Putting(meanings).walk(*copy);
  }
}

bool told_family(Context& context, const ast::Name& name) {
  const model::Id id = context.model.find_family(name.text);
  if (id == kNone) return false;
  Finding finding(Code::not_in_scope, name.span, quoted(name.text) + " is a family, of which there may be several sequences");
  finding.label(context.model.families[id].node->name.span, "declared here");
  std::vector<std::string_view> made;
  for (const auto& sequence : context.model.sequences) {
    if (sequence.instance != nullptr && sequence.instance->family.text == name.text) made.push_back(sequence.name);
  }
  if (!made.empty()) finding.help("name one of its sequences: " + enumerate(made));
  context.add(finding);
  return true;
}

}  // namespace nurture::check
