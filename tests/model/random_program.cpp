// Random programs, as text. Entry point: random_program(). The vocabulary is fixed, so that random_inputs() fits every
// program; everything else is drawn. Sequences are declared in another order than that of their names.
#include "model/case.hpp"
#include "model/random_bodies.hpp"
#include "model/random_channels.hpp"
#include "model/random_conditions.hpp"
#include "model/random_words.hpp"

#include <algorithm>
#include <map>

namespace reference {

namespace {

class Program {
 public:
  Program(std::uint64_t seed, bool deploys)
      : random_(seed), deploys_(deploys), conditions_(random_), bodies_(random_, conditions_), words_(seed, conditions_) {
    conditions_.tells_stages = !words_.lifecycles().empty();
  }

  std::vector<Piece> make() {
    add("nurture 1");
    add("lead { tz: string? flag: bool = false level: int = 0 topic: string = \"none\" due: datetime? email: string? "
        "weight: number? mood: enum(new, open, done) = \"new\" born: date? best: time? preferred_channel: string? "
        "likes: list<string>? }");
    add("event joined { room: string = \"a\" n: int = 1 starts: datetime? }");
    add("event shifted { room: string = \"a\" starts: datetime? }");
    add("event opened { n: int = 1 price: number = 1.5 }");
    add("event clicked { n: int = 1 link: string = \"x\" }");
    add("event left as \"Has Left\"");
    Scope plain;
    plain.lifecycles = words_.lifecycles();
    const auto suppressed = [&] { return random_.odd(15) ? " suppress when " + conditions_.condition(plain) : std::string(); };
    add("category news { consent implied" + suppressed() + " }");
    add("category offers { consent explicit" + std::string(random_.odd(25) ? " under news" : "") + suppressed() + " }");
    add("category proofs { consent explicit double_opt_in" + std::string(random_.odd(20) ? " under offers" : "") + " }");
    add("category receipts { transactional }");
    pieces_.push_back(random_.odd(45) ? random_channel(random_, "email") : Piece{"channel email {}"});
    pieces_.push_back(random_.odd(20) ? random_channel(random_, "sms") : Piece{"channel sms {}"});
    for (int i = 0; i < 4; ++i) add_message("m" + std::to_string(i));
    if (random_.odd(35)) {
      add("pool tips = m0, m2" + std::string(random_.odd(50) ? ", m3" : ""));
      bodies_.has_pool = true;
    }
    add_segments();
    const bool has_score = random_.odd(50);
    const auto count = static_cast<std::size_t>(random_.between(1, 3));
    for (std::size_t i = 0; i < count; ++i) {
      sequences_.push_back("s" + std::to_string(i));
      if (random_.odd(20)) bodies_.accepting.insert(sequences_.back());
    }
    if (words_.has_stream()) sequences_.push_back("drip");
    bodies_.has_goals = words_.has_goals() && !deploys_;
    const bool has_extra = has_score && random_.odd(35);  // The one that the host's policy scores, too.
    const bool extra_first = random_.odd(50);
    if (has_extra && extra_first) add_extra_score();
    if (has_score) add_score();
    if (has_extra && !extra_first) add_extra_score();
    extra_ = has_extra;
    grouped_ = random_.odd(40);
    policies_ = static_cast<int>(random_.between(0, 2));
    for (int i = 0; i < policies_; ++i) add_policy("p" + std::to_string(i));
    for (std::size_t i = count; i > 0; --i) add_sequence(sequences_[i - 1], has_score);
    if (random_.odd(15)) add_triggers(has_score);
    if (deploys_ || random_.odd(20)) add_project();
    add_words(has_score);
    // Rests are only known to programs that give some.
    if (deploys_) add("sequence rests { enroll when lead.level > 1000 day 0 rest: snooze 1h }");
    if (deploys_) add_versions(has_score);
    return std::move(pieces_);
  }

