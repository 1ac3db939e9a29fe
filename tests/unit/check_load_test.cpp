// Loading files and what they use.
#include "support/checking.hpp"

#include "check/load.hpp"

#include <nurture/limits.hpp>

#include <map>

namespace {

using Texts = std::map<std::string, std::string>;

struct Loaded {
  nurture::Diagnostics diagnostics;
  std::vector<std::string> names;
};

Loaded load(const Texts& texts, const std::vector<std::string>& paths) {
  Loaded out;
  const auto reader = [&](const std::string& path) -> std::optional<std::string> {
    const auto found = texts.find(path);
    return found == texts.end() ? std::nullopt : std::optional(found->second);
  };
  const auto files = nurture::check::load(paths, reader, out.diagnostics);
  for (const auto& file : files) out.names.push_back(out.diagnostics.sources().at(file->span.file).name());
  return out;
}

}  // namespace

TEST_CASE("files are read with what they use, each once") {
  const Loaded loaded = load({{"a/one.nurture", "use \"../b/two.nurture\"\nuse \"three.nurture\""},
                              {"b/two.nurture", "use \"../a/./three.nurture\"\nuse \"../b/../a/three.nurture\""},
                              {"a/three.nurture", "event e"}},
                             {"a/one.nurture", "a/../a/three.nurture"});
  CHECK(loaded.diagnostics.empty());
  CHECK(loaded.names == std::vector<std::string>{"a/one.nurture", "a/three.nurture", "b/two.nurture"});
}

TEST_CASE("a used file that does not exist is reported at its use, and the others are read") {
  const Loaded loaded =
      load({{"one.nurture", "use \"two.nurture\"\nuse \"three.nurture\""}, {"three.nurture", "event e"}}, {"one.nurture"});
  REQUIRE(loaded.diagnostics.items().size() == 1);
  CHECK(loaded.diagnostics.items()[0].code == "NUR0005");
  CHECK(loaded.diagnostics.position(loaded.diagnostics.items()[0].span).column == 5);
  CHECK(loaded.names == std::vector<std::string>{"one.nurture", "three.nurture"});
}

TEST_CASE("files that use each other in a circle are told so, with each use of the circle") {
  const auto shown = [](const Texts& texts, const std::vector<std::string>& paths) {
    const Loaded loaded = load(texts, paths);
    const auto place = [&](const nurture::Span& span) {
      return std::string(loaded.diagnostics.file_name(span)) + ':' + std::to_string(loaded.diagnostics.position(span).line);
    };
    CHECK(loaded.names.size() == texts.size());
    std::string all;
    for (const auto& item : loaded.diagnostics.items()) {
      all += place(item.span) + ' ' + item.code + ' ' + item.message;
      for (const auto& label : item.labels) all += " | " + place(label.span) + ' ' + label.text;
      all += '\n';
    }
    return all;
  };
  CHECK(shown({{"a.nurture", "event e\n"}, {"b.nurture", "use \"a.nurture\""}}, {"a.nurture", "b.nurture"}) == "");
  CHECK(shown({{"a.nurture", "nurture 1\nuse \"b.nurture\""}, {"b.nurture", "use \"./a.nurture\""}}, {"a.nurture"}) ==
        "b.nurture:1 NUR0009 `b.nurture` and `a.nurture` use each other | a.nurture:2 `b.nurture` is used here\n");
  CHECK(shown({{"a.nurture", "use \"a.nurture\""}}, {"a.nurture"}) == "a.nurture:1 NUR0009 `a.nurture` uses itself\n");
  CHECK(
      shown({{"a.nurture", "use \"b.nurture\""}, {"b.nurture", "use \"c.nurture\""}, {"c.nurture", "use \"b.nurture\"\nuse \"a.nurture\""}},
            {"c.nurture", "a.nurture"}) ==
      "b.nurture:1 NUR0009 `b.nurture` and `c.nurture` use each other | c.nurture:1 `b.nurture` is used here\n");
  CHECK(
      shown({{"a.nurture", "use \"b.nurture\""}, {"b.nurture", "use \"c.nurture\""}, {"c.nurture", "use \"a.nurture\""}}, {"a.nurture"}) ==
      "c.nurture:1 NUR0009 `c.nurture` and `a.nurture` use each other, by way of other files | a.nurture:1 `b.nurture` is used here | "
      "b.nurture:1 `c.nurture` is used here\n");
  // A file that many use is no circle.
  CHECK(shown({{"a.nurture", "use \"b.nurture\"\nuse \"c.nurture\""},
               {"b.nurture", "use \"d.nurture\""},
               {"c.nurture", "use \"d.nurture\""},
               {"d.nurture", ""}},
              {"a.nurture"}) == "");
}

TEST_CASE("a finding in a used file names the use, and one in a named file does not") {
  const Texts texts{{"a.nurture", "nurture 1\nuse \"b.nurture\"\nevent"}, {"b.nurture", "event"}};
  const Loaded loaded = load(texts, {"a.nurture"});
  REQUIRE(loaded.diagnostics.items().size() == 2);
  CHECK(loaded.diagnostics.items()[0].notes.empty());
  CHECK(loaded.diagnostics.items()[1].notes == std::vector<std::string>{"`b.nurture` is used by `a.nurture`, line 2"});
  CHECK(load(texts, {"b.nurture", "a.nurture"}).diagnostics.items().at(0).notes.empty());
}

