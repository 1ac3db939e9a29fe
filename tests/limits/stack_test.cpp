// The deepest definitions that the limits allow go through every stage on the small stack that a host may give a thread.
// What recurses over a tree is bounded by the limits of the parser; this is where that bound is seen to be low enough.
#include "support/catch.hpp"

#include <nurture/limits.hpp>
#include <nurture/nurture.hpp>

#include "check/model.hpp"
#include "compile/program.hpp"
#include "source/source.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <pthread.h>

using namespace nurture;

namespace {

// Instrumented and unoptimised frames are several times as large.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr std::size_t kStackBytes = 2 << 20;
#else
constexpr std::size_t kStackBytes = 512 << 10;
#endif

std::string repeat(const std::string& text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

/// Runs `work` on a thread of its own with a stack of kStackBytes. More than that is a crash of this program.
void on_small_stack(std::function<void()> work) {
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, kStackBytes) == 0);
  pthread_t thread{};
  const auto run = [](void* given) -> void* {
    (*static_cast<std::function<void()>*>(given))();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, run, &work) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

/// What happened to a definition; looked at on the test's own thread.
struct Outcome {
  bool formatted = false, same_in_yaml = false, converted_back = false, checked = false;
  std::string diagnostics;
  std::size_t sent = 0;
};

/// Counts what is sent to a lead that enters by the event `e`.
std::size_t sent_by(const Program& program) {
  ManualClock clock{"2026-03-02T08:00:00Z"};
  Engine engine{program, clock};
  std::size_t sent = 0;
  engine.on_send("email", [&](const Message&) {
    ++sent;
    return Delivery::accepted();
  });
  engine.upsert("ada", {});
  engine.post({.lead = "ada", .name = "e"});
  engine.step();
  return sent;
}

/// Every stage, one after the other: read, format, convert there and back, dump, check, compile, run.
Outcome through_all_stages(const std::string& text) {
  Outcome out;
  Diagnostics found;
  const auto& source = found.sources().add("deep.nurture", text);
  const auto file = std::make_shared<ast::File>(syntax::parse(source, found));
  out.formatted = syntax::format(source, found).has_value();
  const auto yaml = syntax::convert(source, syntax::Spelling::yaml, found);
  if (yaml) {
    const auto& twin = found.sources().add("deep.nurture.yaml", *yaml);
    const ast::File other = syntax::parse(twin, found);
    out.same_in_yaml = ast::equal(*file, other) && ast::dump(*file) == ast::dump(other);
    out.converted_back = syntax::convert(twin, syntax::Spelling::text, found).has_value();
  }
  out.checked = !model::dump(check::check({file}, found)).empty() && !found.has_errors();
  out.diagnostics = found.render();
  const auto built = compile_text("deep.nurture", text);
  if (!built.ok()) return out;
  if (compile::dump(*built.program().graph()).empty()) return out;
  out.sent = sent_by(built.program());
  return out;
}

/// The step of a sequence must come through everything and send once.
void passes(const std::string& declarations, const std::string& step) {
  const std::string text =
      "nurture 1\nlead { n: int = 1 ok: bool = true }\nevent e\n" + declarations +
      "message m { channel email category transactional template \"m\" }\nsequence s { enroll on e day 0 first: " + step + " }\n";
  Outcome outcome;
  on_small_stack([&] { outcome = through_all_stages(text); });
  INFO(text.substr(0, 400));
  INFO(outcome.diagnostics);
  CHECK(outcome.formatted);
  CHECK(outcome.same_in_yaml);
  CHECK(outcome.converted_back);
  CHECK(outcome.checked);
  CHECK(outcome.sent == 1);
}

/// The condition must come through everything and be true.
void holds(const std::string& condition) { passes("segment deep = " + condition + "\n", "if deep { send m }"); }

}  // namespace

TEST_CASE("expressions at the nesting limit pass every stage on a small stack") {
  const std::size_t depth = limits::kNestingDepth;
  holds(repeat("(", depth) + "lead.ok" + repeat(")", depth));
  holds(repeat("[", depth) + "1" + repeat("]", depth) + " == " + repeat("[", depth) + "lead.n" + repeat("]", depth));
  holds(repeat("abs(", depth) + "lead.n" + repeat(")", depth) + " == 1");
  holds(repeat("[lead.n].exists(x, ", depth) + "x == 1" + repeat(")", depth));
  holds(repeat("count(e where ", depth) + "lead.ok" + repeat(") == 1", depth));
  holds(repeat("(lead.ok ? ", depth) + "true" + repeat(" : false)", depth));
}

TEST_CASE("chains at their limit pass every stage on a small stack") {
  const std::size_t length = limits::kChainLength;
  holds(repeat("not ", length - 2) + "lead.ok");
  holds("lead.n" + repeat(" + lead.n", length - 1) + " == " + std::to_string(length));
  holds("lead.ok" + repeat(" and lead.ok", length - 1));
  holds(repeat("not lead.ok ? false : ", length - 1) + "true");
}

TEST_CASE("the highest tree that the parser lets through passes every stage on a small stack") {
  holds(repeat("(", 3) + "lead.n" + repeat(repeat(" + lead.n", 100) + ")", 3) + " == 301");
  holds(repeat("(", 60) + "lead.ok" + repeat(" in [true]", 250) + repeat(" in [true])", 60));
  holds(repeat("default(", 60) + repeat("- ", 250) + "lead.n" + repeat(", 1)", 60) + " == 1");
  holds(repeat("not (", 60) + repeat("not ", 252) + "lead.ok" + repeat(")", 60));
}

TEST_CASE("blocks at the nesting limit pass every stage on a small stack") {
  // The sequence and the step are two levels.
  const std::size_t depth = limits::kNestingDepth - 3;
  passes("", "{ " + repeat("if lead.ok { ", depth) + "send m" + repeat(" }", depth) + " }");
  passes("", repeat("if not lead.ok { } else ", depth) + "{ send m }");
  passes("", repeat("if lead.ok { if not lead.ok { } else { ", depth / 2) + "send m" + repeat(" } }", depth / 2));
}

TEST_CASE("segments that use segments pass every stage on a small stack") {
  std::string chain = "segment s0 = lead.ok\n";
  for (int i = 1; i < 250; ++i) chain += "segment s" + std::to_string(i) + " = s" + std::to_string(i - 1) + "\n";
  passes(chain, "if s249 { send m }");
}
