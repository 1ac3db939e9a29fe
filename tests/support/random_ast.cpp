// Random syntax trees. Entry points: random_file(), random_expression().
// One overload of fill() per node, top-down, with a budget of depth; no distribution of the standard library is used,
// because their results differ between libraries. The file is long because the tree has many kinds of nodes; each is
// filled in a few lines, in the order of ast.hpp.
#include "support/random_ast.hpp"

#include "syntax/ast_algorithms.hpp"

#include <array>
#include <random>
#include <string_view>

namespace nurture::test {

namespace {

using namespace ast;  // NOLINT: this file is about nothing else

class Maker {
 public:
  explicit Maker(std::uint32_t seed) : engine_(seed) {}

  // ---- dice

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }
  bool chance(std::uint32_t percent) { return below(100) < percent; }
  template <std::size_t N>
  std::string pick(const std::array<const char*, N>& words) {
    return words[below(static_cast<std::uint32_t>(N))];
  }
  template <class E>
  E pick_enum(std::uint32_t count) {
    return static_cast<E>(below(count));
  }
  template <class T>
  std::vector<T> some(std::uint32_t least, std::uint32_t most) {
    std::vector<T> out;
    for (std::uint32_t n = least + below(most - least + 1); n > 0; --n) out.push_back(make<T>());
    return out;
  }
  template <class T>
  std::optional<T> maybe(std::uint32_t percent = 50) {
    return chance(percent) ? std::optional<T>(make<T>()) : std::nullopt;
  }
  template <class T>
  T make() {
    T value;
    fill(value);
    return value;
  }

  // ---- small nodes

  void fill(Name& name) {
    // Words of the language are ordinary names where a name is expected.
    name.text = pick(std::array{"welcome", "story", "x", "lead_2", "warm", "case_study", "Big", "_u", "send", "score", "policy", "step",
                                "consultation_offer", "hold", "email"});
  }
  Name dotted() {
    auto name = make<Name>();
    for (std::uint32_t n = below(3); n > 0; --n) name.text += '.' + pick(std::array{"open", "click", "a_b", "in", "where"});
    return name;
  }
  std::vector<Name> dotted_names() {
    std::vector<Name> out;
    for (std::uint32_t n = 1 + below(3); n > 0; --n) out.push_back(dotted());
    return out;
  }
  std::string words() {
    return pick(std::array{"Hello",
                           "a \"quoted\" word",
                           "back\\slash",
                           "line\nbreak",
                           "tab\there",
                           "Grüße, 東京 🎉",
                           "",
                           " blanks ",
                           "{{ lead.name }}",
                           "it's",
                           "# no comment",
                           "// nor this",
                           "yes",
                           "12",
                           "null",
                           "a: b",
                           "- x",
                           "\x01 bell",
                           "'",
                           "{",
                           "}",
                           "\r\n",
                           "~"});
  }
  void fill(Text& text) { text.value = words(); }
  void fill(Integer& integer) { integer.value = below(120); }
  void fill(Duration& duration) {
    // Only the text takes part in equality; the parts are the parsers' business.
    duration.text = pick(std::array{"2d", "14d", "1mo", "1y2mo", "90min", "1h30min", "0s", "2w", "1d12h"});
  }
  Duration signed_duration() {
    auto duration = make<Duration>();
    duration.text.insert(0, chance(50) ? "-" : "+");
    return duration;
  }
  void fill(TimeOfDay& time) { time.minutes = static_cast<std::int32_t>(below(24 * 60)); }
  void fill(DateTime& time) {
    time.text =
        pick(std::array{"2026-03-02", "2026-03-02T08:00", "2026-12-31T23:59:59", "2026-03-02T08:00:00Z", "2026-03-02T08:00:00+02:00"});
  }
  void fill(Zone& zone) {
    zone.kind = pick_enum<Zone::Kind>(3);
    if (zone.kind == Zone::Kind::named) zone.name.value = "Europe/Lisbon";
  }

  // ---- expressions

  Expr leaf(ExprKind kind) {
    Expr out;
    out.kind = kind;
    switch (kind) {
      case ExprKind::bool_literal: out.text = chance(50) ? "true" : "false"; break;
      case ExprKind::number: out.text = pick(std::array{"0", "3", "1.5", "100", "2e3", "0x1F", "9223372036854775807"}); break;
      case ExprKind::string: out.text = words(); break;
      case ExprKind::duration: out.text = make<Duration>().text; break;
      case ExprKind::time: out.text = "09:30"; break;
      case ExprKind::datetime: out.text = make<DateTime>().text; break;
      case ExprKind::ident: out.text = pick(std::array{"lead", "event", "now", "engaged", "at", "goal"}); break;
      default: out.text = "null"; break;
    }
    return out;
  }
  Expr literal() { return leaf(static_cast<ExprKind>(below(static_cast<std::uint32_t>(ExprKind::ident)))); }

