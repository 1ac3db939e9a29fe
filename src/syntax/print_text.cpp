// The canonical text of a tree. Entry point: print_text().
//
// Each statement becomes a row (print_layout.hpp says how rows become lines); a block is the rows of its statements in
// the order of the source, whatever their kinds. Bodies and actions stand in print_action.cpp, expressions in
// print_expression.cpp.
#include "syntax/ast_algorithms.hpp"
#include "syntax/ast_names.hpp"
#include "syntax/print.hpp"
#include "syntax/print_layout.hpp"
#include "syntax/print_parts.hpp"

#include <fmt/format.h>

namespace nurture::syntax {

namespace {

/// The cells of a row and the run they belong to; comments and place come from the statement.
struct Cells {
  std::vector<std::string> cells;
  Run run = Run::none;
};

Cells one(std::string text) { return {{std::move(text)}, Run::none}; }

std::size_t columns_of(int indent) { return static_cast<std::size_t>(indent) * 2; }

std::string optional_title(const std::optional<ast::Text>& title) { return title ? ' ' + print_string(title->value) : std::string(); }

/// The rows of the statements below a node.
template <class T>
std::vector<Row> rows_of(const T& node, int indent);

template <class T>
std::string block_of(const T& node, int indent) {
  return braces(rows_of(node, indent + 1), node.dangling, indent);
}

/// The statements on one line in braces, when they have no comments and the line is short enough.
template <class T>
std::string short_block_of(const T& node, int indent, std::size_t column) {
  std::string line = "{";
  for (const auto& row : rows_of(node, indent + 1)) {
    const bool comments = !row.comments->leading.empty() || !row.comments->trailing.empty();
    const std::string& last = row.cells.back();
    if (comments || last.ends_with('}') || last.find('\n') != std::string::npos) return block_of(node, indent);
    for (const auto& cell : row.cells) line.append(1, ' ').append(cell);
  }
  line += line.size() == 1 ? "}" : " }";
  return node.dangling.empty() && column + width(line) <= kLineWidth ? line : block_of(node, indent);
}

// ---------------------------------------------------------------- vocabulary

Cells cells(const ast::Use& use, int) { return one("use " + print_string(use.path.value)); }

Cells cells(const ast::Field& field, int) {
  std::string type = print_type(field.type);
  if (field.fallback) type += " = " + print_expression(*field.fallback);
  return {{field.name.text + ':', std::move(type)}, Run::field};
}

Cells cells(const ast::Lead& lead, int indent) { return one("lead " + block_of(lead, indent)); }

Cells cells(const ast::Event& event, int indent) {
  std::string header = "event " + event.name.text;
  if (event.external) header += " as " + print_string(event.external->value);
  if (event.members.empty() && event.dangling.empty()) return one(header);
  return one(header + ' ' + short_block_of(event, indent, columns_of(indent) + width(header) + 1));
}

Cells cells(const ast::Segment& segment, int) {
  return {{"segment " + segment.name.text, "= " + print_expression(segment.condition)}, Run::segment};
}

/// A block whose contents are no statements: on the line when it fits and no comment stands in it.
std::string words_block(const std::string& words, const std::vector<std::string>& dangling, int indent, std::size_t column) {
  const std::string line = words.empty() ? "{}" : "{ " + words + " }";
  if (dangling.empty() && column + width(line) <= kLineWidth) return line;
  std::vector<Row> rows;
  if (!words.empty()) rows.push_back({Run::none, {words}});
  return braces(rows, dangling, indent);
}

Cells cells(const ast::Category& category, int indent) {
  std::vector<std::string> words;
  if (category.consent) words.push_back("consent " + std::string(ast::word(*category.consent)));
  if (category.double_opt_in) words.emplace_back("double_opt_in");
  if (category.transactional) words.emplace_back("transactional");
  if (category.under) words.push_back("under " + category.under->text);
  if (category.suppress) words.push_back("suppress when " + print_expression(*category.suppress));
  const std::string header = "category " + category.name.text + ' ';
  return one(header + words_block(fmt::format("{}", fmt::join(words, " ")), category.dangling, indent, columns_of(indent) + width(header)));
}

Cells cells(const ast::Requires& item, int) { return one("requires " + print_expression(item.value)); }
Cells cells(const ast::Retry& item, int) {
  return one(fmt::format("retry {} times from {} to {}", item.times.value, print_duration(item.from), print_duration(item.to)));
}
Cells cells(const ast::Rate& item, int) { return one(fmt::format("rate {} per {}", item.count.value, print_duration(item.per))); }
Cells cells(const ast::Breaker& item, int) {
  return one(fmt::format("breaker open at {}% of {} within {} probe after {}", item.percent.value, item.of.value,
                         print_duration(item.within), print_duration(item.probe)));
}
Cells cells(const ast::Cost& item, int) { return one("cost " + print_expression(item.value)); }
Cells cells(const ast::Channel& channel, int indent) {
  const std::string header = "channel " + channel.name.text + ' ';
  const std::size_t items =
      channel.requirements.size() + channel.retries.size() + channel.rates.size() + channel.breakers.size() + channel.costs.size();
  const std::size_t column = columns_of(indent) + width(header);
  return one(header + (items > 1 ? block_of(channel, indent) : short_block_of(channel, indent, column)));
}

// ---------------------------------------------------------------- policies and messages

std::string then_text(std::string_view word, const std::optional<ast::HoldOrDrop>& choice) {
  return choice ? fmt::format(" {} {}", word, ast::word(*choice)) : std::string();
}

Cells cells(const ast::QuietHours& quiet, int) {
  std::string text = fmt::format("quiet hours {}..{}", print_time(quiet.from), print_time(quiet.to));
  if (quiet.days) text += ' ' + print_weekdays(*quiet.days);
  if (quiet.channel) text += " on " + quiet.channel->text;
  if (quiet.zone) text += " in " + print_zone(*quiet.zone);
  return one(text + then_text("then", quiet.then));
}
Cells cells(const ast::Allow& allow, int) {
  const std::string channel = allow.channel ? " on " + allow.channel->text : "";
  return one("allow " + print_weekdays(allow.days) + channel + then_text("else", allow.otherwise));
}
Cells cells(const ast::Cap& cap, int) {
  std::string text = fmt::format("cap {} per ", cap.count.value);
  text += cap.unit == ast::Cap::Unit::rolling ? print_duration(cap.per) : std::string(ast::word(cap.unit));
  if (cap.channel) text += " on " + cap.channel->text;
  if (cap.counting) text += " counting " + print_pattern(*cap.counting);
  if (cap.when) text += " when " + print_expression(*cap.when);
  if (cap.digest) return one(text + " then digest " + cap.digest->text);
  return one(text + then_text("then", cap.then));
}
Cells cells(const ast::Exempt& exempt, int) { return one("exempt " + print_names(exempt.categories, ", ")); }
Cells cells(const ast::HoldLimit& limit, int) { return one("hold at most " + print_duration(limit.length)); }
Cells cells(const ast::HoldWhile& item, int) {
  return one("hold while " + print_expression(item.condition) + (item.label ? " as " + item.label->text : ""));
}
Cells cells(const ast::Spread& spread, int) { return one("spread " + print_duration(spread.length)); }
Cells cells(const ast::Policy& policy, int indent) { return one("policy " + policy.name.text + ' ' + block_of(policy, indent)); }

Cells cells(const ast::ChannelItem& item, int) { return {{"channel", print_names(item.channels, ", ")}, Run::item}; }
Cells cells(const ast::CategoryItem& item, int) { return {{"category", item.name.text}, Run::item}; }
Cells cells(const ast::TemplateItem& item, int) { return {{"template", print_string(item.text.value)}, Run::item}; }
Cells cells(const ast::SubjectItem& item, int) { return {{"subject", print_string(item.text.value)}, Run::item}; }
Cells cells(const ast::PreviewItem& item, int) { return {{"preview", print_string(item.text.value)}, Run::item}; }
Cells cells(const ast::BodyItem& item, int indent) {
  if (item.is_file) return {{"body", "file " + print_string(item.text.value)}, Run::item};
  return {{"body", print_paragraph(item.text.value, columns_of(indent + 1))}, Run::item};
}
Cells cells(const ast::FromItem& item, int) {
  return {{"from", print_expression(item.value) + (item.otherwise ? " else " + print_string(item.otherwise->value) : "")}, Run::item};
}
Cells cells(const ast::TopicItem& item, int) { return {{"topic", item.name.text}, Run::item}; }
Cells cells(const ast::LinkItem& item, int) { return {{"link " + item.name.text, print_string(item.url.value)}, Run::item}; }
Cells cells(const ast::FieldItem& item, int) { return {{"field " + item.name.text, "= " + print_expression(item.value)}, Run::item}; }
Cells cells(const ast::Accepts& item, int indent) {
  constexpr std::string_view kWord = "accepts ";
  return one(std::string(kWord) + short_block_of(item, indent, columns_of(indent) + kWord.size()));
}
Cells cells(const ast::UseFields& item, int) { return {{"use fields", item.name.text}, Run::item}; }
Cells cells(const ast::ChooseCase& item, int) { return {{print_names(item.values, ", "), print_string(item.text.value)}, Run::arm}; }
Cells cells(const ast::ChooseElse& item, int) { return {{"else", print_string(item.text.value)}, Run::arm}; }
Cells cells(const ast::ChooseItem& item, int indent) {
  return one(fmt::format("choose {} by {} {}", item.name.text, print_expression(item.by), block_of(item, indent)));
}
Cells cells(const ast::FieldSet& fields, int indent) { return one("fields " + fields.name.text + ' ' + block_of(fields, indent)); }
Cells cells(const ast::Variant& variant, int indent) {
  const std::string name = "variant " + variant.name.text;
  std::string rest = variant.percent ? fmt::format("{}% ", variant.percent->value) : std::string();
  if (variant.otherwise) rest += "else ";
  if (variant.when) rest += "when " + print_expression(*variant.when) + ' ';
  rest += short_block_of(variant, indent, columns_of(indent) + width(name) + 1 + width(rest));
  return {{name, std::move(rest)}, Run::arm};
}
Cells cells(const ast::Pool& pool, int) { return one("pool " + pool.name.text + " = " + print_names(pool.messages, ", ")); }
Cells cells(const ast::Message& message, int indent) {
  return one("message " + message.name.text + optional_title(message.title) + ' ' + block_of(message, indent));
}

// ---------------------------------------------------------------- sequences

Cells setting(std::string name, std::string value) { return {{std::move(name), std::move(value)}, Run::setting}; }

Cells cells(const ast::Owner& owner, int) { return setting("owner", print_string(owner.text.value)); }
Cells cells(const ast::Enroll& enroll, int) {
  std::string value = enroll.trigger.on ? print_pattern(*enroll.trigger.on) : print_expression(enroll.trigger.when.value());
  if (enroll.key) value += " key " + print_expression(*enroll.key);
  return setting(enroll.trigger.on ? "enroll on" : "enroll when", std::move(value));
}
Cells cells(const ast::EnrollEvery& enroll, int) { return setting("enroll every", print_recurrence(enroll.every)); }
Cells cells(const ast::Reenroll& reenroll, int) {
  std::string value(ast::word(reenroll.kind));
  if (reenroll.kind == ast::Reenroll::Kind::after) value += ' ' + print_duration(reenroll.after);
  if (reenroll.from_exit) value += " from exit";
  return setting("reenroll", std::move(value));
}
Cells cells(const ast::Conflict& conflict, int) {
  return setting("conflict", conflict.until ? "restart until " + conflict.until->text : std::string("restart"));
}
Cells cells(const ast::Priority& priority, int) { return setting("priority", std::to_string(priority.value.value)); }
Cells cells(const ast::Exclusive& exclusive, int) { return setting("exclusive", exclusive.group.text); }
Cells cells(const ast::Stay& stay, int) { return setting("stay while", print_expression(stay.condition)); }
Cells cells(const ast::CatchUp& item, int) { return setting("catch up", std::string(ast::word(item.kind))); }
Cells cells(const ast::FirstDay& item, int) { return setting("first day", std::to_string(item.day.value)); }
Cells cells(const ast::AnchorNext& item, int) { return setting("anchor next", std::string(ast::word(item.kind))); }
Cells cells(const ast::Anchor& anchor, int) {
  std::string value = "= " + print_expression(anchor.value);
  if (anchor.zone) value += " zone " + print_zone(*anchor.zone);
  value.append(" else ").append(ast::word(anchor.otherwise));
  if (anchor.hold) value += " at most " + print_duration(*anchor.hold);
  return setting("anchor " + anchor.name.text, std::move(value));
}
Cells cells(const ast::ZoneItem& item, int) { return setting("zone", print_zone(item.zone)); }
Cells cells(const ast::DefaultTime& item, int) { return setting("default time", print_clock(item.time)); }
Cells cells(const ast::Late& late, int) { return setting("late", print_late(late.rule)); }
Cells cells(const ast::PolicyItem& policy, int) { return setting("policy", policy.name.text); }
Cells cells(const ast::Suppress& suppress, int) { return one("suppress when " + print_expression(suppress.when)); }
Cells cells(const ast::Holdout& holdout, int) {
  return setting("holdout", fmt::format("{}% salt {}", holdout.percent.value, print_string(holdout.salt.value)));
}
Cells cells(const ast::Goal& goal, int) {
  const std::string value = goal.value ? "value " + print_expression(*goal.value) + ' ' : std::string();
  return {{"goal " + goal.name.text, value + print_trigger(goal.trigger)}, Run::ending};
}
Cells cells(const ast::Exit& exit, int) { return {{"exit " + exit.name.text, print_trigger(exit.trigger)}, Run::ending}; }

Cells cells(const ast::Handler& handler, int indent) {
  std::string text = print_trigger(handler.trigger);
  if (handler.label) text += " as " + handler.label->text;
  if (handler.repeat) {
    const bool every_time = handler.repeat->kind == ast::Repeat::Kind::every_time;
    text += every_time ? " every time" : " at most once per " + print_duration(handler.repeat->per);
  }
  text += ' ';
  return one(text + body(handler.body, BodyStyle::bare_if_simple, indent, columns_of(indent) + width(text)));
}

Cells cells(const ast::Step& step, int indent) {
  std::string when = print_schedule(step);
  if (step.late) when += " late " + print_late(*step.late);
  if (step.again) when += " again";
  std::string name = step.name ? step.name->text + ':' : std::string();
  if (!step.name) when += ':';
  std::string what = body(step.body, BodyStyle::bare, indent, columns_of(indent) + width(when) + width(name) + 2);
  // A block follows its name at once; only actions stand in a column of their own.
  if (!what.starts_with('{')) return {{std::move(when), std::move(name), std::move(what)}, Run::step};
  if (name.empty()) return {{when + ' ' + what}, Run::step};
  return {{std::move(when), name + ' ' + what}, Run::step};
}

Cells cells(const ast::Phase& phase, int indent) {
  return one("phase " + phase.name.text + optional_title(phase.title) + ' ' + block_of(phase, indent));
}
Cells cells(const ast::StreamEnroll& enroll, int) {
  const bool on = enroll.trigger.on.has_value();
  return setting(on ? "enroll on" : "enroll when", on ? print_pattern(*enroll.trigger.on) : print_expression(enroll.trigger.when.value()));
}
Cells cells(const ast::Cadence& cadence, int) { return setting("cadence", "every " + print_recurrence(cadence.every)); }
Cells cells(const ast::Piece& piece, int) { return one("send " + piece.message.text); }
Cells cells(const ast::Exhausted& exhausted, int indent) {
  constexpr std::string_view kWord = "exhausted ";
  return one(std::string(kWord) + body(exhausted.body, BodyStyle::inline_braces, indent, columns_of(indent) + kWord.size()));
}
Cells cells(const ast::Stream& stream, int indent) {
  return one("stream " + stream.name.text + optional_title(stream.title) + ' ' + block_of(stream, indent));
}
Cells cells(const ast::BroadcastTo& to, int) { return setting("to segment", to.segment.text); }
Cells cells(const ast::BroadcastAt& at, int) { return setting("at", at.start.text); }
Cells cells(const ast::Broadcast& broadcast, int indent) {
  return one("broadcast " + broadcast.name.text + optional_title(broadcast.title) + ' ' + block_of(broadcast, indent));
}
Cells cells(const ast::Sequence& sequence, int indent) {
  std::vector<std::string> parameters;
  for (const auto& parameter : sequence.parameters)
    parameters.push_back(fmt::format("{}: {}", parameter.name.text, ast::word(parameter.type)));
  const std::string open = parameters.empty() ? std::string() : fmt::format("({})", fmt::join(parameters, ", "));
  return one("sequence " + sequence.name.text + open + optional_title(sequence.title) + ' ' + block_of(sequence, indent));
}
Cells cells(const ast::Instance& instance, int) {
  std::vector<std::string> arguments;
  for (const auto& argument : instance.arguments)
    arguments.push_back(fmt::format("{}: {}", argument.name.text, print_expression(argument.value)));
  return one(fmt::format("use {}({}) as {}", instance.family.text, fmt::join(arguments, ", "), instance.name.text));
}

Cells cells(const ast::Triggers& triggers, int indent) {
  return one("triggers " + triggers.name.text + optional_title(triggers.title) + ' ' + block_of(triggers, indent));
}
Cells cells(const ast::MigrateStep& step, int) {
  std::string text = "step " + step.from.text + " -> " + (step.exits ? "exit " : "") + step.to.text;
  if (step.timer) text += fmt::format(" timer {}", ast::word(*step.timer));
  return one(std::move(text));
}
Cells cells(const ast::Migrate& migrate, int indent) {
  return one("migrate " + migrate.name.text + " from " + print_string(migrate.version.value) + ' ' + block_of(migrate, indent));
}
Cells cells(const ast::Keep& keep, int) { return setting("keep", keep.event.text + " for " + print_duration(keep.length)); }
Cells cells(const ast::Retain& retain, int) {
  const std::string after = retain.after ? " after " + print_expression(*retain.after) : std::string();
  return setting("retain", fmt::format("{} {}{}", ast::word(retain.kind), print_duration(retain.length), after));
}
Cells cells(const ast::Project& project, int indent) {
  return one("project " + project.name.text + optional_title(project.title) + ' ' + block_of(project, indent));
}

// ---------------------------------------------------------------- where leads stand

Cells cells(const ast::Stage& stage, int) {
  if (!stage.trigger) return one("stage " + stage.name.text);
  return {{"stage " + stage.name.text, print_trigger(*stage.trigger)}, Run::ending};
}
Cells cells(const ast::Lifecycle& lifecycle, int indent) {
  return one("lifecycle " + lifecycle.name.text + ' ' + block_of(lifecycle, indent));
}
Cells cells(const ast::Audience& audience, int) {
  return one(fmt::format("audience {} on {} when {}", audience.name.text, audience.channel.text, print_expression(audience.condition)));
}

// ---------------------------------------------------------------- scores

Cells cells(const ast::Range& range, int) { return one(fmt::format("range {}..{}", range.from.value, range.to.value)); }
Cells cells(const ast::Rule& rule, int indent) {
  std::string points = fmt::format("rule {:+}", rule.points.value);
  std::string rest = print_trigger(rule.trigger);
  if (rule.limit) rest += fmt::format(" limit {} per {}", rule.limit->count.value, print_duration(rule.limit->per));
  if (rule.then) {
    rest += " then ";
    const std::size_t column = columns_of(indent) + width(points) + rule.name.text.size() + 2 + width(rest);
    rest += body(*rule.then, BodyStyle::bare_if_simple, indent, column);
  }
  return {{std::move(points), rule.name.text, std::move(rest)}, Run::rule};
}
Cells cells(const ast::ScoreCategory& category, int indent) {
  return one(fmt::format("category {} weight {} max {} {}", category.name.text, category.weight.value, category.max.value,
                         block_of(category, indent)));
}
Cells cells(const ast::Reset& reset, int) { return one(fmt::format("reset {} to {}", print_trigger(reset.trigger), reset.to.value)); }
Cells cells(const ast::Decay& decay, int) {
  std::string text =
      fmt::format("decay {} per {} when {}", print_decay_amount(decay), print_duration(decay.per), print_expression(decay.when));
  if (decay.floor) text += fmt::format(" floor {}", decay.floor->value);
  return one(std::move(text));
}
Cells cells(const ast::Tier& tier, int) {
  std::string range = fmt::format("{}..{}", tier.from.value, tier.to ? std::to_string(tier.to->value) : "");
  if (tier.hysteresis) range += fmt::format(" hysteresis {}", tier.hysteresis->value);
  return {{"tier " + tier.name.text, std::move(range)}, Run::tier};
}
Cells cells(const ast::TierAction& action, int indent) {
  std::string header = fmt::format("{} {}", ast::word(action.kind), action.tier.text);
  std::string what = body(action.body, BodyStyle::inline_braces, indent, columns_of(indent) + width(header) + 1);
  return {{std::move(header), std::move(what)}, Run::tier_action};
}
Cells cells(const ast::Score& score, int indent) {
  return one("score " + score.name.text + optional_title(score.title) + ' ' + block_of(score, indent));
}

// ---------------------------------------------------------------- tests

std::string given(const ast::GivenLead& lead) { return "lead " + print_expression(lead.values); }
std::string given(const ast::GivenConsent& consent) { return "consent " + print_names(consent.categories, ", "); }
std::string given(const ast::GivenSplit& split) { return fmt::format("split {} = {}", split.split.text, split.arm.text); }
std::string given(const ast::GivenHoldout&) { return "holdout"; }
std::string given(const ast::GivenScore& score) { return fmt::format("score {} = {}", score.score.text, score.value.value); }

Cells cells(const ast::Given& line, int) {
  return one("given " + std::visit([](const auto& what) { return given(what); }, line.what));
}

std::string fed(const ast::Outcome& expected) { return "expect " + print_outcome(expected); }
std::string fed(const ast::FeedEvent& event) {
  return "event " + event.name.text + (event.values ? ' ' + print_expression(*event.values) : std::string());
}
std::string fed(const ast::FeedSet& set) { return fmt::format("set {} = {}", set.name.text, print_expression(set.value)); }
std::string fed(const ast::FeedConsent& consent) { return "consent " + consent.category.text + (consent.withdrawn ? " withdrawn" : ""); }
std::string fed(const ast::FeedDelivery& delivery) {
  return fmt::format("delivery {} {}", delivery.message.text, ast::word(delivery.result));
}
std::string fed(const ast::FeedGap& gap) { return "gap " + print_duration(gap.duration); }
std::string fed(const ast::FeedPause& pause, std::string_view verb = "pause") {
  if (pause.what == ast::FeedPause::What::all) return std::string(verb);
  return fmt::format("{} {}{}", verb, ast::word(pause.what), pause.name ? ' ' + pause.name->text : std::string());
}
std::string fed(const ast::FeedResume& resume) { return fed(resume, "resume"); }
std::string fed(const ast::FeedErase&) { return "erase"; }
std::string fed(const ast::FeedBroadcast& broadcast) { return "broadcast " + broadcast.name.text; }
std::string fed(const ast::FeedPromote& promote) { return fmt::format("promote {} = {}", promote.split.text, promote.arm.text); }

Cells cells(const ast::TestLine& line, int) {
  const std::string at = line.at ? "at " + print_instant(*line.at) + ' ' : std::string();
  return one(at + std::visit([](const auto& what) { return fed(what); }, line.what));
}
Cells cells(const ast::Test& test, int indent) {
  return one("test " + print_string(test.name.value) + " for " + test.subject.text + ' ' + block_of(test, indent));
}

// ---------------------------------------------------------------- blocks and files

template <class T>
Row row(const T& statement, int indent) {
  Cells laid_out = cells(statement, indent);
  Row row{laid_out.run, std::move(laid_out.cells), &statement.comments};
  row.begin = statement.span.begin;
  if constexpr (ast::is_declaration<T>) {
    row.doc = &statement.doc;
    row.own_paragraph = true;
  }
  return row;
}

template <class T>
std::vector<Row> rows_of(const T& node, int indent) {
  std::vector<Row> rows;
  ast::for_each_child(node, [&](const auto& statement) { rows.push_back(row(statement, indent)); });
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.begin < b.begin; });
  return rows;
}

}  // namespace

std::string print_text(const ast::File& file) {
  std::vector<Row> rows;
  if (file.edition) rows.push_back({Run::none, {fmt::format("nurture {}", file.edition->value)}, &file.edition_comments});
  auto statements = rows_of(file, 0);
  // `use` comes before the declarations, wherever the other spelling had it.
  std::stable_partition(statements.begin(), statements.end(), [](const Row& row) { return !row.own_paragraph; });
  std::move(statements.begin(), statements.end(), std::back_inserter(rows));
  return layout(rows, file.dangling, 0);
}

}  // namespace nurture::syntax
