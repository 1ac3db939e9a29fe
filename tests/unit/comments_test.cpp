// Where comments go. Each case names the place; "order" cases check that none is lost or overtakes another.
#include "support/syntax.hpp"

#include "syntax/grammar/layout.hpp"

#include <algorithm>

using namespace nurture;
using test::formatted;
using test::read_text;

namespace {

using List = std::vector<std::string>;

/// The comments of a text in the order in which they stand, `##` documentation included.
List comments_in(const std::string& text) {
  const syntax::grammar::Layout layout(text, 0, static_cast<std::uint32_t>(text.size()), syntax::Profile::nurture);
  List out;
  for (const auto& comment : layout.comments()) out.push_back(text.substr(comment.begin, comment.end - comment.begin));
  return out;
}

}  // namespace

TEST_CASE("lines before a statement lead it, with the blank lines between them") {
  const auto file = read_text("# a\n\n# b\n\nsegment x = y\n");
  REQUIRE(file.segments.size() == 1);
  CHECK(file.segments[0].comments.leading == List{"# a", "", "# b", ""});
  CHECK(file.segments[0].doc.empty());
  CHECK_FALSE(file.segments[0].comments.blank_before);
  CHECK(file.raw_comments.empty());
}

TEST_CASE("a comment behind a statement trails it") {
  const auto file = read_text("use \"v\"  # why\nsegment x = y # here\n\n# next\nsegment z = y\n");
  CHECK(file.uses[0].comments.trailing == "# why");
  CHECK(file.segments[0].comments.trailing == "# here");
  CHECK(file.segments[1].comments.leading == List{"# next"});
  CHECK(file.segments[1].comments.blank_before);
}

TEST_CASE("of two statements on a line the last one has the trailing comment") {
  const auto file = read_text("sequence s { day 1 x: { send a send b # c\n } }");
  const auto& actions = std::get<ast::Step>(file.sequences[0].plan[0]).body.actions;
  CHECK(actions[0].comments.trailing.empty());
  CHECK(actions[1].comments.trailing == "# c");
}

TEST_CASE("a trailing comment belongs to the outermost statement that ends on the line") {
  const auto file = read_text("sequence s {\n day 1 x: send a # c\n day 2 y: { send b } # d\n}  # e\n");
  const auto& sequence = file.sequences[0];
  CHECK(std::get<ast::Step>(sequence.plan[0]).comments.trailing == "# c");
  CHECK(std::get<ast::Step>(sequence.plan[1]).comments.trailing == "# d");
  CHECK(sequence.comments.trailing == "# e");
}

TEST_CASE("## lines right before a declaration are its documentation, without their marks") {
  const auto file = read_text("# note\n## First.\n##  indented\n##\n## last\nsegment x = y\n");
  CHECK(file.segments[0].doc == "First.\n indented\n\nlast");
  CHECK(file.segments[0].comments.leading == List{"# note"});
}

TEST_CASE("## lines elsewhere stay comments") {
  const auto file = read_text("## apart\n\nsegment x = y\n## above\n# between\nsegment z = y\n######\nsegment q = y\n##\nsegment r = y");
  CHECK(file.segments[0].doc.empty());
  CHECK(file.segments[0].comments.leading == List{"## apart", ""});
  CHECK(file.segments[1].comments.leading == List{"## above", "# between"});
  CHECK(file.segments[2].comments.leading == List{"######"});
  CHECK(file.segments[3].comments.leading == List{"##"});
  const auto sequence = read_text("sequence s {\n  ## of a step\n  day 1 x: send a\n}").sequences[0];
  CHECK(std::get<ast::Step>(sequence.plan[0]).comments.leading == List{"## of a step"});
}

TEST_CASE("a ## comment above a declaration never becomes documentation by formatting") {
  const std::string text = formatted("segment x = y ## behind\n\n## apart\n\nsegment z = y\n");
  CHECK(text == "segment x = y  ## behind\n\n## apart\n\nsegment z = y\n");
  ast::File file;
  file.segments.emplace_back().name.text = "x";
  file.segments.back().condition.kind = ast::ExprKind::bool_literal;
  file.segments.back().condition.text = "true";
  file.segments.back().comments.leading = {"## from elsewhere"};
  CHECK(read_text(syntax::print_text(file)).segments[0].doc.empty());
}

TEST_CASE("a comment behind an opening brace leads the first statement of the block") {
  const auto file = read_text("lead { # c\n x: int\n}\npolicy p { # d\n}");
  CHECK(file.leads[0].members[0].comments.leading == List{"# c"});
  CHECK(file.policies[0].dangling == List{"# d"});
}

TEST_CASE("comments before a closing brace dangle in their block") {
  const auto file = read_text(
      "sequence s {\n  day 1 x: split p {\n    a 100% {\n      send m\n      # in arm\n    }\n    # in split\n  }\n"
      "  phase q {\n    # in phase\n  }\n  # in sequence\n}\n\n# in file\n");
  const auto& sequence = file.sequences[0];
  const auto& split = std::get<ast::Split>(std::get<ast::Step>(sequence.plan[0]).body.actions[0].what);
  CHECK(split.arms[0].body.dangling == List{"# in arm"});
  CHECK(split.dangling == List{"# in split"});
  CHECK(std::get<ast::Phase>(sequence.plan[1]).dangling == List{"# in phase"});
  CHECK(sequence.dangling == List{"# in sequence"});
  CHECK(file.dangling == List{"", "# in file"});
}