  void fill(Expr& out) {
    if (depth_ >= 4 || chance(25)) {
      out = leaf(static_cast<ExprKind>(below(static_cast<std::uint32_t>(ExprKind::ident) + 1)));
    } else {
      ++depth_;
      fill_inner(out, static_cast<ExprKind>(static_cast<std::uint32_t>(ExprKind::select) + below(27)));
      --depth_;
    }
    out.parenthesized = chance(8);
  }

  void fill_inner(Expr& out, ExprKind kind) {
    out.kind = kind;
    switch (kind) {
      case ExprKind::select:
        out.args = some<Expr>(1, 1);
        out.text = pick(std::array{"phone", "in", "status", "ends_at", "not"});
        break;
      case ExprKind::call:
        out.args = some<Expr>(1, 3);
        out.text = pick(std::array{"default", "size", "month", "count"});
        break;
      case ExprKind::method:
        out.args = some<Expr>(1, 3);
        out.text = pick(std::array{"startsWith", "exists", "size"});
        break;
      case ExprKind::list: out.args = some<Expr>(0, 3); break;
      case ExprKind::map:
        out.args = some<Expr>(0, 2);
        for (std::size_t n = out.args.size(); n > 0; --n) out.args.push_back(make<Expr>());
        break;
      case ExprKind::history:
        out.text = pick(std::array{"count", "any", "none", "first", "last", "idle"});
        out.pattern = Box<Pattern>(make<Pattern>());
        break;
      case ExprKind::fold:
        out.text = pick(std::array{"sum", "avg", "distinct", "most"});
        out.field = dotted();
        out.pattern = Box<Pattern>(make<Pattern>());
        break;
      case ExprKind::not_:
      case ExprKind::negate:
      case ExprKind::known:
      case ExprKind::missing: out.args = some<Expr>(1, 1); break;
      case ExprKind::and_:
      case ExprKind::or_: out.args = some<Expr>(2, 4); break;
      case ExprKind::conditional: out.args = some<Expr>(3, 3); break;
      default: out.args = some<Expr>(2, 2); break;  // infix operators and `a[b]`
    }
  }

  void fill(Window& window) {
    window.kind = pick_enum<Window::Kind>(5);
    switch (window.kind) {
      case Window::Kind::within: fill(window.within); break;
      case Window::Kind::since_step:
      case Window::Kind::since_anchor: fill(window.name); break;
      case Window::Kind::since_date: fill(window.date); break;
      case Window::Kind::since_enrolled: break;
    }
  }
  void fill(Pattern& pattern) {
    pattern.events = dotted_names();
    pattern.of = maybe<Name>(20);
    pattern.any_key = chance(10);
    pattern.where = maybe<Expr>(30);
    pattern.window = maybe<Window>(40);
  }
  void fill(Trigger& trigger) {
    if (chance(60)) {
      trigger.on = make<Pattern>();
    } else {
      trigger.when = make<Expr>();
    }
  }

  // ---- vocabulary

  void fill(Type& type) {
    type.kind = depth_ < 3 ? pick_enum<TypeKind>(10) : TypeKind::string;
    type.optional = chance(30);
    if (type.kind == TypeKind::enum_) type.values = some<Name>(1, 3);
    if (type.kind != TypeKind::list) return;
    ++depth_;
    type.element = Box<Type>(make<Type>());
    --depth_;
  }
  void fill(Field& field) {
    fill(field.name);
    fill(field.type);
    if (chance(30)) field.fallback = literal();
  }
  void fill(Use& use) { fill(use.path); }
  void fill_doc(Declaration& declaration) {
    if (chance(30))
      declaration.doc = pick(std::array{"What it is for.", "Two lines.\nThe second.", "First.\n\nAfter a gap.", "# heading", "  indented"});
  }
  void fill(Lead& lead) {
    fill_doc(lead);
    lead.members = some<Field>(0, 4);
  }
  void fill(Event& event) {
    fill_doc(event);
    event.name = dotted();
    event.external = maybe<Text>(30);
    event.members = some<Field>(0, 5);
  }
  void fill(Segment& segment) {
    fill_doc(segment);
    fill(segment.name);
    fill(segment.condition);
  }
  void fill(Category& category) {
    fill_doc(category);
    fill(category.name);
    if (chance(60)) category.consent = pick_enum<Category::Consent>(2);
    category.double_opt_in = chance(30);
    category.transactional = chance(30);
  }
  void fill(Channel& channel) {
    fill_doc(channel);
    fill(channel.name);
    channel.requirements = some<Requires>(0, 1);
    channel.retries = some<Retry>(0, 1);
    channel.rates = some<Rate>(0, 1);
    channel.breakers = some<Breaker>(0, 1);
    channel.costs = some<Cost>(0, 1);
  }
  void fill(Requires& item) { fill(item.value); }
  void fill(Retry& item) {
    fill(item.times);
    fill(item.from);
    fill(item.to);
  }
  void fill(Rate& item) {
    fill(item.count);
    fill(item.per);
  }
  void fill(Breaker& item) {
    fill(item.percent);
    fill(item.of);
    fill(item.within);
    fill(item.probe);
  }
  void fill(Cost& item) { item.value = literal(); }

