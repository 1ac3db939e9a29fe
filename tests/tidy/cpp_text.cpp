// A scanner that tells code from comments and literals, and finds function bodies by their braces.
// Entry points: scrub(), includes(), functions().
//
// A brace opens a function when what stands before it, back to the last `;`, `{` or `}` of the same scope, has a
// parenthesis and is not the head of a namespace, a type or an initializer. Templates and attributes are skipped. A body
// that a comma or another brace follows was the initializer of a member.
#include "tidy/cpp_text.hpp"

#include "tidy/project.hpp"

#include <algorithm>
#include <cctype>

namespace tidy {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Walks over the text; each step takes one comment, one literal or one character of code.
class Scanner {
 public:
  Scanner(std::string_view text, Keep keep) : text_(text), keep_(keep), out_(text.size(), ' ') {}

  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    if (starts("//")) {
      copy(text_.find('\n', at_), keep_ == Keep::code_and_comments);
    } else if (starts("/*")) {
      copy(past("*/", at_ + 2), keep_ == Keep::code_and_comments);
    } else if (text_[at_] == '"') {
      copy(raw_prefix() ? raw_string_end() : literal_end('"'), keep_ == Keep::code_and_strings);
    } else if (text_[at_] == '\'' && !(at_ > 0 && is_word(text_[at_ - 1]))) {  // not the separator in 1'000
      copy(literal_end('\''), keep_ == Keep::code_and_strings);
    } else {
      copy(at_ + 1, true);
    }
  }

  [[nodiscard]] bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  [[nodiscard]] std::size_t past(std::string_view what, std::size_t from) const {
    const std::size_t found = text_.find(what, from);
    return found == std::string_view::npos ? text_.size() : found + what.size();
  }
  [[nodiscard]] bool raw_prefix() const { return at_ > 0 && text_[at_ - 1] == 'R' && !(at_ > 1 && is_word(text_[at_ - 2])); }
  [[nodiscard]] std::size_t raw_string_end() const {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return text_.size();
    return past(")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"", open);
  }
  [[nodiscard]] std::size_t literal_end(char quote) const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    return end + 1;
  }

  void copy(std::size_t end, bool keep) {
    for (end = std::min(end, text_.size()); at_ < end; ++at_) {
      if (keep || text_[at_] == '\n') out_[at_] = text_[at_];
    }
  }

  std::string_view text_;
  Keep keep_;
  std::string out_;
  std::size_t at_ = 0;
};

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

bool first_word_is(std::string_view text, std::string_view word) {
  return text.starts_with(word) && (text.size() == word.size() || !is_word(text[word.size()]));
}

/// Behind a bracketed group at the start of `text`: `<...>` of a template, `[[...]]` of an attribute.
std::string_view behind_group(std::string_view text, char open, char close) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == open) ++depth;
    if (text[i] == close && --depth == 0) return trim(text.substr(i + 1));
  }
  return {};
}

std::string_view without_template_and_attributes(std::string_view head) {
  head = trim(head);
  for (;;) {
    if (first_word_is(head, "template")) {
      head = behind_group(trim(head.substr(8)), '<', '>');
    } else if (head.starts_with("[[")) {
      head = behind_group(head, '[', ']');
    } else if (const std::string_view access = "public:private:protected:";
               !head.empty() && head.find(':') != std::string_view::npos &&
               access.find(head.substr(0, head.find(':') + 1)) != std::string_view::npos) {
      head = trim(head.substr(head.find(':') + 1));
    } else {
      return head;
    }
  }
}

enum class Scope { outer, function, other };

Scope scope_of(std::string_view head) {
  head = without_template_and_attributes(head);
  for (std::string_view word : {"namespace", "inline namespace", "class", "struct", "union", "extern"}) {
    if (first_word_is(head, word)) {
      // `struct X f() {` is a function, `class alignas(8) X {` and `struct X : Base<f()> {` are not.
      const bool returns_type = head.ends_with(")") && head.find(':') == std::string_view::npos;
      if (!returns_type) return Scope::outer;
    }
  }
  const auto opening = std::count(head.begin(), head.end(), '(');
  const bool complete = opening > 0 && opening == std::count(head.begin(), head.end(), ')');  // else a default argument
  return complete && !first_word_is(head, "enum") && !head.ends_with("=") ? Scope::function : Scope::other;
}

std::string without_preprocessor(std::string code) {
  bool directive = false;
  std::size_t begin = 0;
  while (begin < code.size()) {
    const std::size_t end = std::min(code.find('\n', begin), code.size());
    const std::string_view line = trim(std::string_view(code).substr(begin, end - begin));
    directive = directive || line.starts_with("#");
    const bool continues = directive && line.ends_with("\\");
    if (directive) std::fill(code.begin() + static_cast<std::ptrdiff_t>(begin), code.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    directive = continues;
    begin = end + 1;
  }
  return code;
}

}  // namespace

std::string scrub(std::string_view text, Keep keep) { return Scanner(text, keep).run(); }

std::vector<Include> includes(std::string_view text) {
  std::vector<Include> found;
  const std::vector<std::string_view> lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view line = trim(lines[i]);
    if (!line.starts_with("#")) continue;
    line = trim(line.substr(1));
    if (!line.starts_with("include")) continue;
    line = trim(line.substr(7));
    if (line.empty() || (line[0] != '<' && line[0] != '"')) continue;
    const std::size_t end = line.find(line[0] == '<' ? '>' : '"', 1);
    if (end != std::string_view::npos) found.push_back({i + 1, line.substr(1, end - 1), line[0] == '<'});
  }
  return found;
}

std::vector<Function> functions(std::string_view text) {
  const std::string code = without_preprocessor(scrub(text, Keep::code));
  std::vector<Function> found;
  std::vector<Scope> scopes;
  std::size_t head = 0;    // where the head of the next brace begins
  std::size_t opened = 0;  // the brace of the body or initializer we are in
  std::size_t nested = 0;  // braces open inside it
  for (std::size_t i = 0; i < code.size(); ++i) {
    const bool outside = scopes.empty() || scopes.back() == Scope::outer;
    if (outside && code[i] == ';') head = i + 1;
    if (code[i] == '{') {
      if (!outside) {
        ++nested;
        continue;
      }
      scopes.push_back(scope_of(std::string_view(code).substr(head, i - head)));
      opened = i;
      if (scopes.back() == Scope::outer) head = i + 1;
    }
    if (code[i] != '}' || scopes.empty()) continue;
    if (!outside && nested > 0) {
      --nested;
      continue;
    }
    Scope closed = scopes.back();
    scopes.pop_back();
    const std::size_t next = code.find_first_not_of(" \n", i + 1);
    if (closed == Scope::function && next != std::string::npos && (code[next] == ',' || code[next] == '{')) closed = Scope::other;
    if (closed == Scope::function) found.push_back({line_at(code, opened), line_at(code, i) - line_at(code, opened) + 1});
    if (closed != Scope::other) head = i + 1;
  }
  return found;
}

}  // namespace tidy