TEST_CASE("a use of a folder, or of a file without its ending, says what a use names") {
  const Loaded loaded = load({{"one.nurture", "use \"shared\""}}, {"one.nurture"});
  REQUIRE(loaded.diagnostics.items().size() == 1);
  CHECK(loaded.diagnostics.items()[0].message == "there is no file `shared`");
  CHECK(loaded.diagnostics.items()[0].help == "name a file with its ending, such as `vocabulary.nurture`: folders are not used whole");
}

TEST_CASE("a named file that cannot be read is reported by its name") {
  const Loaded loaded = load({}, {"missing.nurture"});
  REQUIRE(loaded.diagnostics.items().size() == 1);
  CHECK(loaded.diagnostics.items()[0].code == "NUR0001");
  CHECK(loaded.diagnostics.file_name(loaded.diagnostics.items()[0].span) == "missing.nurture");
}

TEST_CASE("yaml files and text files may use each other") {
  const Loaded loaded = load({{"one.nurture.yaml", "nurture: 1\nuse: [two.nurture]\n"}, {"two.nurture", "event e"}}, {"one.nurture.yaml"});
  INFO(loaded.diagnostics.render());
  CHECK(loaded.diagnostics.empty());
  CHECK(loaded.names.size() == 2);
}

TEST_CASE("paths are seen from the folder of the file that uses them") {
  using nurture::check::resolve_path;
  CHECK(resolve_path("a/b.nurture", "c.nurture") == "a/c.nurture");
  CHECK(resolve_path("a/b.nurture", "../c.nurture") == "c.nurture");
  CHECK(resolve_path("a/b.nurture", "/c.nurture") == "/c.nurture");
  CHECK(resolve_path("", "./a/../b.nurture") == "b.nurture");
}

TEST_CASE("only files are read from disk") {
  CHECK_FALSE(nurture::check::read_from_disk(NURTURE_SOURCE_DIR).has_value());
  CHECK_FALSE(nurture::check::read_from_disk(std::string(NURTURE_SOURCE_DIR) + "/no such file").has_value());
  CHECK(nurture::check::read_from_disk(std::string(NURTURE_SOURCE_DIR) + "/CMakeLists.txt").has_value());
}

TEST_CASE("the body of a message may stand in a file beside the one that says so") {
  const std::string text = "message m { body file \"b.md\" variant a 100% { body file \"sub/c.md\" } }\nmessage n { body file \"./b.md\" }";
  nurture::Diagnostics diagnostics;
  int reads = 0;
  const auto reader = [&](const std::string& path) -> std::optional<std::string> {
    ++reads;
    if (path == "a/one.nurture") return text;
    if (path == "a/b.md") return "\xEF\xBB\xBFhello\r\n";
    return path == "a/sub/c.md" ? std::optional<std::string>("deep") : std::nullopt;
  };
  const auto files = nurture::check::load({"a/one.nurture"}, reader, diagnostics);
  INFO(diagnostics.render());
  REQUIRE(diagnostics.empty());
  CHECK(reads == 3);
  const auto& messages = files.at(0)->messages;
  CHECK(messages.at(0).items.bodies.at(0).content->value == "hello\n");
  CHECK(messages.at(0).items.variants.at(0).items->bodies.at(0).content->value == "deep");
  CHECK(messages.at(1).items.bodies.at(0).content->value == "hello\n");
}

TEST_CASE("a body's file that cannot be used is said where it is named or in the file") {
  const auto faults = [](const std::string& path, const std::string& content) {
    const Loaded loaded =
        load({{"a/one.nurture", "message m { body file \"" + path + "\" }"}, {"a/b.md", content}, {"c.md", content}}, {"a/one.nurture"});
    std::string all;
    for (const auto& item : loaded.diagnostics.items()) {
      const auto at = loaded.diagnostics.position(item.span);
      all += std::string(loaded.diagnostics.file_name(item.span)) + ':' + std::to_string(at.line) + ':' + std::to_string(at.column) + ' ' +
             item.code + ' ' + item.message + '\n';
    }
    return all;
  };
  CHECK(faults("b.md", "fine") == "");
  CHECK(faults("x.md", "") == "a/one.nurture:1:23 NUR0511 there is no file `a/x.md`\n");
  CHECK(faults("../c.md", "fine") == "a/one.nurture:1:23 NUR0511 `../c.md` is not in this folder\n");
  CHECK(faults("b/../../c.md", "fine") == "a/one.nurture:1:23 NUR0511 `b/../../c.md` is not in this folder\n");
  CHECK(faults("/c.md", "fine") == "a/one.nurture:1:23 NUR0511 `/c.md` is not in this folder\n");
  CHECK(faults("", "fine") == "a/one.nurture:1:23 NUR0511 `` is not in this folder\n");
  CHECK(faults("b.md", "ab\n\xFF") == "a/b.md:2:1 NUR0003 this is not valid UTF-8; save the file as UTF-8\n");
  const std::size_t most = nurture::limits::kFileBytes;
  CHECK(faults("b.md", std::string(most, 'x')) == "");
  CHECK(faults("b.md", std::string(most + 1, 'x')) ==
        "a/b.md:1:1 NUR0002 this file has " + std::to_string(most + 1) + " bytes; the limit is " + std::to_string(most) + '\n');
}