  // ---- policies and messages

  std::optional<HoldOrDrop> choice() { return chance(50) ? std::optional(pick_enum<HoldOrDrop>(2)) : std::nullopt; }
  void fill(QuietHours& quiet) {
    fill(quiet.from);
    fill(quiet.to);
    quiet.days = maybe<Weekdays>(20);
    quiet.channel = maybe<Name>(20);
    quiet.zone = maybe<Zone>();
    quiet.then = choice();
  }
  void fill(Allow& allow) {
    fill(allow.days);
    allow.channel = maybe<Name>(20);
    allow.otherwise = choice();
  }
  void fill(Cap& cap) {
    fill(cap.count);
    fill(cap.per);
    cap.channel = maybe<Name>();
    cap.counting = maybe<Pattern>(20);
    cap.when = maybe<Expr>(20);
    if (chance(20))
      cap.digest = make<Name>();
    else
      cap.then = choice();
  }
  void fill(Exempt& exempt) { exempt.categories = dotted_names(); }
  void fill(HoldWhile& item) {
    fill(item.condition);
    item.label = maybe<Name>();
  }
  void fill(Holdout& holdout) {
    fill(holdout.percent);
    fill(holdout.salt);
  }
  void fill(ZoneItem& item) { fill(item.zone); }
  void fill(Policy& policy) {
    fill_doc(policy);
    fill(policy.name);
    policy.quiet_hours = some<QuietHours>(0, 2);
    policy.allows = some<Allow>(0, 2);
    policy.caps = some<Cap>(0, 2);
    policy.exempts = some<Exempt>(0, 1);
    policy.hold_whiles = some<HoldWhile>(0, 1);
    policy.zones = some<ZoneItem>(0, 1);
  }
  void fill(ChannelItem& item) { item.channels = some<Name>(1, 3); }
  void fill(CategoryItem& item) { item.name = dotted(); }
  void fill(TemplateItem& item) { fill(item.text); }
  void fill(SubjectItem& item) { fill(item.text); }
  void fill(FieldItem& item) {
    fill(item.name);
    fill(item.value);
  }
  void fill(PreviewItem& item) { fill(item.text); }
  void fill(BodyItem& item) {
    item.is_file = chance(30);
    item.text.value =
        item.is_file ? words() : pick(std::array{"one", "one\ntwo", "  in\n\n  deep\n", "\n\"\"\"\n", "a \\ b\n\"c\"", " \nx", "\tx\ny\t"});
  }
  void fill(FromItem& item) {
    fill(item.value);
    item.otherwise = maybe<Text>();
  }
  void fill(TopicItem& item) { fill(item.name); }
  void fill(LinkItem& item) {
    fill(item.name);
    fill(item.url);
  }
  void fill(ChooseCase& item) {
    item.values = some<Name>(1, 3);
    fill(item.text);
  }
  void fill(ChooseElse& item) { fill(item.text); }
  void fill(ChooseItem& item) {
    fill(item.name);
    fill(item.by);
    item.cases = some<ChooseCase>(0, 3);
    item.otherwise = some<ChooseElse>(0, 1);
  }
  void fill(UseFields& item) { fill(item.name); }
  void fill(FieldSet& fields) {
    fill_doc(fields);
    fill(fields.name);
    fields.message_fields = some<FieldItem>(0, 3);
    fields.choices = some<ChooseItem>(0, 2);
  }
  void fill(Accepts& accepts) { accepts.members = some<Field>(0, 3); }
  void fill(MessageItems& items) {
    items.channels = some<ChannelItem>(0, 1);
    items.categories = some<CategoryItem>(0, 1);
    items.templates = some<TemplateItem>(0, 1);
    items.subjects = some<SubjectItem>(0, 1);
    items.accepts = some<Accepts>(0, 1);
    items.previews = some<PreviewItem>(0, 1);
    items.bodies = some<BodyItem>(0, 1);
    items.senders = some<FromItem>(0, 1);
    items.topics = some<TopicItem>(0, 1);
    items.links = some<LinkItem>(0, 2);
    items.used_fields = some<UseFields>(0, 1);
    items.message_fields = some<FieldItem>(0, 2);
    items.choices = some<ChooseItem>(0, 1);
    if (depth_ >= 2) return;
    ++depth_;
    items.variants = some<Variant>(0, 2);
    --depth_;
  }
  void fill(Variant& variant) {
    fill(variant.name);
    variant.percent = maybe<Integer>(70);
    variant.when = maybe<Expr>(30);
    variant.otherwise = !variant.when && chance(20);
    fill(*variant.items);
  }
  void fill(Message& message) {
    fill_doc(message);
    fill(message.name);
    message.title = maybe<Text>();
    fill(message.items);
  }

  void fill(Pool& pool) {
    fill_doc(pool);
    fill(pool.name);
    pool.messages = some<Name>(1, 3);
  }

  // ---- actions

