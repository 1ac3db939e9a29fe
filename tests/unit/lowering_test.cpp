// What expressions are lowered to: the forms that can be scheduled, short cuts, names.
#include "support/catch.hpp"
#include "support/evaluation.hpp"

using nurture::eval::Value;
using test_support::World;

TEST_CASE("a condition is a few instructions") {
  World world;
  world.set("lead.country", Value::missing());
  world.set("lead.score", Value::missing());
  CHECK(world.disassemble("lead.score >= 3 and lead.country == \"PT\"") ==
        "   0  enter room=2 locals=0\n"
        "   1  load lead 1\n"
        "   2  relation >= 3\n"
        "   3  jump_if_false -> 7\n"
        "   4  load lead 0\n"
        "   5  relation == \"PT\"\n"
        "   6  and\n"
        "   7  ret\n");
  CHECK(world.disassemble("3 < lead.score") ==
        "   0  enter room=1 locals=0\n"
        "   1  load lead 1\n"
        "   2  relation > 3\n"
        "   3  ret\n");
  CHECK(world.disassemble("lead.country in [\"PT\", \"ES\"]") ==
        "   0  enter room=2 locals=0\n"
        "   1  load lead 0\n"
        "   2  constant [\"PT\", \"ES\"]\n"
        "   3  in\n"
        "   4  ret\n");
}

TEST_CASE("the forms that can be scheduled compare a moment with now [S5.4]") {
  World world;
  world.set("start", Value::missing());
  const std::string head = "   0  enter room=2 locals=0\n";
  CHECK(world.disassemble("idle(x.y) >= 14d") == head +
                                                     "   1  history 0\n"
                                                     "   2  constant 14d\n"
                                                     "   3  elapsed >=\n"
                                                     "   4  ret\n");
  CHECK(world.disassemble("3d >= start - now") == head +
                                                      "   1  load lead 0\n"
                                                      "   2  constant 3d\n"
                                                      "   3  remaining <=\n"
                                                      "   4  ret\n");
  CHECK(world.disassemble("start <= now") ==
        "   0  enter room=1 locals=0\n"
        "   1  load lead 0\n"
        "   2  compare_now >=\n"
        "   3  ret\n");
  CHECK(world.disassemble("start - enrolled <= 3d") ==
        "   0  enter room=3 locals=0\n"
        "   1  load lead 0\n"
        "   2  constant error: unknown name\n"
        "   3  constant 3d\n"
        "   4  apart <=\n"
        "   5  ret\n");
}

TEST_CASE("a macro is a loop") {
  World world;
  world.set("tags", Value::missing());
  CHECK(world.disassemble("tags.map(t, t > 1, t + 1)") ==
        "   0  enter room=6 locals=4\n"
        "   1  load lead 0\n"
        "   2  loop_begin map local=0 -> 11\n"
        "   3  local 0\n"
        "   4  relation > 1\n"
        "   5  loop_guard map local=0 -> 10\n"
        "   6  local 0\n"
        "   7  constant 1\n"
        "   8  add\n"
        "   9  loop_collect map local=0 -> 11\n"
        "  10  loop_next map local=0 -> 3\n"
        "  11  ret\n");
}

TEST_CASE("names nobody knows are errors at run time") {
  World world;
  CHECK(world.show("lead.unknown") == "error: unknown name");
  CHECK(world.show("unknown(1)") == "error: unknown name");
  CHECK(world.show("lead.unknown == 1 or true") == "true");
}

TEST_CASE("now is a name of definitions alone") {
  World world;
  CHECK(world.show("now") == "2026-03-02T08:00:00Z");
  CHECK(world.show("[1].map(now, now)") == "[1]");
  CHECK(nurture::eval::to_string(world.evaluate(world.compile("now", nurture::syntax::Profile::cel))) == "error: unknown name");
}
