// YAML text to a tree. Entry point: read_tree(). The only file that includes yaml-cpp.
//
// yaml-cpp's event interface is used, because its document tree hides duplicate keys, drops second documents and
// resolves aliases. What the library accepts in silence is refused here: anchors, aliases, tags, merge keys, directives,
// open quotes, text behind the document. It reports where a scalar begins but not where it ends, so the ends are found
// again in the source; the library's exceptions end here as diagnostics in the author's words.
#include "syntax/yaml_extents.hpp"
#include "syntax/yaml_tree.hpp"

#include "source/codes.hpp"

#include <nurture/limits.hpp>

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <istream>
#include <streambuf>
#include <unordered_map>

namespace nurture::syntax::yaml {

namespace {

using source::Code;

constexpr std::string_view kNoDirectives = "a definition must not have YAML directives";
constexpr std::string_view kNoTags = "a definition must not use YAML tags";
constexpr std::string_view kNoAnchors = "a definition must not use YAML anchors and aliases";
constexpr std::string_view kQuote = "put the text in quotes";

/// Reading goes on after most faults; after this one it cannot.
struct Stop {};

/// The library reads from a stream; this one reads from the source without a copy.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // never written to: a get area only
    setg(begin, begin, begin + text.size());
  }
};

/// Turns events into nodes. Collections that are still open stand on a stack.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const source::Source& source, std::uint32_t base, Diagnostics& diagnostics)
      : file_(source.id()), base_(base), find_(source.text()), diagnostics_(diagnostics), cursor_(base) {}

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { alias(place(mark)); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value style) override {
    open(Kind::sequence, place(mark), tag, style);
  }
  void OnSequenceEnd() override { close(']'); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value style) override {
    open(Kind::mapping, place(mark), tag, style);
  }
  void OnMapEnd() override { close('}'); }
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override;

  void check_prologue();
  /// What the library says about text that is no YAML, or about an alias without an anchor.
  void exception(const YAML::Exception& fault);
  /// A second document, or text that belongs to nothing.
  void trailing(std::size_t at);

  [[nodiscard]] std::size_t place(const YAML::Mark& mark) const { return base_ + static_cast<std::size_t>(std::max(mark.pos, 0)); }
  [[nodiscard]] Tree take() { return {std::move(root_), std::move(scalars_), std::move(unread_)}; }

 private:
  struct Open {
    Node node;
    std::uint32_t begin = 0;     ///< Of the entry that holds it.
    std::optional<Entry> entry;  ///< The key that waits for its value.
    bool refused_key = false;    ///< The value of a key that was reported is dropped.
    std::unordered_map<std::string, Span> keys;
  };

  [[nodiscard]] Span span(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }
  void refuse(Span where, std::string message, std::string help) {
    auto fault = source::report(Code::yaml_structure, where, std::move(message));
    fault.help = std::move(help);
    diagnostics_.add(std::move(fault));
  }
  void alias(std::size_t at);
  void tagged(std::size_t at) { refuse(span(at, find_.token_end(at)), std::string(kNoTags), "delete the tag, or put the text in quotes"); }
  void open(Kind kind, std::size_t at, const std::string& tag, YAML::EmitterStyle::value style);
  void close(char bracket);
  std::uint32_t begin_entry(std::size_t at);
  Node scalar(std::size_t at, const std::string& value, bool quoted);
  void add(Node node, std::uint32_t begin);
  void add_key(Node node, std::uint32_t begin);
  [[nodiscard]] bool expects_key() const {
    return !open_.empty() && open_.back().node.kind == Kind::mapping && !open_.back().entry && !open_.back().refused_key;
  }
  [[nodiscard]] const Open* innermost_open_flow() const;
  void broken_flow(std::size_t at);
  void label_long_text(Diagnostic& diagnostic) const;

  std::uint32_t file_;
  std::uint32_t base_;  ///< Bytes of a byte order mark, which the library does not count.
  Extents find_;
  Diagnostics& diagnostics_;
  std::size_t cursor_;  ///< Behind what was last understood.
  std::vector<Open> open_;
  Node root_;
  std::vector<Span> scalars_;
  std::vector<Span> unread_;
};