  void fill(Send& send) {
    fill(send.message);
    send.variant = maybe<Name>(20);
    if (chance(30)) {
      for (const char* name : {"plan", "seats"}) send.arguments.emplace_back().name.text = name;
      for (Argument& argument : send.arguments) fill(argument.value);
    }
    send.channels = some<Name>(0, 2);
    send.preferred = !send.channels.empty() && chance(20);
    send.sent_within = maybe<Duration>(20);
  }
  void fill(SendNext& send) { fill(send.pool); }
  void fill(Wait& wait) {
    fill(wait.duration);
    wait.until = maybe<TimeOfDay>(30);
  }
  void fill(WaitDay& wait) {
    fill(wait.days);
    fill(wait.time);
  }
  void fill(Timeout& timeout) {
    fill(timeout.length);
    timeout.label = maybe<Name>(30);
    timeout.then = maybe<Body>(60);
  }
  void fill(WaitUntil& wait) {
    fill(wait.trigger);
    wait.resets = chance(20);
    wait.timeout = maybe<Timeout>(70);
  }
  void fill(WaitCase& one) {
    fill(one.trigger);
    one.label = maybe<Name>();
    fill(one.body);
  }
  void fill(WaitCases& conditions) { conditions.cases = some<WaitCase>(1, 3); }
  void fill(WaitAnyOf& wait) {
    fill(wait.conditions);
    wait.timeout = maybe<Timeout>(70);
  }
  void fill(If& statement) {
    fill(statement.condition);
    statement.label = maybe<Name>();
    fill(statement.then);
    statement.otherwise = maybe<Body>();
    if (statement.otherwise && chance(50)) {
      Action next;
      next.what = make<If>();
      statement.otherwise->actions = {std::move(next)};
    }
    if (statement.otherwise) statement.else_label = maybe<Name>(30);
  }
  void fill(Arm& arm) {
    fill(arm.name);
    fill(arm.percent);
    fill(arm.body);
  }
  void fill(Promote& promote) {
    fill(promote.percent);
    promote.least = maybe<Integer>();
  }
  void fill(Split& split) {
    fill(split.name);
    split.salt = maybe<Text>(20);
    split.goal = maybe<Pattern>(30);
    split.promote = maybe<Promote>(20);
    split.arms = some<Arm>(1, 3);
  }
  std::vector<Argument> handed() {
    std::vector<Argument> arguments;
    if (chance(70)) return arguments;
    for (const char* name : {"reason", "plan"}) arguments.emplace_back().name.text = name;
    for (Argument& argument : arguments) fill(argument.value);
    return arguments;
  }
  void fill(MoveTo& move) {
    fill(move.sequence);
    move.arguments = handed();
    move.otherwise = maybe<Body>(30);
  }
  void fill(EnrollIn& enroll) {
    fill(enroll.sequence);
    enroll.arguments = handed();
  }
  void fill(ExitAs& exit) { fill(exit.name); }
  void fill(Accelerate& accelerate) { accelerate.factor = chance(50) ? "2" : "1.5"; }
  void fill(SetField& set) {
    set.name = dotted();
    fill(set.value);
  }
  void fill(Tag& tag) { fill(tag.name); }
  void fill(Notify& notify) {
    fill(notify.who);
    fill(notify.text);
  }
  void fill(Task& task) {
    fill(task.owner);
    fill(task.text);
    task.due = maybe<Duration>();
    task.label = maybe<Name>();
  }
  void fill(AddPoints& add) {
    fill(add.score);
    add.points.value = static_cast<std::int64_t>(below(40)) - 20;
  }
  void fill(Snooze& snooze) { fill(snooze.length); }
  void fill(Do& call) {
    call.function = dotted();
    call.args = some<Expr>(0, 3);
  }
  void fill(Jump& jump) { fill(jump.step); }

  /// Fills an alternative of a variant by number.
  template <class Variant, std::size_t... Index>
  void fill_alternative(Variant& out, std::size_t index, std::index_sequence<Index...>) {
    ((Index == index ? void(out = make<std::variant_alternative_t<Index, Variant>>()) : void()), ...);
  }
  template <class Variant>
  void fill_variant(Variant& out, std::uint32_t first = 0) {
    constexpr std::uint32_t kCount = std::variant_size_v<Variant>;
    fill_alternative(out, first + below(kCount - first), std::make_index_sequence<kCount>());
  }

  void fill(ErrorAction&) {}
  void fill(Action& action) {
    constexpr std::uint32_t kAfterError = 1;
    if (depth_ >= 3) {
      action.what = make<Send>();
      return;
    }
    ++depth_;
    fill_variant(action.what, kAfterError);
    --depth_;
  }
  void fill(Body& body) { body.actions = chance(50) ? some<Action>(1, 1) : some<Action>(0, 3); }

  // ---- sequences

