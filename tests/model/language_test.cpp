// Whether random programs say all that the language can say: each word that begins or continues a statement, and each part of the
// syntax tree. What they never say, and why, stands in the lists below; a list that names too much fails as well.
#include "model/case.hpp"
#include "support/catch.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/grammar/words.hpp"
#include "syntax/parse.hpp"

#include <nurture/diagnostics.hpp>

#include <cxxabi.h>

#include <map>
#include <set>
#include <typeinfo>

using namespace reference;
namespace ast = nurture::ast;
namespace grammar = nurture::syntax::grammar;

namespace {

constexpr std::uint64_t kPrograms = 2'000;

using Reasons = std::map<std::string, std::string>;

template <class T>
std::string name_of() {
  int status = 0;
  char* text = abi::__cxa_demangle(typeid(T).name(), nullptr, nullptr, &status);
  std::string name(text);
  std::free(text);  // NOLINT: as the function says
  return name.substr(name.rfind(':') + 1);
}

/// What is said by being there.
template <class T>
bool is_said(const T& member) {
  if constexpr (std::is_same_v<T, bool>) {
    return member;
  } else if constexpr (requires { member.has_value(); }) {
    return member.has_value();
  } else if constexpr (requires { member.empty(); }) {
    return !member.empty();
  } else if constexpr (requires { member.text; }) {
    return !member.text.empty();
  } else {
    return true;
  }
}

/// Parts of the tree, as "Send.variant", and whether some program has them.
using Parts = std::map<std::string, bool>;

void note(const ast::File& file, Parts& parts) {
  const auto look = [&](const auto& node) {
    using T = std::remove_cvref_t<decltype(node)>;
    ast::for_each_member(node, [&](std::string_view name, const auto& member) {
      bool& said = parts[name_of<T>() + '.' + std::string(name)];
      said = said || is_said(member);
    });
  };
  ast::for_each_node(file, look);
}

/// Words outside of texts.
void note(const std::string& program, std::set<std::string>& words) {
  bool quoted = false;
  std::string word;
  for (std::size_t i = 0; i < program.size(); ++i) {
    if (program[i] == '"' && (i == 0 || program[i - 1] != '\\')) quoted = !quoted;
    if (!quoted && (std::islower(static_cast<unsigned char>(program[i])) != 0 || program[i] == '_')) {
      word += program[i];
      continue;
    }
    if (!word.empty()) words.insert(std::exchange(word, {}));
    if (program.compare(i, 2, "->") == 0) words.insert("->");
  }
}

struct Said {
  Parts parts;
  std::set<std::string> words;
};

const Said& said() {
  static const Said all = [] {
    Said found;
    for (std::uint64_t seed = 1; seed <= kPrograms; ++seed) {
      const Case c = random_case(seed);
      for (const std::string& text : {c.program(), c.deploys() ? c.second() : std::string()}) {
        if (text.empty()) continue;
        note(text, found.words);
        nurture::Diagnostics diagnostics;
        const auto& source = diagnostics.sources().add("case.nurture", text);
        note(nurture::syntax::parse(source, diagnostics), found.parts);
      }
    }
    return found;
  }();
  return all;
}

/// All that is missing has a reason, and all that has a reason is missing.
void compare(const std::set<std::string>& missing, const Reasons& reasons) {
  for (const std::string& one : missing) {
    INFO("no random program says " << one);
    CHECK(reasons.contains(one));
  }
  for (const auto& [one, why] : reasons) {
    INFO("random programs say " << one << ", of which the list says: " << why);
    CHECK(missing.contains(one));
  }
}

}  // namespace

TEST_CASE("each word of the language stands in some random program") {
  const Reasons reasons{{"because", "words for people"},
                        {"body", "texts are in no row of the log"},
                        {"choose", "texts are in no row of the log"},
                        {"cost", "it is for reports"},
                        {"expect", "tests of files are not run here"},
                        {"field", "texts are in no row of the log"},
                        {"fields", "texts are in no row of the log"},
                        {"preview", "texts are in no row of the log"},
                        {"subject", "texts are in no row of the log"},
                        {"template", "texts are in no row of the log"},
                        {"test", "tests of files are not run here"}};
  std::set<std::string> missing;
  const auto look = [&](std::span<const std::string_view> words) {
    for (const std::string_view word : words) {
      if (!said().words.contains(std::string(word))) missing.emplace(word);
    }
  };
  for (const grammar::BlockWords& block : grammar::all_blocks()) look(block.words);
  look(grammar::continuing_words());
  compare(missing, reasons);
}

TEST_CASE("each part of the syntax tree stands in some random program") {
  const Reasons reasons{{"Channel.cost", "it is for reports"},
                        {"File.field_sets", "texts are in no row of the log"},
                        {"File.tests", "tests of files are not run here"},
                        {"File.use", "the judge spreads programs over files"},
                        {"Sequence.owner", "it is for reports"}};
  // Documentation and titles are for people.
  const auto is_for_people = [](const std::string& part) { return part.ends_with(".doc") || part.ends_with(".title"); };
  std::set<std::string> missing;
  for (const auto& [part, is_there] : said().parts) {
    if (!is_there && !is_for_people(part)) missing.insert(part);
  }
  compare(missing, reasons);
}