/// The library takes directives in silence, even where no document follows them.
void TreeBuilder::check_prologue() {
  const std::size_t first = find_.skip(cursor_, "");
  if (find_.at(first) == '%') refuse(span(first, find_.line_end(first)), std::string(kNoDirectives), "delete this line");
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  cursor_ = place(mark);
  if (find_.text().substr(std::min(cursor_, find_.text().size()), 3) == "---") cursor_ += 3;
}

/// Where the entry begins whose value (or key) begins at `at`: at the dash of a block sequence, else there.
std::uint32_t TreeBuilder::begin_entry(std::size_t at) {
  std::size_t begin = at;
  if (!open_.empty() && open_.back().node.kind == Kind::sequence && open_.back().node.style == Style::block) {
    const std::size_t dash = find_.skip(cursor_, ":?,");
    if (find_.at(dash) == '-' && dash <= at) {
      begin = dash;
      cursor_ = dash + 1;
    }
  }
  return static_cast<std::uint32_t>(begin);
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t) {
  const std::size_t at = find_.skip_properties(place(mark));
  const std::uint32_t begin = begin_entry(at);
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    const std::size_t end = at + word.size();
    const char next = find_.at(end);
    const bool ends = next == '\0' || is_blank(next) || next == ',' || next == ']' || next == '}' || next == ':';
    if (find_.text().substr(std::min(at, find_.text().size()), word.size()) != word || !ends) continue;
    // The mark of an empty value is that of the next token, which may be a key spelled `null`.
    if (!expects_key() && find_.at(find_.skip(end, "")) == ':') break;
    add(scalar(at, std::string(word), false), begin);
    return;
  }
  Node empty;
  const std::size_t here = std::min({cursor_, at, find_.text().size()});
  empty.span = empty.content = span(here > 0 ? here - 1 : 0, here);
  add(std::move(empty), begin);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) {
  const std::size_t first = place(mark);
  const std::uint32_t begin = begin_entry(first);
  const std::size_t at = find_.skip_properties(first);
  for (std::size_t i = first; i < at; i = find_.skip(find_.token_end(i), "")) {
    if (find_.at(i) == '!') tagged(i);
  }
  const char c = find_.at(at);
  add(scalar(at, value, tag != "?" && (c == '"' || c == '\'' || c == '|' || c == '>')), begin);
}

/// A scalar with its exact bytes. Moves the cursor behind it.
Node TreeBuilder::scalar(std::size_t at, const std::string& value, bool quoted) {
  Node node;
  node.kind = Kind::scalar;
  node.text = value;
  std::size_t end = at;
  std::size_t content_begin = at;
  std::size_t content_end = at;
  const char c = find_.at(at);
  if (quoted && (c == '|' || c == '>')) {
    node.style = c == '|' ? Style::literal : Style::folded;
    content_begin = std::min(find_.line_end(at) + 1, find_.text().size());
    content_end = end = std::max(content_begin, find_.block_end(at, value));
  } else if (quoted) {
    node.style = c == '"' ? Style::double_quoted : Style::single_quoted;
    const std::size_t close = find_.closing_quote(at);
    if (close == std::string_view::npos) {
      auto fault = source::report(Code::bad_string, span(at, at + 1), "this quote is never closed");
      fault.help = fmt::format("close it with `{}`", c);
      diagnostics_.add(std::move(fault));
      throw Stop{};
    }
    content_begin = at + 1;
    content_end = close;
    end = close + 1;
  } else {
    node.style = Style::plain;
    content_end = end = find_.plain_end(at, value);
  }
  node.span = span(at, end);
  node.content = span(content_begin, content_end);
  node.match = match_of(find_.text().substr(content_begin, content_end - content_begin), value);
  scalars_.push_back(node.span);
  cursor_ = end;
  return node;
}

void TreeBuilder::alias(std::size_t at) {
  const std::size_t end = find_.token_end(at);
  refuse(span(at, end), fmt::format("`{}` is a YAML alias, which a definition must not use", clipped(find_.text().substr(at, end - at))),
         "repeat the text, or put it in quotes if it begins with `*`");
  const std::uint32_t begin = begin_entry(at);
  Node node;
  node.kind = Kind::broken;
  node.span = node.content = span(at, end);
  cursor_ = end;
  add(std::move(node), begin);
}