  void fill(Owner& owner) { fill(owner.text); }
  void fill(Enroll& enroll) {
    fill(enroll.trigger);
    enroll.key = maybe<Expr>(30);
  }
  void fill(ClockTime& clock) {
    clock.field = chance(30) ? std::optional(dotted()) : std::nullopt;
    fill(clock.time);
  }
  void fill(Recurrence& every) {
    every.kind = pick_enum<Recurrence::Kind>(3);
    if (every.kind == Recurrence::Kind::year) every.date = dotted(), every.leap_in_march = chance(30);
    if (every.kind == Recurrence::Kind::weekday) every.weekday = static_cast<std::int32_t>(below(7));
    if (every.kind == Recurrence::Kind::period) {
      fill(every.period);
      fill(every.from);
    }
    every.time = maybe<TimeOfDay>();
  }
  void fill(EnrollEvery& enroll) { fill(enroll.every); }
  void fill(Reenroll& reenroll) {
    reenroll.kind = pick_enum<Reenroll::Kind>(3);
    if (reenroll.kind != Reenroll::Kind::after) return;
    fill(reenroll.after);
    reenroll.from_exit = chance(30);
  }
  void fill(Conflict& conflict) { conflict.until = maybe<Name>(); }
  void fill(Priority& priority) { fill(priority.value); }
  void fill(Exclusive& exclusive) { fill(exclusive.group); }
  void fill(Stay& stay) { fill(stay.condition); }
  void fill(CatchUp& item) { item.kind = pick_enum<CatchUp::Kind>(3); }
  void fill(FirstDay& item) { fill(item.day); }
  void fill(AnchorNext& item) { item.kind = pick_enum<AnchorNext::Kind>(2); }
  void fill(Anchor& anchor) {
    fill(anchor.name);
    fill(anchor.value);
    anchor.zone = maybe<Zone>(30);
    anchor.otherwise = pick_enum<Anchor::Otherwise>(2);
    if (anchor.otherwise == Anchor::Otherwise::hold) anchor.hold = maybe<Duration>(30);
  }
  void fill(DefaultTime& item) { fill(item.time); }
  void fill(LateRule& late) {
    late.kind = pick_enum<LateRule::Kind>(3);
    if (late.kind == LateRule::Kind::grace) fill(late.grace);
  }
  void fill(Late& late) { fill(late.rule); }
  void fill(PolicyItem& item) { fill(item.name); }
  void fill(Suppress& suppress) { fill(suppress.when); }
  void fill(Goal& goal) {
    fill(goal.name);
    goal.value = maybe<Expr>(30);
    fill(goal.trigger);
  }
  void fill(Exit& exit) {
    fill(exit.name);
    fill(exit.trigger);
  }
  void fill(Repeat& repeat) {
    repeat.kind = pick_enum<Repeat::Kind>(2);
    if (repeat.kind == Repeat::Kind::at_most_once_per) fill(repeat.per);
  }
  void fill(Handler& handler) {
    fill(handler.trigger);
    handler.label = maybe<Name>();
    handler.repeat = maybe<Repeat>(30);
    fill(handler.body);
  }
  void fill(Offset& offset) {
    offset.kind = pick_enum<Offset::Kind>(5);
    if (offset.kind == Offset::Kind::day) {
      offset.day = static_cast<std::int64_t>(below(90)) - 10;
      offset.day_signed = offset.day < 0 || chance(10);
    }
    if (offset.kind == Offset::Kind::every) fill(offset.every.emplace());
    if (offset.kind == Offset::Kind::at) offset.duration = signed_duration();
    if (offset.kind == Offset::Kind::after) fill(offset.duration);
    if (offset.kind == Offset::Kind::day || offset.kind == Offset::Kind::at) offset.from = maybe<Name>(30);
  }
  void fill(Weekdays& days) {
    days.first_day = static_cast<std::int32_t>(below(7));
    days.last_day = static_cast<std::int32_t>(below(7));
  }
  void fill(Step& step) {
    fill(step.offset);
    step.weekdays = maybe<Weekdays>(20);
    if (step.offset.kind != Offset::Kind::every) step.time = maybe<ClockTime>(30);
    step.late = maybe<LateRule>(20);
    step.again = chance(10);
    step.name = maybe<Name>(80);
    fill(step.body);
  }
  void fill(Phase& phase) {
    fill(phase.name);
    phase.title = maybe<Text>();
    phase.steps = some<Step>(0, 3);
  }
  void fill(std::variant<Step, Phase>& part) { fill_variant(part); }
  std::vector<Parameter> parameters() {
    std::vector<Parameter> some;
    if (chance(70)) return some;
    for (const char* name : {"topic", "asset"}) some.push_back({{}, {{}, name}, static_cast<ParameterType>(below(10))});
    return some;
  }
  void fill(Instance& instance) {
    fill_doc(instance);
    fill(instance.family);
    instance.arguments.emplace_back().name.text = "topic";
    if (chance(50)) instance.arguments.emplace_back().name.text = "asset";
    for (Argument& argument : instance.arguments) fill(argument.value);
    fill(instance.name);
  }
  void fill(Sequence& sequence) {
    fill_doc(sequence);
    fill(sequence.name);
    sequence.parameters = parameters();
    sequence.title = maybe<Text>();
    sequence.owners = some<Owner>(0, 1);
    sequence.priorities = some<Priority>(0, 1);
    sequence.exclusives = some<Exclusive>(0, 1);
    sequence.enrolls = some<Enroll>(0, 2);
    sequence.recurring_enrolls = some<EnrollEvery>(0, 2);
    sequence.accepts = some<Accepts>(0, 1);
    sequence.reenrolls = some<Reenroll>(0, 1);
    sequence.conflicts = some<Conflict>(0, 1);
    sequence.stays = some<Stay>(0, 1);
    sequence.anchors = some<Anchor>(0, 2);
    sequence.zones = some<ZoneItem>(0, 1);
    sequence.default_times = some<DefaultTime>(0, 1);
    sequence.first_days = some<FirstDay>(0, 1);
    sequence.anchor_nexts = some<AnchorNext>(0, 1);
    sequence.lates = some<Late>(0, 1);
    sequence.catch_ups = some<CatchUp>(0, 1);
    sequence.policies = some<PolicyItem>(0, 2);
    sequence.suppressions = some<Suppress>(0, 2);
    sequence.goals = some<Goal>(0, 2);
    sequence.exits = some<Exit>(0, 2);
    sequence.plan = some<std::variant<Step, Phase>>(0, 5);
    sequence.handlers = some<Handler>(0, 2);
    sequence.holdouts = some<Holdout>(0, 1);
  }
  void fill(Triggers& triggers) {
    fill_doc(triggers);
    fill(triggers.name);
    triggers.title = maybe<Text>();
    triggers.zones = some<ZoneItem>(0, 1);
    triggers.policies = some<PolicyItem>(0, 2);
    triggers.suppressions = some<Suppress>(0, 1);
    triggers.handlers = some<Handler>(0, 3);
  }
  void fill(StreamEnroll& enroll) { fill(enroll.trigger); }
  void fill(Cadence& cadence) { fill(cadence.every); }
  void fill(Piece& piece) { fill(piece.message); }
  void fill(Exhausted& exhausted) { fill(exhausted.body); }
  void fill(Stream& stream) {
    fill_doc(stream);
    fill(stream.name);
    stream.title = maybe<Text>();
    stream.priorities = some<Priority>(0, 1);
    stream.enrolls = some<StreamEnroll>(0, 2);
    stream.stays = some<Stay>(0, 1);
    stream.zones = some<ZoneItem>(0, 1);
    stream.cadences = some<Cadence>(0, 2);
    stream.policies = some<PolicyItem>(0, 2);
    stream.holdouts = some<Holdout>(0, 1);
    stream.suppressions = some<Suppress>(0, 1);
    stream.goals = some<Goal>(0, 1);
    stream.exits = some<Exit>(0, 2);
    stream.pieces = some<Piece>(0, 4);
    stream.exhausted = some<Exhausted>(0, 2);
  }
  void fill(BroadcastTo& to) { fill(to.segment); }
  void fill(BroadcastAt& at) { fill(at.start); }
  void fill(Spread& spread) { fill(spread.length); }
  void fill(Broadcast& broadcast) {
    fill_doc(broadcast);
    fill(broadcast.name);
    broadcast.title = maybe<Text>();
    broadcast.priorities = some<Priority>(0, 1);
    broadcast.targets = some<BroadcastTo>(0, 2);
    broadcast.starts = some<BroadcastAt>(0, 2);
    broadcast.spreads = some<Spread>(0, 1);
    broadcast.zones = some<ZoneItem>(0, 1);
    broadcast.policies = some<PolicyItem>(0, 2);
    broadcast.messages = some<Piece>(0, 2);
  }
  void fill(Keep& keep) {
    keep.event = dotted();
    fill(keep.length);
  }
  void fill(Retain& retain) {
    retain.kind = pick_enum<Retain::Kind>(2);
    fill(retain.length);
    if (retain.kind == Retain::Kind::leads) retain.after = make<Expr>();
  }
  void fill(Project& project) {
    fill_doc(project);
    fill(project.name);
    project.title = maybe<Text>();
    project.zones = some<ZoneItem>(0, 1);
    project.policies = some<PolicyItem>(0, 2);
    project.holdouts = some<Holdout>(0, 1);
    project.keeps = some<Keep>(0, 2);
    project.retains = some<Retain>(0, 2);
  }

