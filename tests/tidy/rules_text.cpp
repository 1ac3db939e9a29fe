// Rules on texts: how lines look, what a file says first, what must not be left in it, and that links lead somewhere.
#include "tidy/cpp_text.hpp"
#include "tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

namespace tidy {
namespace {

constexpr std::size_t kLineLength = 140;

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
/// Bytes 10xxxxxx continue a code point.
std::size_t length_in_code_points(std::string_view line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// The tidy test names what it forbids, so rules on words pass over it.
bool is_tidy(const File& file) { return file.below("tests/tidy/"); }

void clean_line(const File& file, std::size_t number, std::string_view line, Findings& findings) {
  if (line.find('\t') != std::string_view::npos) findings.push_back({file.path, number, "a tab"});
  if (!line.empty() && (line.back() == ' ' || line.back() == '\r'))
    findings.push_back({file.path, number, "blanks at the end of the line"});
  if (!file.is_markdown() && length_in_code_points(line) > kLineLength) {
    findings.push_back({file.path, number, "longer than " + std::to_string(kLineLength) + " characters"});
  }
}

std::size_t first_code_line(const File& file) { return file.text.starts_with("#!") ? 1 : 0; }

/// GitHub's name for a heading: lower case, blanks to hyphens, punctuation dropped.
std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (char c : heading) {
    if (is_letter(c) || c == '-' || !is_ascii(c)) anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (c == ' ') anchor += '-';
  }
  return anchor;
}

/// Fenced blocks and code spans turned into blanks; both may hold brackets that are no links.
std::string without_code(std::string_view markdown) {
  std::string text;
  bool fenced = false;
  for (std::string_view line : lines_of(markdown)) {
    const bool fence = line.substr(std::min(line.find_first_not_of(' '), line.size())).starts_with("```");
    fenced = fenced != fence;
    bool code = fenced || fence;
    for (char c : line) {
      if (c == '`') code = !code;
      text += code || c == '`' ? ' ' : c;
    }
    text += '\n';
  }
  return text;
}

std::set<std::string> anchors_of(const File& file) {
  std::set<std::string> anchors;
  bool fenced = false;
  for (std::string_view line : lines_of(file.text)) {
    if (line.starts_with("```")) fenced = !fenced;
    const std::size_t text = line.find_first_not_of('#');
    if (!fenced && line.starts_with("#") && text != std::string_view::npos && line[text] == ' ') {
      anchors.insert(anchor_of(line.substr(text + 1)));
    }
  }
  return anchors;
}

/// `docs/a.md` + `../b/c.md` is `b/c.md`.
std::string resolve(std::string_view from, std::string_view target) {
  const std::filesystem::path folder = std::filesystem::path(from).parent_path();
  std::string path = (folder / target).lexically_normal().generic_string();
  while (path.ends_with('/')) path.pop_back();
  return path;
}

bool exists(const Project& project, const std::string& path) {
  return path.empty() || path == "." ||
         std::any_of(project.begin(), project.end(), [&](const File& file) { return file.path == path || file.below(path + "/"); });
}

void check_link(const Project& project, const File& file, std::size_t line, std::string_view target, Findings& findings) {
  if (target.find("://") != std::string_view::npos || target.starts_with("mailto:")) return;
  const std::size_t hash = std::min(target.find('#'), target.size());
  const std::string path = hash == 0 ? file.path : resolve(file.path, target.substr(0, hash));
  if (!exists(project, path)) {
    findings.push_back({file.path, line, "a link to " + std::string(target) + ", which does not exist"});
    return;
  }
  const auto found = std::find_if(project.begin(), project.end(), [&](const File& other) { return other.path == path; });
  if (hash == target.size() || found == project.end() || !found->is_markdown()) return;
  if (!anchors_of(*found).contains(std::string(target.substr(hash + 1)))) {
    findings.push_back({file.path, line, "a link to " + std::string(target) + ", which has no such heading"});
  }
}

bool balanced(std::string_view title) {
  int depth = 0;
  for (char c : title) {
    if (c == '[') ++depth;
    if (c == ']' && --depth < 0) return false;
  }
  return depth == 0;
}

}  // namespace

Findings lines_are_clean(const Project& project) {
  Findings findings;
  for (const File& file : project) {
    if (!file.is_cpp() && !file.is_cmake() && !file.is_script() && !file.is_markdown()) continue;
    const std::vector<std::string_view> lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) clean_line(file, i + 1, lines[i], findings);
    if (!file.text.empty() && !file.text.ends_with('\n')) findings.push_back({file.path, lines.size(), "no line break at the end"});
    if (file.text.ends_with("\n\n")) findings.push_back({file.path, lines.size(), "empty lines at the end"});
  }
  return findings;
}