void TreeBuilder::OnAnchor(const YAML::Mark& mark, const std::string& name) {
  const std::size_t at = find_.text().find("&" + name, place(mark));
  const std::size_t begin = at == std::string_view::npos ? place(mark) : at;
  refuse(span(begin, find_.token_end(begin)), fmt::format("`&{}` is a YAML anchor, which a definition must not use", clipped(name)),
         "delete the anchor, or put the text in quotes if it begins with `&`");
}

void TreeBuilder::open(Kind kind, std::size_t at, const std::string& tag, YAML::EmitterStyle::value style) {
  if (tag != "?" && find_.at(at) == '!') tagged(at);
  if (open_.size() >= limits::kYamlNestingDepth) {
    diagnostics_.add(source::report(Code::nesting_too_deep, span(at, at + 1),
                                    fmt::format("lists and mappings are nested deeper than {} here", limits::kYamlNestingDepth)));
    throw Stop{};
  }
  Open collection;
  collection.begin = begin_entry(at);
  collection.node.kind = kind;
  collection.node.style = style == YAML::EmitterStyle::Flow ? Style::flow : Style::block;
  if (collection.node.style == Style::flow) {
    at = find_.skip_properties(at);
    cursor_ = at + 1;
  }
  collection.node.span = span(at, at + 1);
  open_.push_back(std::move(collection));
}

void TreeBuilder::close(char bracket) {
  Open done = std::move(open_.back());
  open_.pop_back();
  if (done.node.style == Style::flow) {
    // `[a: b]` holds a mapping without brackets, which ends where its content does.
    const std::size_t end = find_.skip(cursor_, ":?,");
    if (find_.at(end) == bracket && find_.at(done.node.span.begin) == (bracket == ']' ? '[' : '{')) cursor_ = end + 1;
  }
  done.node.span.end = std::max(done.node.span.end, static_cast<std::uint32_t>(cursor_));
  add(std::move(done.node), done.begin);
}

void TreeBuilder::add(Node node, std::uint32_t begin) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (expects_key()) {
    add_key(std::move(node), begin);
    return;
  }
  if (parent.refused_key) {
    parent.refused_key = false;
    unread_.push_back(node.span);
    return;
  }
  Entry entry;
  if (parent.entry) {
    entry = std::move(*parent.entry);
    parent.entry.reset();
    if (node.kind == Kind::empty) node.span = node.content = entry.key_span;
  } else {
    entry.begin = begin;
  }
  entry.value = std::move(node);
  parent.node.entries.push_back(std::move(entry));
}

void TreeBuilder::add_key(Node node, std::uint32_t begin) {
  Open& parent = open_.back();
  parent.refused_key = true;
  if (node.kind == Kind::broken) return;
  if (node.kind != Kind::scalar) {
    const bool missing = node.kind == Kind::empty;
    refuse(node.span, missing ? "a key is missing before this `:`" : "a key must be a word, not a list or a mapping", "");
    return;
  }
  if (node.is_plain() && node.text == "<<") {
    refuse(node.span, "`<<` is a YAML merge key, which a definition must not use", "write the keys out");
    return;
  }
  const auto [first, inserted] = parent.keys.emplace(node.text, node.span);
  if (!inserted) {
    auto fault =
        source::report(Code::yaml_structure, node.span, fmt::format("the key `{}` stands twice in this mapping", clipped(node.text)));
    fault.labels.push_back({first->second, "it stands here first"});
    fault.help = "delete one of them";
    diagnostics_.add(std::move(fault));
    return;
  }
  parent.refused_key = false;
  parent.entry.emplace();
  parent.entry->key = std::move(node.text);
  parent.entry->key_span = node.span;
  parent.entry->begin = begin;
}

const TreeBuilder::Open* TreeBuilder::innermost_open_flow() const {
  const auto found = std::find_if(open_.rbegin(), open_.rend(), [](const Open& open) { return open.node.style == Style::flow; });
  return found == open_.rend() ? nullptr : &*found;
}

struct Saying {
  std::string_view library;  ///< How the library's message begins.
  Code code;
  std::string_view message;
  std::string_view help;
};