  // ---- where leads stand

  void fill(Stage& stage) {
    fill(stage.name);
    stage.trigger = maybe<Trigger>(70);
  }
  void fill(Lifecycle& lifecycle) {
    fill_doc(lifecycle);
    fill(lifecycle.name);
    lifecycle.stages = some<Stage>(0, 3);
  }
  void fill(Audience& audience) {
    fill_doc(audience);
    fill(audience.name);
    fill(audience.channel);
    fill(audience.condition);
  }

  void fill(MigrateStep& step) {
    fill(step.from);
    step.exits = chance(30);
    fill(step.to);
    if (!step.exits && chance(60)) step.timer = pick_enum<MigrateStep::Timer>(3);
    if (!step.exits && step.to.text == "exit") step.to.text = "leave";
  }
  void fill(Migrate& migrate) {
    fill_doc(migrate);
    fill(migrate.name);
    fill(migrate.version);
    migrate.steps = some<MigrateStep>(0, 3);
  }

  // ---- scores

  void fill(Range& range) {
    fill(range.from);
    fill(range.to);
  }
  void fill(Limit& limit) {
    fill(limit.count);
    fill(limit.per);
  }
  void fill(Rule& rule) {
    rule.points.value = static_cast<std::int64_t>(below(40)) - 20;
    fill(rule.name);
    fill(rule.trigger);
    rule.limit = maybe<Limit>(30);
    rule.then = maybe<Body>(30);
  }
  void fill(ScoreCategory& category) {
    fill(category.name);
    fill(category.weight);
    fill(category.max);
    category.rules = some<Rule>(0, 3);
  }
  void fill(Reset& reset) {
    fill(reset.trigger);
    fill(reset.to);
  }
  void fill(Decay& decay) {
    fill(decay.amount);
    fill(decay.per);
    fill(decay.when);
    decay.floor = maybe<Integer>();
  }
  void fill(Tier& tier) {
    fill(tier.name);
    fill(tier.from);
    tier.to = maybe<Integer>(70);
  }
  void fill(TierAction& action) {
    action.kind = pick_enum<TierAction::Kind>(2);
    fill(action.tier);
    fill(action.body);
  }
  void fill(Score& score) {
    fill_doc(score);
    fill(score.name);
    score.title = maybe<Text>();
    score.ranges = some<Range>(0, 1);
    score.categories = some<ScoreCategory>(0, 2);
    score.rules = some<Rule>(0, 2);
    score.decays = some<Decay>(0, 2);
    score.resets = some<Reset>(0, 2);
    score.tiers = some<Tier>(0, 3);
    score.tier_actions = some<TierAction>(0, 2);
  }