TEST_CASE("comments in messages, variants, scores and categories dangle in their own block") {
  const auto file = read_text(
      "message m {\n variant a 100% {\n # in variant\n }\n # in message\n}\nscore s {\n category c weight 1 max 2 {\n # in group\n }\n # "
      "in score\n}\n"
      "category g {\n consent explicit # in category\n}\nchannel email {\n requires x\n # in channel\n}\nevent e {\n # in event\n}\n");
  CHECK(file.messages[0].items.variants[0].dangling == List{"# in variant"});
  CHECK(file.messages[0].dangling == List{"# in message"});
  CHECK(file.scores[0].categories[0].dangling == List{"# in group"});
  CHECK(file.scores[0].dangling == List{"# in score"});
  CHECK(file.categories[0].dangling == List{"# in category"});
  CHECK(file.channels[0].dangling == List{"# in channel"});
  CHECK(file.events[0].dangling == List{"# in event"});
}

TEST_CASE("a comment between the tokens of a statement leads the statement") {
  const auto file = read_text("# a\nsegment x = # b\n  y and # c\n  z # d\nsequence s # e\n{\n day 1 # f\n x: send # g\n m\n}");
  CHECK(file.segments[0].comments.leading == List{"# a", "# b", "# c"});
  CHECK(file.segments[0].comments.trailing == "# d");
  CHECK(file.sequences[0].comments.leading == List{"# e"});
  CHECK(std::get<ast::Step>(file.sequences[0].plan[0]).comments.leading == List{"# f", "# g"});
}

TEST_CASE("a comment between two blocks of a statement goes to the second") {
  const auto file =
      read_text("sequence s { day 1 x: {\n if a { # one\n send m\n } # two\n else # three\n { # four\n send n } # five\n } }");
  const auto& action = std::get<ast::Step>(file.sequences[0].plan[0]).body.actions[0];
  const auto& branch = std::get<ast::If>(action.what);
  CHECK(branch.then.actions[0].comments.leading == List{"# one"});
  CHECK(branch.otherwise->actions[0].comments.leading == List{"# two", "# three", "# four"});
  CHECK(action.comments.trailing == "# five");
}

TEST_CASE("comments in a chain of else if stay in order") {
  const std::string text = "sequence s { day 1 x: if a { send b } # 1\n else if c # 2\n { send d # 3\n } # 4\n else { # 5\n } # 6\n }";
  CHECK(comments_in(formatted(text)) == List{"# 1", "# 2", "# 3", "# 4", "# 5", "# 6"});
}

TEST_CASE("comments around the edition stay around it") {
  const auto file = read_text("# top\n\nnurture 1 # one\n# use\nuse \"v\"\n");
  CHECK(file.edition_comments.leading == List{"# top", ""});
  CHECK(file.edition_comments.trailing == "# one");
  CHECK(file.uses[0].comments.leading == List{"# use"});
  CHECK(formatted("# top\n\nnurture 1 # one\n# use\nuse \"v\"\n") == "# top\n\nnurture 1  # one\n# use\nuse \"v\"\n");
}

TEST_CASE("a file of comments keeps them") {
  CHECK(formatted("\n# a\n\n\n# b") == "# a\n\n# b\n");
  CHECK(formatted("nurture 1\n\n# a\n") == "nurture 1\n\n# a\n");
}

TEST_CASE("// comments are written with #, and line ends of Windows do no harm") {
  CHECK(formatted("// a\r\nsegment x = y // b\r\n\r\n# c\r\nsegment z = y\r\n") == "# a\nsegment x = y  # b\n\n# c\nsegment z = y\n");
}

TEST_CASE("marks of comments inside texts are no comments") {
  CHECK(formatted("segment x = \"# no\" == '// no' # yes") == "segment x = \"# no\" == \"// no\"  # yes\n");
}

TEST_CASE("wherever a comment stands it is kept, in order, and formatting again changes nothing") {
  // Every gap between two tokens of a file with all kinds of blocks, one after the other and all at once.
  const std::string text =
      "nurture 1 use \"v\" lead { a: int = 1 b: enum(x, y)? } event e as \"E\" { a: string } category c { consent explicit transactional } "
      "channel email { requires lead.email } segment g = count(e where a == \"x\" within 2d) > 1 "
      "policy p { quiet hours 20:00..08:00 in lead then hold exempt c } "
      "message m \"M\" { channel email variant a 50% when g { subject \"S\" } variant b 50% { template \"T\" } } "
      "sequence s \"S\" { owner \"o\" enroll on e key event.a goal q on e phase f \"F\" { day 0 a: send m } "
      "day 1 b: { if g as y { send m } else if not g { wait 1d } else as n { wait until on e timeout 2d then { tag t } } } "
      "day 2 c: split z { l 50% { send m } r 50% {} } on e as h at most once per 7d -> a } "
      "score k { range 0..10 category w weight 100 max 5 { rule +1 r on e limit 1 per 1d then { tag t } } tier low 0..10 enter low { tag u "
      "} } "
      "test \"t\" for s { given lead { \"a\": 1 } at day 1 08:00 event e { \"a\": \"x\" } expect nothing more }";
  const syntax::grammar::Layout layout(text, 0, static_cast<std::uint32_t>(text.size()), syntax::Profile::nurture);
  std::string everywhere = "# at 0\n";
  for (std::size_t i = 0; i < layout.tokens().size(); ++i) {
    const auto& token = layout.tokens()[i];
    everywhere += layout.text(token);
    if (token.end < text.size() && text[token.end] != ' ') continue;  // within `50%` or `a.b` there is no gap
    const std::string comment = "# at " + std::to_string(i + 1);
    everywhere += ' ' + comment + '\n';
    const std::string one = text.substr(0, token.end) + ' ' + comment + '\n' + text.substr(token.end);
    INFO(one);
    const auto once = formatted(one);
    CHECK(comments_in(once) == List{comment});
    CHECK(formatted(once) == once);
  }
  const auto once = formatted(everywhere);
  CHECK(comments_in(once) == comments_in(everywhere));
  CHECK(formatted(once) == once);
}