constexpr std::array kSayings = {
    Saying{"bad file", Code::nesting_too_deep, "lists and mappings are nested too deeply here", ""},
    Saying{"illegal map value", Code::syntax, "a `:` cannot stand here", "put the text in quotes if the `:` belongs to it"},
    Saying{"end of map not found", Code::syntax, "this does not belong to the mapping above",
           "give it the indentation of the keys above, or put the whole value in quotes"},
    Saying{"end of sequence not found", Code::syntax, "this does not belong to the list above",
           "begin it with `- ` in the column of the items above"},
    Saying{"illegal block entry", Code::syntax, "a list item cannot begin here",
           "begin the list on a line of its own, indented with spaces"},
    Saying{"illegal map key", Code::syntax, "a key cannot stand here", kQuote},
    Saying{"unknown escape character", Code::bad_string, "this escape is not known", "write `\\\\` for a backslash, or use single quotes"},
    Saying{"bad character found while scanning hex", Code::bad_string, "this escape needs hexadecimal digits", ""},
    Saying{"invalid unicode", Code::bad_string, "this escape is not a character", ""},
    Saying{"illegal EOF in scalar", Code::bad_string, "the file ends inside a quoted text", "close the quote"},
    Saying{"illegal document indicator in scalar", Code::bad_string, "this line ends the text while its quote is open", "close the quote"},
    Saying{"illegal flow end", Code::syntax, "this bracket closes nothing", "delete it, or put the text in quotes"},
    Saying{"cannot set zero indentation", Code::syntax, "the head of a `|` or `>` text is wrong",
           "write `|` alone and begin the text on the next line"},
    Saying{"unexpected character in block", Code::syntax, "the head of a `|` or `>` text is wrong",
           "write `|` alone and begin the text on the next line"},
    Saying{"unknown token", Code::syntax, "this character cannot stand here", kQuote},
    Saying{"repeated", Code::yaml_structure, kNoDirectives, "delete this line"},
    Saying{"YAML", Code::yaml_structure, kNoDirectives, "delete this line"},
    Saying{"TAG", Code::yaml_structure, kNoDirectives, "delete this line"},
    Saying{"bad YAML", Code::yaml_structure, kNoDirectives, "delete this line"},
    Saying{"cannot assign multiple tags", Code::yaml_structure, kNoTags, "delete the tags"},
    Saying{"tag", Code::yaml_structure, kNoTags, kQuote},
    Saying{"end of verbatim tag", Code::yaml_structure, kNoTags, kQuote},
    Saying{"illegal character found while scanning tag", Code::yaml_structure, kNoTags, kQuote},
    Saying{"cannot assign", Code::yaml_structure, kNoAnchors, "delete them"},
    Saying{"alias", Code::yaml_structure, kNoAnchors, kQuote},
    Saying{"anchor", Code::yaml_structure, kNoAnchors, kQuote},
    Saying{"illegal character found while scanning", Code::yaml_structure, kNoAnchors, kQuote},
};

void TreeBuilder::exception(const YAML::Exception& fault) {
  const std::size_t size = find_.text().size();
  std::size_t at = std::min(fault.mark.is_null() ? cursor_ : place(fault.mark), size);
  if (find_.at(at) == '*') {
    alias(at);
    return;
  }
  if (fault.msg.find("flow not found") != std::string::npos) {
    broken_flow(at);
    return;
  }
  const std::size_t tab = find_.tab_in_indentation(at);
  if (tab != std::string_view::npos) {
    auto diagnostic = source::report(Code::syntax, span(tab, tab + 1), "a tab cannot indent");
    diagnostic.help = "indent with spaces";
    diagnostics_.add(std::move(diagnostic));
    return;
  }
  // A place behind the last line says nothing.
  if (at == size && size > 0) --at;
  const auto* saying = std::find_if(kSayings.begin(), kSayings.end(), [&](const Saying& s) { return fault.msg.starts_with(s.library); });
  const bool known = saying != kSayings.end();
  auto diagnostic = source::report(known ? saying->code : Code::syntax, span(at, std::min(at + 1, size)),
                                   known ? std::string(saying->message) : "this is not valid YAML");
  if (known) diagnostic.help = saying->help;
  label_long_text(diagnostic);
  diagnostics_.add(std::move(diagnostic));
}