Findings sources_are_ascii(const Project& project) {
  Findings findings;
  for (const File& file : project) {
    if (!file.is_cpp() && !file.is_cmake() && !file.is_script()) continue;
    if (file.below("src/source/render") || file.below("tests/")) continue;
    const std::string text = file.below("src/cli/") ? scrub(file.text, Keep::code_and_comments) : file.text;
    const auto found = std::find_if_not(text.begin(), text.end(), is_ascii);
    if (found != text.end()) {
      const auto offset = static_cast<std::size_t>(found - text.begin());
      findings.push_back({file.path, line_at(text, offset), "a character beyond ASCII; write it as \\u or leave it to src/source/render"});
    }
  }
  return findings;
}

Findings files_say_what_they_are(const Project& project) {
  Findings findings;
  for (const File& file : project) {
    if (!file.is_cpp() && !file.is_cmake() && !file.is_script()) continue;
    const std::vector<std::string_view> lines = lines_of(file.text);
    const std::size_t first = first_code_line(file);
    const std::string_view comment = file.is_cpp() ? "// " : "# ";
    if (lines.size() <= first || !lines[first].starts_with(comment)) {
      findings.push_back({file.path, first + 1, "a file begins with a comment that says what it is and why"});
    }
    const bool guarded = std::find(lines.begin(), lines.end(), "#pragma once") != lines.end();
    if (file.ends_with(".hpp") && !guarded) findings.push_back({file.path, 0, "a header without #pragma once"});
  }
  return findings;
}

Findings nothing_is_left_to_do(const Project& project) {
  constexpr std::array<std::string_view, 4> kMarks{"TODO", "FIXME", "XXX", "HACK"};
  Findings findings;
  for (const File& file : project) {
    if (is_tidy(file) || file.path == "LICENSE") continue;
    for (std::string_view mark : kMarks) {
      for (std::size_t at = file.text.find(mark); at != std::string::npos; at = file.text.find(mark, at + 1)) {
        const std::size_t end = at + mark.size();
        const bool alone = (at == 0 || !is_letter(file.text[at - 1])) && (end == file.text.size() || !is_letter(file.text[end]));
        if (alone) findings.push_back({file.path, line_at(file.text, at), "finish it, or open an issue: " + std::string(mark)});
      }
    }
  }
  return findings;
}

Findings no_paths_of_a_machine(const Project& project) {
  constexpr std::array<std::string_view, 3> kRoots{"/work/", "/tmp/", "/root/"};
  Findings findings;
  for (const File& file : project) {
    if (is_tidy(file)) continue;
    for (std::string_view root : kRoots) {
      for (std::size_t at = file.text.find(root); at != std::string::npos; at = file.text.find(root, at + 1)) {
        const char before = at == 0 ? ' ' : file.text[at - 1];
        if (is_letter(before) || before == '.' || before == '/' || before == '}') continue;  // inside a longer path or address
        findings.push_back({file.path, line_at(file.text, at), "a path of somebody's machine: " + std::string(root)});
      }
    }
  }
  return findings;
}

Findings golden_folders_say_how_to_update(const Project& project) {
  std::set<std::string> folders;
  for (const File& file : project) {
    if (!file.below("tests/golden/") || file.is_cpp() || file.is_cmake()) continue;
    folders.insert(std::filesystem::path(file.path).parent_path().generic_string());
  }
  Findings findings;
  for (const std::string& folder : folders) {
    bool said = false;
    for (std::string up = folder; up.starts_with("tests/golden"); up = std::filesystem::path(up).parent_path().generic_string()) {
      said = said || std::any_of(project.begin(), project.end(), [&](const File& file) {
               return file.path == up + "/README.md" && file.text.find("NURTURE_UPDATE") != std::string::npos;
             });
    }
    if (!said) findings.push_back({folder, 0, "no README.md here or above says how to update with NURTURE_UPDATE=1"});
  }
  return findings;
}

Findings test_titles_survive_ctest(const Project& project) {
  constexpr std::string_view kCase = "TEST_CASE(\"";
  Findings findings;
  for (const File& file : project) {
    if (!file.is_cpp() || !file.below("tests/") || is_tidy(file)) continue;
    const std::string code = scrub(file.text, Keep::code_and_strings);
    for (std::size_t at = code.find(kCase); at != std::string::npos; at = code.find(kCase, at + 1)) {
      const std::size_t begin = at + kCase.size();
      const std::string title = code.substr(begin, code.find("\"", begin) - begin);
      if (title.find(';') != std::string::npos || !balanced(title)) {
        findings.push_back({file.path, line_at(code, at), "ctest splits titles at `;` and needs `[` and `]` in pairs"});
      }
    }
  }
  return findings;
}

Findings links_resolve(const Project& project) {
  Findings findings;
  for (const File& file : project) {
    if (!file.is_markdown()) continue;
    const std::string text = without_code(file.text);
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1)) {
      const std::size_t end = text.find(')', at);
      if (end != std::string::npos)
        check_link(project, file, line_at(text, at), std::string_view(text).substr(at + 2, end - at - 2), findings);
    }
  }
  return findings;
}

}  // namespace tidy