  // ---- tests

  /// What data looks like: names and plain values.
  Expr record() {
    Expr out;
    out.kind = ExprKind::map;
    const auto count = below(3);
    for (std::uint32_t i = 0; i < count; ++i) {
      Expr key = leaf(ExprKind::string);
      key.text = "key_" + std::to_string(i);
      out.args.push_back(std::move(key));
      out.args.push_back(literal());
    }
    return out;
  }
  void fill(GivenLead& lead) { lead.values = record(); }
  void fill(GivenConsent& consent) { consent.categories = dotted_names(); }
  void fill(GivenSplit& split) {
    fill(split.split);
    fill(split.arm);
  }
  void fill(GivenScore& score) {
    fill(score.score);
    fill(score.value);
  }
  void fill(GivenHoldout&) {}
  void fill(Given& given) { fill_variant(given.what); }
  void fill(Instant& instant) {
    instant.kind = pick_enum<Instant::Kind>(3);
    if (instant.kind == Instant::Kind::absolute) fill(instant.date_time);
    if (instant.kind == Instant::Kind::relative) instant.offset = signed_duration();
    if (instant.kind != Instant::Kind::day) return;
    instant.day = static_cast<std::int64_t>(below(60)) - 5;
    fill(instant.time);
  }
  void fill(ExpectNoSend&) {}
  void fill(ExpectSend& expected) {
    fill(expected.message);
    expected.channel = maybe<Name>();
    expected.variant = maybe<Name>(30);
  }
  void fill(ExpectHeld& expected) {
    fill(expected.message);
    fill(expected.until);
  }
  void fill(ExpectSkipped& expected) {
    fill(expected.message);
    fill(expected.reason);
  }
  void fill(ExpectExit& expected) { fill(expected.name); }
  void fill(ExpectMoved& expected) { fill(expected.sequence); }
  void fill(ExpectAtStep& expected) { fill(expected.step); }
  void fill(ExpectScore& expected) {
    fill(expected.score);
    expected.op = static_cast<ExprKind>(static_cast<std::uint32_t>(ExprKind::equal) + below(6));
    fill(expected.value);
  }
  void fill(ExpectTier& expected) {
    fill(expected.score);
    fill(expected.tier);
  }
  void fill(ExpectStage& expected) {
    fill(expected.lifecycle);
    fill(expected.stage);
  }
  void fill(ExpectMembership& expected) {
    expected.kind = pick_enum<ExpectMembership::Kind>(2);
    fill(expected.audience);
  }
  void fill(ExpectGoal& expected) { fill(expected.name); }
  void fill(ExpectNotified& expected) { fill(expected.who); }
  void fill(ExpectTask& expected) { fill(expected.owner); }
  void fill(ExpectCondition& expected) { fill(expected.condition); }
  void fill(ExpectNothingMore&) {}
  void fill(FeedEvent& event) {
    event.name = dotted();
    if (chance(60)) event.values = record();
  }
  void fill(FeedSet& set) {
    set.name = dotted();
    fill(set.value);
  }
  void fill(FeedConsent& consent) {
    consent.category = dotted();
    consent.withdrawn = chance(50);
  }
  void fill(FeedDelivery& delivery) {
    fill(delivery.message);
    delivery.result = pick_enum<FeedDelivery::Result>(2);
  }
  void fill(FeedGap& gap) { fill(gap.duration); }
  void fill(FeedPause& pause) {
    pause.what = pick_enum<FeedPause::What>(4);
    if (pause.what == FeedPause::What::sequence || pause.what == FeedPause::What::channel) fill(pause.name.emplace());
  }
  void fill(FeedErase&) {}
  void fill(FeedBroadcast& broadcast) { fill(broadcast.name); }
  void fill(FeedPromote& promote) {
    fill(promote.split);
    fill(promote.arm);
  }
  void fill(Outcome& outcome) { fill_variant(outcome); }
  void fill(TestLine& line) {
    fill_variant(line.what);
    const auto* outcome = std::get_if<Outcome>(&line.what);
    if (outcome != nullptr && std::holds_alternative<ExpectNothingMore>(*outcome)) return;
    line.at = maybe<Instant>(outcome != nullptr ? 50 : 100);
  }
  void fill(Test& test) {
    fill_doc(test);
    fill(test.name);
    fill(test.subject);
    test.givens = some<Given>(0, 3);
    test.timeline = some<TestLine>(0, 6);
  }