/// A bracket that is never closed, or something in it that cannot stand there. The library reports both alike.
void TreeBuilder::broken_flow(std::size_t at) {
  const Open* flow = innermost_open_flow();
  const std::size_t bracket = flow == nullptr ? at : flow->node.span.begin;
  const Span bracket_span = span(bracket, std::min(bracket + 1, find_.text().size()));
  const std::size_t stop = find_.skip(at, "");
  Diagnostic diagnostic;
  if (flow == nullptr || stop >= find_.text().size()) {
    diagnostic = source::report(Code::syntax, bracket_span, fmt::format("`{}` is not closed", find_.at(bracket)));
    diagnostic.help = fmt::format("close it with `{}`, or put the text in quotes", find_.at(bracket) == '[' ? ']' : '}');
  } else {
    diagnostic =
        source::report(Code::syntax, span(stop, std::max(stop + 1, find_.token_end(stop))), "this cannot follow here inside the brackets");
    diagnostic.labels.push_back({bracket_span, "the brackets begin here"});
    diagnostic.help = "put a comma before it, or put the text in quotes";
  }
  label_long_text(diagnostic);
  diagnostics_.add(std::move(diagnostic));
}

/// A forgotten quote makes the text end at the next quote, lines further down, and the fault shows only there.
void TreeBuilder::label_long_text(Diagnostic& diagnostic) const {
  if (scalars_.empty()) return;
  const Span last = scalars_.back();
  const char quote = find_.at(last.begin);
  const bool several_lines = find_.text().substr(last.begin, last.end - last.begin).find('\n') != std::string_view::npos;
  if (several_lines && (quote == '"' || quote == '\'')) {
    diagnostic.labels.push_back(
        {span(last.begin, last.begin + 1), "this text goes over several lines; is its quote closed where you meant?"});
  }
}

void TreeBuilder::trailing(std::size_t at) {
  const std::size_t from = std::min(cursor_, find_.text().size());
  std::size_t begin = find_.skip(from, "");
  const std::string_view mark = find_.text().substr(begin, 3);
  if (mark == "---" || mark == "...") {
    refuse(span(begin, begin + 3), "a file holds one definition document, and a second begins here", "move it to a file of its own");
    return;
  }
  begin = std::max(begin, std::min(at, find_.text().size()));
  refuse(span(begin, std::max(begin + 1, find_.token_end(begin))), "this text stands behind the end of the definition",
         "give it the indentation of the keys above, or put the whole value in quotes");
}

/// Notes where a second document begins and goes no further.
class TailDetector : public YAML::EventHandler {
 public:
  std::optional<YAML::Mark> mark;
  void OnDocumentStart(const YAML::Mark& at) override {
    mark = at;
    throw Stop{};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// False when the text behind the document was reported.
bool check_tail(YAML::Parser& parser, TreeBuilder& builder) {
  TailDetector tail;
  std::size_t at = 0;
  try {
    if (!parser.HandleNextDocument(tail)) return true;
  } catch (const Stop&) {
    if (tail.mark) at = builder.place(*tail.mark);
  } catch (const YAML::Exception& fault) {
    at = builder.place(fault.mark);
  }
  builder.trailing(at);
  return false;
}

}  // namespace

std::optional<Tree> read_tree(const source::Source& source, Diagnostics& diagnostics) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::uint32_t base = source.text().starts_with(kByteOrderMark) ? 3 : 0;
  TreeBuilder builder(source, base, diagnostics);
  ViewBuffer buffer(source.text().substr(base));
  std::istream stream(&buffer);
  builder.check_prologue();
  try {
    YAML::Parser parser(stream);
    const bool whole = !parser.HandleNextDocument(builder) || check_tail(parser, builder);
    Tree tree = builder.take();
    // What is no mapping and has a tail is not worth a second message.
    if (!whole && tree.root.kind != Kind::mapping) return std::nullopt;
    return tree;
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& fault) {
    builder.exception(fault);
    return std::nullopt;
  }
}

}  // namespace nurture::syntax::yaml