 private:
  void add(std::string text) { pieces_.push_back({std::move(text)}); }
  std::string clock() {
    return random_.one_of(
        {"00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "03:00", "08:00", "09:00", "12:00", "20:00", "22:00", "23:30"});
  }
  std::string zone() { return random_.one_of({"\"Europe/Lisbon\"", "\"America/New_York\"", "\"Asia/Tokyo\"", "\"Australia/Lord_Howe\""}); }

  void add_message(const std::string& name) {
    Piece message{"message " + name + " {", {}, "}"};
    const std::string channels = random_.one_of({"email", "email, sms", "sms, email"});
    const bool accepts = random_.odd(30);
    const std::size_t form = random_.pick(6);
    bodies_.add_message({channels, accepts, form == 0 ? "asked" : ""});
    if (accepts) message.inner.push_back({"accepts { size: int = 1 word: string? }"});
    message.inner.push_back({"channel " + channels});
    message.inner.push_back({"category " + random_.one_of({"news", "news", "offers", "proofs", "receipts"})});
    if (form < 3 && random_.odd(50)) message.inner.push_back({"variant vip when lead.flag {}"});
    if (form < 3 && accepts) message.inner.push_back({"variant large when size >= 2 or (word is known and word == \"x\") {}"});
    if (form < 3 && random_.odd(25)) message.inner.push_back({"variant several when digest.count >= 2 {}"});
    if (form == 0) message.inner.push_back({"variant asked {}"});
    if (form == 1) message.inner.push_back({"variant one 30% {} variant two 70% {}"});
    if (form == 2 && random_.odd(50)) message.inner.push_back({"variant rest else {}"});
    pieces_.push_back(std::move(message));
  }

  void add_segments() {
    // Without questions to events that carry keys: whose key counts in a segment is not said anywhere.
    const std::vector<std::string> all{"lead.level >= 2 or lead.flag", "count(opened within " + conditions_.length() + ") >= 2",
                                       "idle(opened or clicked) >= " + conditions_.length()};
    // A program that asks for silence remembers since when a lead is known.
    if (deploys_) add("segment silent = idle(opened) >= 1d");
    for (std::size_t i = 0; i < random_.pick(3); ++i) {
      add("segment seg" + std::to_string(i) + " = " + random_.one_of(all));
      segments_.push_back("seg" + std::to_string(i));
    }
  }

  std::string on_channel(int percent) { return random_.odd(percent) ? " on email" : ""; }

  void add_policy(const std::string& name) {
    Piece policy{"policy " + name + " {", {}, "}"};
    const auto then = [&](const char* word) { return random_.odd(25) ? std::string(" ") + word + " drop" : std::string(); };
    if (random_.odd(60)) {
      // Something of the day stays open, whatever the other policy closes.
      const bool noon = name == "p1" && random_.odd(25);
      const std::string from =
          noon ? random_.one_of({"12:00", "14:30"}) : random_.one_of({"00:00", "00:30", "01:00", "20:00", "22:00", "23:30"});
      const std::string to =
          noon ? random_.one_of({"18:00", "20:00"}) : random_.one_of({"01:30", "02:00", "02:30", "03:00", "08:00", "09:00"});
      const std::string in = random_.odd(25) ? " in " + zone() : random_.odd(30) ? " in lead" : "";
      const std::string days = random_.odd(20) ? ' ' + random_.one_of({"fri..sat", "mon..fri", "sun", "sat..tue"}) : "";
      policy.inner.push_back({"quiet hours " + from + ".." + to + days + on_channel(20) + in + then("then")});
    }
    for (int i = 0; i < 2; ++i) {
      if (name == "p0" && random_.odd(50 - 25 * i))
        policy.inner.push_back({"allow " + random_.one_of({"mon..fri", "sat..mon", "wed..sun"}) + on_channel(25) + then("else")});
    }
    bool digests = false;
    for (int i = 0; i < 2; ++i) {
      if (random_.odd(70 - 40 * i)) {
        const bool civil = random_.odd(35);
        const bool gathers = civil && random_.odd(40);
        const std::string on = gathers ? std::string(random_.odd(30) ? " on email" : "") : on_channel(30);
        const std::string per = civil ? random_.one_of({"day", "week"}) : conditions_.length();
        const std::string counting = random_.odd(15) ? " counting " + conditions_.pattern() : "";
        const std::string when = random_.odd(20) ? " when " + conditions_.condition({}) : "";
        const std::string what = gathers ? " then digest m" + std::to_string(random_.pick(4)) : then("then");
        policy.inner.push_back({"cap " + std::to_string(random_.between(1, 3)) + " per " + per + on + counting + when + what});
        digests = digests || gathers;
      }
    }
    if (!digests && random_.odd(30)) policy.inner.push_back({"exempt " + random_.one_of({"transactional", "news", "receipts, offers"})});
    if (random_.odd(20)) {
      const std::string condition = random_.odd(50) ? conditions_.plain_condition() : conditions_.passing_condition();
      policy.inner.push_back({"hold while " + condition + (random_.odd(50) ? " as busy" : "")});
    }
    if (random_.odd(25)) policy.inner.push_back({"zone " + zone()});
    if (random_.odd(20)) policy.inner.push_back({"hold at most " + random_.one_of({"6h", "2d", "5d"})});
    if (random_.odd(25)) policy.inner.push_back({"spread " + random_.one_of({"10min", "30min"})});
    pieces_.push_back(std::move(policy));
  }

  /// Of scores: stages and scores may ask for each other in no circle.
  Scope score_scope(Asking least) const {
    Scope scope;
    if (words_.asking() >= least) scope.lifecycles = words_.lifecycles();
    return scope;
  }

  void add_words(bool has_score) {
    const Scope scope = lead_scope(has_score);
    words_.add_lifecycles(pieces_, scope);
    words_.add_audiences(pieces_, scope);
    words_.add_stream(pieces_, bodies_, sequences_, scope, policies_);
    words_.add_broadcasts(pieces_, scope, policies_);
  }

  void add_score() {
    const Scope scope = score_scope(Asking::scores);
    Piece score{"score heat {", {}, "}"};
    score.inner.push_back({"range 0..100"});
    const bool categories = random_.odd(30);
    bodies_.has_points = !categories;
    int number = 0;
    const auto rule = [&](bool plain) {
      const std::string points = (random_.odd(20) ? "-" : "+") + std::to_string(5 * random_.between(1, 12));
      std::string text = "rule " + points + " r" + std::to_string(number++) + ' ' + conditions_.trigger(scope);
      if (text.find(" on ") != std::string::npos && random_.odd(30))
        text += " limit " + std::to_string(random_.between(1, 2)) + " per " + conditions_.length();
      if (!plain || random_.odd(75)) return Piece{text};
      return Piece{text + " then {", bodies_.score_body(sequences_), "}"};
    };
    if (categories) {
      score.inner.push_back({"category intent weight 60 max 40 {", {rule(false), rule(false)}, "}"});
      score.inner.push_back({"category fit weight 40 max 30 {", {rule(false)}, "}"});
    } else {
      for (std::size_t i = 0; i < 1 + random_.pick(3); ++i) score.inner.push_back(rule(true));
    }
    if (random_.odd(30)) score.inner.push_back({"reset " + conditions_.trigger(scope) + " to " + std::to_string(10 * random_.pick(3))});
    const auto decay = [&](const std::string& amount) {
      const std::string floor = random_.odd(70) ? " floor " + std::to_string(5 * random_.pick(3)) : "";
      score.inner.push_back({"decay " + amount + " per " + conditions_.length() + " when " + conditions_.condition(scope) + floor});
    };
    const bool half = random_.odd(12);
    if (half) decay("half");
    for (std::size_t i = !half && random_.odd(45) ? 1 + random_.pick(2) : 0; i > 0; --i)
      decay(std::to_string(random_.between(1, 20)) + random_.one_of({"", "", "%"}));
    const auto stays = [&](const char* points) { return random_.odd(35) ? std::string(" hysteresis ") + points : std::string(); };
    score.inner.push_back({"tier low 0..20 tier mid 21..50" + stays("5") + " tier high 51.." + stays("10")});
    if (random_.odd(40)) score.inner.push_back({"enter high {", bodies_.score_body(sequences_), "}"});
    if (random_.odd(30)) score.inner.push_back({"leave low {", bodies_.score_body(sequences_), "}"});
    pieces_.push_back(std::move(score));
  }

  void add_extra_score() {
    Piece score{"score extra {", {}, "}"};
    score.inner.push_back({"range 0..80"});
    if (random_.odd(60))
      score.inner.push_back({"rule +20 e0 when score.heat " + random_.one_of({">= ", "< "}) + std::to_string(random_.between(5, 60))});
    if (random_.odd(40)) score.inner.push_back({"rule +15 e1 when tier.heat == " + random_.one_of({"\"low\"", "\"mid\""})});
    if (random_.odd(40))
      score.inner.push_back({"decay 10% per " + conditions_.length() + " when " + conditions_.condition(score_scope(Asking::extra))});
    score.inner.push_back({"tier less 0..29 tier more 30.."});
    if (random_.odd(40)) score.inner.push_back({"enter more {", bodies_.score_body(sequences_), "}"});
    pieces_.push_back(std::move(score));
  }

  // ---- sequences

  Scope lead_scope(bool has_score) const { return {false, {}, {}, has_score, segments_, extra_, false, words_.lifecycles()}; }

  /// Some sequences are others in the program that is deployed, and there may be one more.
  void add_versions(bool has_score) {
    std::vector<std::string> changed;
    for (const std::string& name : sequences_) {
      if (name != "drip" && (changed.empty() || random_.odd(40))) changed.push_back(name);
    }
    for (Piece& piece : pieces_) {
      for (const std::string& name : changed) {
        if (piece.open == "sequence " + name + " {") piece.of = Piece::Of::first;
      }
    }
    if (random_.odd(30)) changed.emplace_back("s8");
    const std::map<std::string, std::vector<std::string>> before = steps_;
    newer_ = true;
    for (const std::string& name : changed) {
      add_sequence(name, has_score);
      pieces_.back().of = Piece::Of::second;
      if (before.contains(name) && random_.odd(60)) add_migration(name, before.at(name));
    }
  }

  /// Which version it is from the judge puts in.
  void add_migration(const std::string& name, const std::vector<std::string>& before) {
    Piece migration{"migrate " + name + " from \"000000\" {", {}, "}", Piece::Of::second};
    const std::vector<std::string>& after = steps_.at(name);
    for (const std::string& step : before) {
      const bool stays = std::find(after.begin(), after.end(), step) != after.end();
      if (random_.odd(stays ? 50 : 4)) continue;
      const std::string timer = random_.odd(50) ? "" : " timer " + random_.one_of({"due", "remaining", "remaining", "anew", "anew"});
      migration.inner.push_back({"step " + step + (random_.odd(10) ? " -> exit gone" : " -> " + random_.one_of(after) + timer)});
    }
    pieces_.push_back(std::move(migration));
  }

  void add_sequence(const std::string& name, bool has_score) {
    Piece sequence{"sequence " + name + " {", {}, "}"};
    std::vector<Piece>& inner = sequence.inner;
    const bool only_joined = add_ways_in(inner, lead_scope(has_score));
    conditions_.keyed = to_text(inner, Piece::Of::both).find(" key event.room") != std::string::npos;
    Scope scope = lead_scope(has_score);
    scope.enrolled = true;
    scope.accepts = bodies_.accepting.contains(name);
    if (scope.accepts) inner.push_back({"accepts { n: int = 1 word: string = \"none\" }"});
    if (random_.odd(60)) {
      const std::string from = random_.odd(40) ? " from exit" : "";
      inner.push_back({"reenroll " + (random_.odd(60) ? "always" : "after " + conditions_.length() + from)});
    }
    if (random_.odd(35)) add_anchors(inner, scope, only_joined);
    first_day_ = random_.odd(12) ? 1 : 0;
    if (first_day_ == 1) inner.push_back({"first day 1"});
    add_settings(inner);
    const auto steps = static_cast<std::size_t>(random_.between(1, 4));
    for (std::size_t i = 0; i < steps; ++i) scope.steps.push_back((newer_ && random_.odd(30) ? "u" : "t") + std::to_string(i));
    steps_[name] = scope.steps;
    if (random_.odd(12)) inner.push_back({"conflict restart" + (random_.odd(50) ? " until " + random_.one_of(scope.steps) : "")});
    add_ways_out(inner, scope);
    const Surroundings where{name, sequences_, scope};
    const std::size_t phased = random_.odd(20) ? random_.pick(steps + 1) : 0;  // So many steps stand in a phase.
    if (phased > 0) inner.push_back({"phase begins \"The beginning\" {", {}, "}"});
    const std::size_t phase = inner.size() - 1;
    for (std::size_t i = 0; i < steps; ++i) {
      Piece step{offset(i, scope) + ' ' + scope.steps[i] + ": {", bodies_.step_body(where, i), "}"};
      (i < phased ? inner[phase].inner : inner).push_back(std::move(step));
    }
    for (std::size_t i = 0; i < random_.pick(3); ++i) add_handler(inner, where, i);
    // What a later version may ask for is only known of a run whose own version asks for it.
    if (deploys_ && !newer_)
      inner.push_back(
          {"when count(left since enrolled) < 0 and count(left since step " + scope.steps[0] + ") < 0 as asks {", {{"tag asked"}}, "}"});
    conditions_.keyed = false;
    pieces_.push_back(std::move(sequence));
  }

  /// What holds for a sequence as a whole.
  void add_settings(std::vector<Piece>& inner) {
    if (random_.odd(grouped_ ? 60 : 30)) inner.push_back({"priority " + random_.one_of({"10", "80", "80", "90"})});
    if (grouped_ && random_.odd(85)) inner.push_back({"exclusive one"});
    if (random_.odd(40)) inner.push_back({"late " + late()});
    if (random_.odd(10)) inner.push_back({"anchor next " + random_.one_of({"actual", "planned"})});
    if (random_.odd(20)) inner.push_back({"catch up " + random_.one_of({"latest", "skip", "run"})});
    if (random_.odd(30)) inner.push_back({"zone " + (random_.odd(70) ? zone() : "lead")});
    if (random_.odd(40)) inner.push_back({"default time " + std::string(random_.odd(20) ? "lead.best else " : "") + clock()});
    if (random_.odd(15)) inner.push_back({"holdout 40% salt \"" + random_.one_of({"a", "b"}) + '"'});
    for (int i = 0; i < policies_; ++i) {
      if (random_.odd(60)) inner.push_back({"policy p" + std::to_string(i)});
    }
  }
  std::string late() { return random_.odd(25) ? "grace " + conditions_.length() : random_.one_of({"skip", "send"}); }

  void add_project() {
    Piece project{"project acme \"Acme\" {", {}, "}"};
    if (random_.odd(50)) project.inner.push_back({"zone " + zone()});
    if (policies_ > 0 && random_.odd(40)) project.inner.push_back({"policy p0"});
    if (random_.odd(40)) project.inner.push_back({"holdout 25% salt \"a\""});
    for (const char* event :
         {"joined", "shifted", "opened", "clicked", "left", "email.open", "message.sent", "message.held", "message.skipped",
          "message.failed", "sequence.enrolled", "sequence.ended", "consent.given", "consent.withdrawn", "tier.entered", "stage.entered"}) {
      if (deploys_) project.inner.push_back({std::string("keep ") + event + " for 1y"});  // A second program knows what the first does.
    }
    const bool forgets = !deploys_ && random_.odd(35);
    if (!forgets && !deploys_ && random_.odd(50)) project.inner.push_back({"keep opened for 30d"});
    if (forgets) project.inner.push_back({"retain events " + conditions_.longest_length()});
    if (random_.odd(25)) {
      const std::string of = random_.one_of({"any", "any", "opened or clicked", "joined where event.n >= 2"});
      project.inner.push_back({"retain leads " + random_.one_of({"3d", "1w", "48h", "1mo"}) + " after idle(" + of + ')'});
    }
    pieces_.push_back(std::move(project));
  }

  void add_triggers(bool has_score) {
    Piece triggers{"triggers watch {", {}, "}"};
    const Scope scope = lead_scope(has_score);
    if (random_.odd(20)) triggers.inner.push_back({"zone " + zone()});
    if (random_.odd(30)) triggers.inner.push_back({"suppress when " + conditions_.condition(scope)});
    if (policies_ > 0 && random_.odd(50)) triggers.inner.push_back({"policy p0"});
    const Surroundings where{"watch", sequences_, scope, false};
    for (std::size_t i = 0; i <= random_.pick(2); ++i) add_handler(triggers.inner, where, i);
    pieces_.push_back(std::move(triggers));
  }

  std::string recurrence() {
    switch (random_.pick(5)) {
      case 0: return random_.one_of({"monday", "sunday"}) + " at " + clock();
      case 1: return "year on lead.born " + std::string(random_.odd(30) ? "feb29 mar1 " : "") + "at " + clock();
      case 2: return "1mo from 2026-01-31 at " + clock();
      case 3: return random_.one_of({"1d", "3d"}) + " from 2026-03-01" + random_.one_of({"T02:30", "T01:30Z", " at 02:30"});
      default: return random_.one_of({"12h", "24h"}) + " from 2026-03-01T06:00";
    }
  }

  /// True when every way in is the event that has a moment of its own.
  bool add_ways_in(std::vector<Piece>& inner, const Scope& scope) {
    const bool keyed = random_.odd(30);
    if (!keyed && random_.odd(12)) {
      inner.push_back({"enroll every " + recurrence()});
      if (random_.odd(50)) return false;
    }
    if (keyed || random_.odd(60)) {
      const std::string where = random_.odd(30) ? " where event.n >= 2" : "";
      inner.push_back({"enroll on joined" + where + (keyed ? " key event.room" : "")});
      if (random_.odd(75)) return inner.size() == 1;
    }
    inner.push_back({"enroll " + (random_.odd(50) ? "on " + conditions_.pattern() : "when " + conditions_.condition(scope))});
    return false;
  }

  void add_anchors(std::vector<Piece>& inner, Scope& scope, bool only_joined) {
    const auto otherwise = [&] {
      return random_.odd(25) ? " else exit" : random_.odd(30) ? " else hold at most " + random_.one_of({"3d", "12h", "1mo"}) : " else hold";
    };
    const std::string value = only_joined && !newer_ && random_.odd(30) ? "event.starts"
                              : random_.odd(20)                         ? "lead.born"
                              : random_.odd(50)                         ? "last(joined or shifted).starts"
                                                                        : "lead.due";
    inner.push_back({"anchor start = " + value + (random_.odd(20) ? " zone " + zone() : "") + otherwise()});
    scope.anchors.push_back("start");
    if (!random_.odd(25)) return;
    inner.push_back({"anchor other = lead.due else hold"});
    scope.anchors.push_back("other");
  }

  void add_ways_out(std::vector<Piece>& inner, const Scope& scope) {
    for (const char* word : {"goal g", "exit x"}) {
      for (int i = 0; i < 2; ++i) {
        if (random_.odd(25)) inner.push_back({word + std::to_string(i) + ' ' + conditions_.trigger(scope)});
      }
    }
    if (random_.odd(10)) inner.push_back({"goal worth value event.n * 2 on " + random_.one_of({"opened", "clicked"})});
    if (random_.odd(5)) inner.push_back({"stay while " + conditions_.condition(scope)});
    if (random_.odd(12)) inner.push_back({"suppress when " + conditions_.condition(scope)});
  }

  std::string offset(std::size_t index, const Scope& scope) {
    if (random_.odd(8)) return "every " + recurrence() + (random_.odd(25) ? " late " + late() : "");
    const std::string rule = random_.odd(15) ? " late " + late() : "";
    const std::string at = random_.odd(50) ? (random_.odd(15) ? " at lead.best else " : " at ") + clock() : "";
    if (random_.odd(15)) return "immediately";
    if (random_.odd(20)) {
      const std::string length = conditions_.length();
      return "after " + length + (length.ends_with('h') || length.ends_with("min") ? "" : at) + rule;
    }
    const std::string days = random_.odd(15) ? " on " + random_.one_of({"mon..fri", "sat..sun", "wed"}) : "";
    if (scope.anchors.empty()) {
      if (random_.odd(20)) return "at +" + conditions_.length() + rule;
      return "day " + std::to_string(first_day_ + static_cast<int>(index + random_.pick(3))) + days + at + rule;
    }
    const bool entered = random_.odd(15);
    const std::string from = entered ? " from enrolled" : random_.odd(20) ? " from " + random_.one_of(scope.anchors) : "";
    const std::string again = !entered && random_.odd(20) ? " again" : "";
    if (random_.odd(50)) return "at " + (entered ? "+" : random_.one_of({"-", "+"})) + conditions_.length() + from + rule + again;
    const std::int64_t day = random_.between(entered ? first_day_ : -2, 3);
    const bool is_signed = day > 0 && random_.odd(70);
    return "day " + (is_signed ? "+" : std::string()) + std::to_string(day >= 0 && !is_signed ? day + first_day_ : day) + from + days + at +
           rule + again;
  }

  void add_handler(std::vector<Piece>& inner, const Surroundings& where, std::size_t index) {
    const bool on = random_.odd(50);
    std::string text = on ? "on " + conditions_.pattern() : "when " + conditions_.condition(where.scope);
    const std::string named = text + " as h" + std::to_string(index);
    const std::string repeat = random_.odd(40) ? "" : random_.odd(60) ? " every time" : " at most once per " + conditions_.length();
    inner.push_back({named + repeat + " {",
                     bodies_.handler_body(where, on && text.starts_with("on clicked") && text.find(" or ") == std::string::npos), "}"});
  }

  Random random_;
  bool deploys_;
  Conditions conditions_;
  Bodies bodies_;
  Words words_;
  int policies_ = 0;
  int first_day_ = 0;
  bool grouped_ = false;  ///< Most sequences are of one exclusive group.
  bool extra_ = false;
  bool newer_ = false;  ///< What is added now is of the program that is deployed.
  std::vector<std::string> sequences_, segments_;
  std::map<std::string, std::vector<std::string>> steps_;  ///< By sequence.
  std::vector<Piece> pieces_;
};

}  // namespace

std::vector<Piece> random_program(std::uint64_t seed, bool deploys) { return Program(seed, deploys).make(); }

Case random_case(std::uint64_t seed) {
  constexpr std::uint64_t kCrowds = 40;
  if (seed % kCrowds == 0) return random_crowd(seed);
  Case c;
  Random random(seed ^ 0x2545f491);
  const bool deploys = random.odd(12);
  c.pieces = random_program(seed, deploys);
  make_family(c.pieces, seed);
  c.inputs = random_inputs(seed ^ 0x5bd1e995, c.until);
  add_word_inputs(c, seed);
  if (!deploys) return c;
  Input deployment;
  deployment.kind = Input::Kind::deploy;
  deployment.at = random.one_of(c.inputs).at;
  if (random.odd(50)) deployment.at.ms += random.between(1, 96) * 30 * 60'000;
  deployment.granted = random.odd(50);
  c.inputs.push_back(deployment);
  return c;
}

}  // namespace reference