  // ---- files

  void fill(File& file) {
    if (chance(80)) file.edition = Integer{{}, 1};
    file.uses = some<Use>(0, 2);
    file.projects = some<Project>(0, 1);
    file.leads = some<Lead>(0, 1);
    file.events = some<Event>(0, 3);
    file.channels = some<Channel>(0, 2);
    file.categories = some<Category>(0, 2);
    file.segments = some<Segment>(0, 3);
    file.policies = some<Policy>(0, 1);
    file.field_sets = some<FieldSet>(0, 2);
    file.messages = some<Message>(0, 2);
    file.pools = some<Pool>(0, 1);
    file.sequences = some<Sequence>(0, 2);
    file.instances = some<Instance>(0, 1);
    file.triggers = some<Triggers>(0, 1);
    file.migrations = some<Migrate>(0, 1);
    file.streams = some<Stream>(0, 1);
    file.broadcasts = some<Broadcast>(0, 1);
    file.scores = some<Score>(0, 1);
    file.lifecycles = some<Lifecycle>(0, 1);
    file.audiences = some<Audience>(0, 2);
    file.tests = some<Test>(0, 2);
  }

  /// Gives the statements below a node places, so that kinds are interleaved and each kind keeps its order.
  template <class T>
  void interleave(T& node) {
    std::vector<std::vector<Span*>> kinds;
    for_each_member(node, [&](std::string_view, auto& member) {
      kinds.emplace_back();
      for_each_part(member, [&](auto& part) { collect(part, kinds.back()); });
    });
    std::uint32_t place = 1;
    while (true) {
      std::erase_if(kinds, [](const auto& kind) { return kind.empty(); });
      if (kinds.empty()) break;
      auto& kind = kinds[below(static_cast<std::uint32_t>(kinds.size()))];
      kind.front()->begin = place++;
      kind.erase(kind.begin());
    }
  }

  // ---- comments

  std::string comment() { return pick(std::array{"# why", "#bare", "# two # marks", "## not a doc", "######", "# Grüße", "#"}); }
  void fill(Comments& comments) {
    comments.blank_before = chance(20);
    if (chance(12)) {
      for (std::uint32_t n = 1 + below(2); n > 0; --n) {
        comments.leading.push_back(comment());
        if (chance(20)) comments.leading.emplace_back();
      }
    }
    if (chance(10)) comments.trailing = comment();
  }
  void add_comments(File& file) {
    if (file.edition) fill(file.edition_comments);
    if (chance(20)) file.dangling = {comment()};
    for_each_node(file, [&](auto& node) {
      using T = std::remove_cvref_t<decltype(node)>;
      if constexpr (is_statement<T>) fill(node.comments);
      if constexpr (requires { node.dangling; }) {
        if (!std::is_same_v<T, Segment> && !std::is_same_v<T, Pool> && !std::is_same_v<T, Audience> && !std::is_same_v<T, Instance> &&
            chance(8))
          node.dangling = {comment()};
      }
    });
  }

 private:
  template <class T>
  void collect(T& part, std::vector<Span*>& out) {
    if constexpr (is_statement<T>) {
      out.push_back(&part.span);
    } else {
      for_each_child(part, [&](auto& statement) { out.push_back(&statement.span); });
    }
  }

  std::mt19937 engine_;
  int depth_ = 0;
};

}  // namespace

ast::File random_file(std::uint32_t seed, RandomTree options) {
  Maker maker(seed);
  auto file = maker.make<File>();
  maker.interleave(file);
  for_each_node(file, [&](auto& node) {
    if constexpr (is_declaration<std::remove_cvref_t<decltype(node)>>) maker.interleave(node);
  });
  if (options.comments) maker.add_comments(file);
  return file;
}

ast::Expr random_expression(std::uint32_t seed) { return Maker(seed).make<ast::Expr>(); }

}  // namespace nurture::test
