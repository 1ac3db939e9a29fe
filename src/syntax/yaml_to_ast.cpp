// YAML trees to the syntax tree. Entry point: parse_yaml().
// The schema (yaml_schema*.hpp) drives the reading; here stands what a mapping does with its keys: which are missing,
// which are unknown, and whose comments belong to whom.
#include "syntax/input_check.hpp"
#include "syntax/parse.hpp"
#include "syntax/yaml_read_slot.hpp"
#include "syntax/yaml_schema_files.hpp"

#include <algorithm>

namespace nurture::syntax {

namespace yaml {

using source::Code;

void ReadSlot::actions(ast::Body& x) {
  const Level level(reading_);
  x.span = node_.span;
  if (node_.kind == Kind::mapping || node_.kind == Kind::scalar) {
    return fault(Code::yaml_structure, fmt::format("`{}` takes a list of actions", key_), "begin each action with `- `");
  }
  if (!is_sequence("a list of actions") || too_deep()) return;
  for (const Entry& entry : node_.entries) {
    ast::Action& action = x.actions.emplace_back();
    if (!read_statement(reading_, {entry.value, entry.comments, true}, key_, action)) action.what.emplace<ast::ErrorAction>();
  }
  x.dangling = node_.dangling;
  // As the formatter's author would write it: one short action needs no braces.
  x.braces = x.actions.size() != 1 || !ReadKeys::is_bare(x) || std::holds_alternative<ast::If>(x.actions.front().what);
}

/// A mapping of names to what `read` reads: each pair becomes a node with a name.
template <class T, class F>
void ReadSlot::named(std::vector<T>& x, std::string_view what, const F& read) {
  if (node_.kind == Kind::broken) {
    reading_.frame->spoiled = true;
    return;
  }
  if (node_.kind != Kind::mapping) return fault(Code::yaml_structure, fmt::format("`{}` takes a mapping of names to {}", key_, what));
  for (const Entry& entry : node_.entries) {
    reading_.gather(entry.comments);
    T& item = x.emplace_back();
    item.span = {entry.key_span.file, entry.key_span.begin, entry.value.span.end};
    Node name;
    name.kind = Kind::scalar;
    name.text = entry.key;
    name.span = name.content = entry.key_span;
    ReadSlot(reading_, name, key_).name(item.name, false);
    ReadSlot slot(reading_, entry.value, entry.key);
    read(slot, item);
  }
}

void ReadSlot::arguments(std::vector<ast::Argument>& x) {
  named(x, "values", [](ReadSlot& slot, ast::Argument& item) { slot.expression(item.value); });
}

void ReadSlot::parameters(std::vector<ast::Parameter>& x) {
  named(x, "types", [](ReadSlot& slot, ast::Parameter& item) { slot.choice(item.type); });
}

std::size_t ReadKeys::index_of(std::string_view key) const {
  const auto found = std::find_if(node_.entries.begin(), node_.entries.end(), [&](const Entry& entry) { return entry.key == key; });
  return static_cast<std::size_t>(found - node_.entries.begin());
}

const Entry* ReadKeys::take(std::string_view key) {
  know(key);
  const std::size_t index = index_of(key);
  if (index == node_.entries.size()) return nullptr;
  taken_[index] = true;
  return &node_.entries[index];
}

/// Comments at a key that is no statement go to the statement around it.
void ReadKeys::take_comments(const Entry& entry) {
  Frame& frame = *reading_.frame;
  ast::Comments comments = entry.comments;
  const bool on_first_line = frame.record == &node_ && &entry == &node_.entries.front();
  if (on_first_line && frame.trailing.empty()) frame.trailing = std::exchange(comments.trailing, {});
  reading_.gather(comments);
}

void ReadKeys::always(std::string_view key) {
  bool value = true;
  flag(key, value);
  if (!value) conflict(key, fmt::format("`{}` can only be `true`", key));
}

void ReadKeys::edition(std::string_view key, std::optional<ast::Integer>& x, ast::Comments& comments) {
  const Entry* entry = take(key);
  if (entry == nullptr) return;
  comments = entry->comments;
  ReadSlot(reading_, entry->value, key).integer(x.emplace());
}

void ReadKeys::lacks(std::initializer_list<std::string_view> candidates, std::initializer_list<std::string_view> companions) {
  Missing missing{candidates, {}, {}};
  for (std::size_t i = 0; i < missing.keys.size(); ++i) {
    const bool last = i + 1 == missing.keys.size();
    missing.list += fmt::format("{}`{}`", i == 0 ? "" : last ? " or " : ", ", missing.keys[i]);
  }
  missing_.push_back(std::move(missing));
  for (const std::string_view companion : companions) take(companion);
}

/// A key that is there under a wrong name is not missing as well.
void ReadKeys::report_missing() {
  if (missing_.empty()) return;
  reading_.frame->spoiled = true;
  if (silent_) return;
  std::vector<std::string_view> meant;
  for (std::size_t i = 0; i < node_.entries.size(); ++i) {
    if (!taken_[i]) meant.push_back(meant_by(node_.entries[i]));
  }
  for (const Missing& missing : missing_) {
    const bool misspelt = std::any_of(missing.keys.begin(), missing.keys.end(),
                                      [&](std::string_view key) { return std::find(meant.begin(), meant.end(), key) != meant.end(); });
    if (misspelt) continue;
    Diagnostic fault = missing.absence ? source::report(missing.absence->code, place(), std::string(missing.absence->message))
                                       : source::report(Code::yaml_missing_key, place(), fmt::format("{} lacks {}", noun_, missing.list));
    if (missing.absence) fault.help = missing.absence->help;
    reading_.report(std::move(fault));
  }
}

void ReadKeys::excludes(std::string_view key, std::initializer_list<std::string_view> others) {
  for (const std::string_view other : others) {
    const Entry* second = take(other);
    if (second == nullptr) continue;
    Diagnostic fault = source::report(Code::yaml_structure, second->key_span, fmt::format("`{}` cannot stand beside `{}`", other, key));
    fault.labels.push_back({find(key)->key_span, fmt::format("`{}` stands here", key)});
    fault.help = "keep one of them";
    reading_.report(std::move(fault));
  }
}

void ReadKeys::needs(std::string_view key, std::string_view other) {
  if (find(key) != nullptr) conflict(key, fmt::format("`{}` says nothing without `{}`", key, other));
}

void ReadKeys::conflict(std::string_view key, std::string message) {
  reading_.report(source::report(Code::yaml_structure, find(key)->key_span, std::move(message)));
}

void ReadKeys::unknown_alternative() {
  if (silent_) return;
  silent_ = true;
  reading_.frame->spoiled = true;
  for (const Entry& entry : node_.entries) {
    const std::size_t index = static_cast<std::size_t>(&entry - node_.entries.data());
    if (!taken_[index]) return unknown_key(entry);
  }
  reading_.report(source::report(Code::yaml_missing_key, place(), fmt::format("{} does not say what it is", noun_)));
}

void ReadKeys::no_list(const Entry& entry) {
  reading_.gather(entry.comments);
  const Node& value = entry.value;
  reading_.unread.push_back(value.span);
  if (value.kind == Kind::broken) return;
  const bool empty = value.kind == Kind::empty;
  Diagnostic fault =
      source::report(Code::yaml_structure, empty ? value.span : entry.key_span,
                     empty ? fmt::format("nothing stands behind `{}`", entry.key) : fmt::format("`{}` takes a list", entry.key));
  fault.help = empty ? "write a list, or delete the key" : "begin each item with `- `";
  reading_.report(std::move(fault), false);
}

std::string_view ReadKeys::meant_by(const Entry& entry) const {
  // Beyond the limit of diagnostics nobody reads the suggestion, and a hostile file has many keys.
  if (reading_.diagnostics.items().size() >= limits::kDiagnostics) return {};
  // `on` is the word of the text spelling; as a YAML key it would be a boolean.
  if (entry.key == "on" && std::find(known_.begin(), known_.end(), "event") != known_.end()) return "event";
  return source::nearest(entry.key, known_);
}

void ReadKeys::unknown_key(const Entry& entry) {
  Diagnostic fault = source::report(Code::yaml_unknown_key, entry.key_span, fmt::format("{} has no key `{}`", noun_, clipped(entry.key)));
  const std::string_view near = meant_by(entry);
  if (!near.empty()) {
    fault.caret = fmt::format("did you mean `{}`?", near);
    fault.help = fmt::format("write `{}`", near);
    fault.fixes.push_back({entry.key_span, std::string(near)});
  } else {
    std::vector<std::string_view> keys = known_;
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    fault.notes.push_back(fmt::format("it can have {}", fmt::join(keys, ", ")));
  }
  reading_.report(std::move(fault), false);
}

Span ReadKeys::place_of(std::initializer_list<std::string_view> keys) const {
  for (const std::string_view key : keys) {
    if (const Entry* entry = find(key)) return {entry->key_span.file, entry->key_span.begin, entry->value.span.end};
  }
  return node_.span;
}

void ReadKeys::dangling(std::vector<std::string>& x) {
  dangling_of_list(x);
  stray(x);
}

void ReadKeys::dangling_of_list(std::vector<std::string>& x) {
  x.insert(x.end(), list_dangling_.begin(), list_dangling_.end());
  list_dangling_.clear();
}

void ReadKeys::stray(std::vector<std::string>& x) {
  x.insert(x.end(), node_.dangling.begin(), node_.dangling.end());
  dangling_taken_ = true;
}

bool ReadKeys::is_bare(const ast::Body& body) {
  if (!body.dangling.empty()) return false;
  const ast::Comments& comments = body.actions.front().comments;
  return comments.leading.empty() && comments.trailing.empty();
}

void ReadKeys::finish() {
  report_missing();
  for (std::size_t i = 0; i < node_.entries.size(); ++i) {
    if (taken_[i]) continue;
    const Entry& entry = node_.entries[i];
    if (!silent_) unknown_key(entry);
    reading_.unread.push_back(entry.value.span);
    reading_.gather(entry.comments);
    reading_.gather_below(entry.value);
  }
  auto& lines = reading_.frame->leading;
  lines.insert(lines.end(), list_dangling_.begin(), list_dangling_.end());
  if (!dangling_taken_) lines.insert(lines.end(), node_.dangling.begin(), node_.dangling.end());
}

namespace {

/// A mapping of one key, as a list of givens would hold it.
Entry single_given(const Entry& entry, ast::Comments comments) {
  Entry given;
  given.comments = std::move(comments);
  given.value.kind = Kind::mapping;
  given.value.span = entry.value.span;
  Entry& inner = given.value.entries.emplace_back();
  inner.key = entry.key;
  inner.key_span = entry.key_span;
  inner.begin = entry.begin;
  return given;
}

/// A given is an entry of the mapping, or one pair of `split` and `score`; each becomes a mapping of its own.
void split_given(const Entry& entry, std::vector<Entry>& out) {
  const bool pairs = (entry.key == "split" || entry.key == "score") && entry.value.kind == Kind::mapping && !entry.value.entries.empty();
  if (!pairs) {
    out.push_back(single_given(entry, entry.comments));
    out.back().value.entries.front().value = entry.value;
    return;
  }
  for (const Entry& pair : entry.value.entries) {
    const bool first = &pair == &entry.value.entries.front();
    Entry& given = out.emplace_back(single_given(entry, first ? entry.comments : pair.comments));
    given.value.span = {pair.key_span.file, pair.key_span.begin, pair.value.span.end};
    Node& value = given.value.entries.front().value;
    value.kind = Kind::mapping;
    value.span = given.value.span;
    value.entries.push_back(pair);
    if (!first) value.entries.front().comments = {};
    if (&pair == &entry.value.entries.back()) value.dangling = entry.value.dangling;
  }
}

}  // namespace

ast::Comments comments_of_first(const Entry& list, const Entry& item, Frame* around) {
  ast::Comments comments = list.comments;
  if (around != nullptr && list.value.style != Style::flow && around->trailing.empty())
    around->trailing = std::exchange(comments.trailing, {});
  if (!comments.leading.empty() && item.comments.blank_before) comments.leading.emplace_back();
  if (comments.leading.empty()) comments.blank_before = comments.blank_before || item.comments.blank_before;
  if (list.value.style != Style::flow && !comments.trailing.empty()) {
    comments.leading.push_back(std::exchange(comments.trailing, {}));
  }
  comments.leading.insert(comments.leading.end(), item.comments.leading.begin(), item.comments.leading.end());
  if (comments.trailing.empty())
    comments.trailing = item.comments.trailing;
  else if (!item.comments.trailing.empty())
    comments.leading.push_back(item.comments.trailing);
  return comments;
}

void ReadKeys::givens(std::string_view key, std::vector<ast::Given>& x) {
  const Entry* entry = find(key);
  if (entry == nullptr || entry->value.kind != Kind::mapping) return items(key, x);
  take(key);
  std::vector<Entry> givens;
  for (const Entry& given : entry->value.entries) split_given(given, givens);
  for (const Entry& given : givens) {
    const bool first = &given == givens.data();
    ast::Given element;
    if (read_statement(reading_, {given.value, first ? comments_of_first(*entry, given) : given.comments, false}, key, element))
      x.push_back(std::move(element));
  }
  list_dangling_.insert(list_dangling_.end(), entry->value.dangling.begin(), entry->value.dangling.end());
}

namespace {

/// Comments behind the last item of a list stand before the next key; only the last list has the end of the file.
void hand_on_dangling(Node& root) {
  for (std::size_t i = 0; i < root.entries.size(); ++i) {
    auto comments = std::exchange(root.entries[i].value.dangling, {});
    if (root.entries[i].value.kind == Kind::mapping) {
      root.entries[i].value.dangling = std::move(comments);
      continue;
    }
    auto& next = i + 1 < root.entries.size() ? root.entries[i + 1].comments.leading : root.dangling;
    next.insert(next.begin(), comments.begin(), comments.end());
  }
}

}  // namespace

}  // namespace yaml

ast::File parse_yaml(const source::Source& source, Diagnostics& diagnostics) {
  ast::File file;
  file.span = {source.id(), 0, static_cast<std::uint32_t>(source.text().size())};
  file.unread = {file.span};
  if (!check_input(source, diagnostics)) return file;
  auto tree = yaml::read_tree(source, diagnostics);
  if (!tree) return file;
  yaml::attach_comments(*tree, source);
  yaml::Frame frame;
  yaml::Reading reading{source, diagnostics, &frame, 1, std::move(tree->unread)};
  yaml::Node& root = tree->root;
  if (root.kind == yaml::Kind::mapping) {
    yaml::hand_on_dangling(root);
    yaml::ReadKeys keys(reading, root, "a definition");
    yaml::file_keys(keys, file);
    keys.finish();
  } else if (root.kind != yaml::Kind::empty) {
    Span place = root.span;
    if (root.is_collection()) place.end = place.begin + 1;
    auto fault =
        source::report(source::Code::yaml_structure, place, "a definition is a mapping of keys such as `sequences` to what they hold");
    diagnostics.add(std::move(fault));
    reading.unread.push_back(file.span);
  } else {
    frame.leading = root.dangling;
  }
  file.unread = std::move(reading.unread);
  file.dangling = std::move(frame.leading);
  return file;
}

}  // namespace nurture::syntax
