// Entry point: Allowed.
#include "lint/allowed.hpp"

#include "lint/lint.hpp"
#include "syntax/ast_algorithms.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nurture::lint {

namespace {

/// What these find depends on the files beside the one that the comment stands in.
constexpr std::array<std::string_view, 7> kOfAllFiles{"no_goal",        "ping_pong",      "no_unsubscribe_exit", "untested_sequence",
                                                      "unused_segment", "unused_message", "unused_policy"};

template <class T>
concept HasDangling = requires(const T& node) {
  node.dangling;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

/// What a comment says behind its mark; empty for those that are not for nurture.
std::string_view words_of(std::string_view comment) {
  const std::string_view words = trimmed(comment.substr(1));
  return words.starts_with("nurture:") ? words : std::string_view();
}

bool contains(Span outer, Span inner) { return outer.file == inner.file && outer.begin <= inner.begin && inner.begin < outer.end; }

}  // namespace

Allowed::Allowed(const model::Model& model, const source::SourceMap& sources) : sources_(sources) {
  for (const auto& file : model.files) {
    const std::uint32_t id = file->span.file;
    const auto end = static_cast<std::uint32_t>(sources.at(id).text().size());
    for (const auto& comment : file->edition_comments.leading) read(comment, {id, 0, end}, 0, false);
    ast::for_each_node(*file, [&](const auto& node) {
      using T = std::remove_cvref_t<decltype(node)>;
      if constexpr (ast::is_statement<T>) {
        for (const auto& comment : node.comments.leading) read(comment, node.span, node.span.begin, true);
        read(node.comments.trailing, node.span, node.span.begin, false);
      }
      if constexpr (HasDangling<T>) {
        for (const auto& comment : node.dangling) read(comment, {id, end, end}, file->span.begin, false);
      }
    });
  }
}

/// `near` is where the statement begins; the comment stands above it or from there on.
void Allowed::read(const std::string& comment, Span scope, std::size_t near, bool above) {
  if (comment.empty()) return;
  const std::string_view words = words_of(comment);
  if (words.empty()) return;
  const std::string_view text = sources_.at(scope.file).text();
  std::size_t at = above ? text.rfind(words, near) : text.find(words, near);
  if (at == std::string_view::npos) at = text.find(words);
  if (at == std::string_view::npos) return;  // the bytes are not what the tree says
  const Span place{scope.file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + words.size())};

  std::string_view rest = trimmed(words.substr(std::string_view("nurture:").size()));
  const std::size_t close = rest.find(')');
  if (!rest.starts_with("allow(") || close == std::string_view::npos) {
    faults_.push_back(Finding(Code::unknown_lint, place, "nurture knows no such comment").help("write `# nurture: allow(NAME) and why`"));
    return;
  }
  const std::size_t open = std::string_view("allow(").size();
  const std::size_t before = allows_.size();
  read_names(rest.substr(open, close - open), place, scope);
  if (!trimmed(rest.substr(close + 1)).empty()) return;
  faults_.push_back(Finding(Code::allow_without_reason, place, "this does not say why")
                        .help("write the reason behind it: `# " + std::string(words) + " because ...`"));
  for (std::size_t i = before; i < allows_.size(); ++i) allows_[i].used = true;  // One mistake, one message.
}

void Allowed::read_names(std::string_view names, Span place, Span scope) {
  const bool alone = names.find(',') == std::string_view::npos;
  for (bool more = true; more;) {
    const std::size_t comma = names.find(',');
    const std::string_view name = trimmed(names.substr(0, comma));
    more = comma != std::string_view::npos;
    if (more) names.remove_prefix(comma + 1);
    if (const source::CodeInfo* const lint = find(name)) {
      allows_.push_back({place, scope, lint->name, alone});
    } else {
      Finding finding(Code::unknown_lint, place, what_is(name));
      const std::string_view near = nearest(name);
      if (!near.empty()) finding.help("write " + quoted(near));
      faults_.push_back(finding);
    }
  }
}

void Allowed::take_from(std::vector<Diagnostic>& findings) {
  std::erase_if(findings, [&](const Diagnostic& found) {
    bool is_allowed = false;
    for (Allow& allow : allows_) {
      if (found.severity == Severity::error || allow.name != found.name || !contains(allow.scope, found.span)) continue;
      allow.used = is_allowed = true;
    }
    return is_allowed;
  });
}

Finding Allowed::unused(const Allow& allow) const {
  Finding finding(Code::unused_allow, allow.place, "there is no " + quoted(allow.name) + " to allow here");
  finding.help("take it out");
  if (!allow.alone) return finding;
  const source::Source& source = sources_.at(allow.place.file);
  const std::uint32_t line = source.line_at(allow.place.begin);
  const std::uint32_t begin = source.line_begin(line);
  const auto end = static_cast<std::uint32_t>(begin + source.line(line).size());
  const std::string_view before = source.line(line).substr(0, allow.place.begin - begin);
  const std::size_t kept = before.find_last_not_of(" \t#/") + 1;  // 0 on a line of its own
  return kept > 0 ? finding.fix({allow.place.file, begin + static_cast<std::uint32_t>(kept), end}, "")
                  : finding.fix({allow.place.file, begin, std::min(end + 1, static_cast<std::uint32_t>(source.text().size()))}, "");
}

std::vector<Diagnostic> Allowed::faults() const {
  std::vector<Diagnostic> out;
  const auto add = [&](const Finding& finding) {
    if (sources_.used_at(finding.diagnostic().span.file) == nullptr) out.push_back(finding.diagnostic());
  };
  for (const Finding& fault : faults_) add(fault);
  for (const Allow& allow : allows_) {
    const bool is_of_all = std::find(kOfAllFiles.begin(), kOfAllFiles.end(), allow.name) != kOfAllFiles.end();
    if (!allow.used && !is_of_all) add(unused(allow));
  }
  return out;
}

}  // namespace nurture::lint
