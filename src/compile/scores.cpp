// Scores: rules, decay, resets, tiers, and the words a lead needs for them. Entry point: add_scores().
#include "compile/builder.hpp"

namespace nurture::compile {

namespace {

/// Hands out words and bits of one score.
class Words {
 public:
  [[nodiscard]] Id bits(Id count) {
    const Id first = bit_;
    bit_ += count;
    return first;
  }
  [[nodiscard]] Id flag_words() const { return (bit_ + 63) / 64; }

 private:
  static constexpr Id kEngineBits = 8;
  Id bit_ = kEngineBits;
};

void add_rule(Builder& builder, Score& score, const ast::Rule& node, Id category, Words& words, Bodies& bodies, const Place& place) {
  ScoreRule rule;
  rule.name = node.name.text;
  rule.points = node.points.value;
  rule.category = category;
  rule.trigger = compile_trigger(builder, node.trigger, place);
  if (node.limit && rule.trigger.on) {
    rule.limit = static_cast<std::uint32_t>(node.limit->count.value);
    rule.limit_per = to_period(node.limit->per);
  }
  if (!rule.trigger.on) rule.when_bit = words.bits(2);
  if (node.then) rule.then = bodies.compile(*node.then);
  score.rules.push_back(std::move(rule));
}

void add_rules(Builder& builder, Score& score, const ast::Score& node, Words& words, Bodies& bodies, const Place& place) {
  for (const ast::ScoreCategory& category : node.categories) {
    const auto id = static_cast<Id>(score.categories.size());
    score.categories.push_back({category.name.text, category.weight.value, category.max.value});
    for (const ast::Rule& rule : category.rules) add_rule(builder, score, rule, id, words, bodies, place);
  }
  for (const ast::Rule& rule : node.rules) add_rule(builder, score, rule, kNone, words, bodies, place);
}

void add_decays_and_resets(Builder& builder, Score& score, const ast::Score& node, Words& words, const Place& place) {
  for (const ast::Decay& item : node.decays) {
    score.decays.push_back({static_cast<DecayKind>(item.kind), item.amount.value, to_period(item.per),
                            compile_condition(builder, item.when, place), item.floor ? item.floor->value : score.from});
  }
  for (const ast::Reset& item : node.resets) {
    Reset reset;
    reset.trigger = compile_trigger(builder, item.trigger, place);
    reset.to = item.to.value;
    if (!reset.trigger.on) reset.when_bit = words.bits(1);
    score.resets.push_back(std::move(reset));
  }
}

void add_tiers(Score& score, const model::Score& declared, Bodies& bodies) {
  for (const model::Tier& tier : declared.tiers) score.tiers.push_back({tier.name, tier.from, tier.to, tier.from - tier.hysteresis, 0, 0});
  for (const ast::TierAction& action : declared.node->tier_actions) {
    const Id tier = declared.find_tier(action.tier.text);
    const bool enter = action.kind == ast::TierAction::Kind::enter;
    (enter ? score.tiers[tier].enter : score.tiers[tier].leave) = bodies.compile(action.body);
  }
}

void lay_out_words(Score& score, const Words& words) {
  score.flag_words = words.flag_words();
  score.points_word = score.flag_words;
  score.decay_word = score.points_word + static_cast<Id>(std::max<std::size_t>(1, score.categories.size()));
  score.since_word = score.decay_word + 1;
  score.fired_word = score.since_word + static_cast<Id>(2 * score.decays.size());
  score.words = score.fired_word + 1;
  for (ScoreRule& rule : score.rules) {
    if (rule.limit == 0) continue;
    rule.limit_word = score.words;
    score.words += rule.limit;
  }
}

Score to_score(Builder& builder, const model::Score& declared) {
  Score score;
  score.name = declared.name;
  score.title = declared.title;
  score.from = declared.from;
  score.to = declared.to;
  const Place place;
  Words words;
  Bodies bodies(builder, place);
  score.nodes.begin = static_cast<Id>(builder.program.nodes.size());
  add_rules(builder, score, *declared.node, words, bodies, place);
  add_decays_and_resets(builder, score, *declared.node, words, place);
  add_tiers(score, declared, bodies);
  score.nodes.end = static_cast<Id>(builder.program.nodes.size());
  lay_out_words(score, words);
  summarize_score(builder, score);
  return score;
}

void insert_after_asked(Program& program, Id id) {
  std::vector<Id>& order = program.score_order;
  if (std::find(order.begin(), order.end(), id) != order.end()) return;
  const Score& score = program.scores[id];
  const auto insert_asked = [&](const std::vector<Id>& scores) {
    for (const Id asked : scores) insert_after_asked(program, asked);
  };
  const auto insert_asked_by = [&](const Trigger& trigger) {
    insert_asked(trigger.pattern.scores);
    insert_asked(trigger.condition.scores);
  };
  for (const ScoreRule& rule : score.rules) insert_asked_by(rule.trigger);
  for (const Reset& reset : score.resets) insert_asked_by(reset.trigger);
  for (const Decay& decay : score.decays) insert_asked(decay.when.scores);
  order.push_back(id);
}

}  // namespace

void add_lines(Program& program) {
  const auto add = [&](const std::vector<ScoreLine>& lines) {
    for (const ScoreLine& line : lines) {
      Score& score = program.scores[line.score];
      if (line.at == ScoreLine::kEveryPoint)
        score.every_point = true;
      else
        insert_sorted(score.lines, line.at);
    }
  };
  for (const Sequence& sequence : program.sequences) {
    add(sequence.score_lines);
    for (const Trigger& way : sequence.enrolls) add(way.condition.lines);
  }
  for (const Policy& policy : program.policies) {
    for (const HoldWhile& item : policy.hold_whiles) add(item.condition.lines);
  }
  for (const Lifecycle& lifecycle : program.lifecycles) add(lifecycle.asked_lines);
  for (const Audience& audience : program.audiences) add(audience.condition.lines), add(audience.address.lines);
  for (Score& score : program.scores) {
    add(score.asked_lines);
    for (const Tier& tier : score.tiers) insert_sorted(score.lines, tier.stays_from);
  }
}

void add_scores(Builder& builder) {
  for (const model::Score& declared : builder.model.scores) builder.program.scores.push_back(to_score(builder, declared));
  Program& program = builder.program;
  for (Id id = 0; id < program.scores.size(); ++id) {
    const Score& score = program.scores[id];
    program.lead_clock = program.lead_clock || score.clock;
    for (Id event = 0; event < score.reacts.size(); ++event) {
      if (score.reacts[event] != 0) insert_sorted(program.events[event].scores, id);
    }
    insert_after_asked(program, id);
  }
}

}  // namespace nurture::compile
