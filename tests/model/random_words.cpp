// See random_words.hpp.
#include "model/random_words.hpp"

#include "model/random_channels.hpp"

#include <algorithm>

namespace reference {

Words::Words(std::uint64_t seed, const Conditions& program) : random_(seed ^ 0x9d2c5680a1b3c4d5ULL), conditions_(random_, program) {
  if (random_.odd(35)) lifecycles_.push_back("journey");
  if (!lifecycles_.empty() && random_.odd(30)) lifecycles_.push_back("trip");
  asking_ = static_cast<Asking>(random_.pick(3));
  has_stream_ = random_.odd(25);
  has_goals_ = random_.odd(50);
}

/// The second may ask for the first. All have the stages `new`, `a` and `b`, for which conditions ask.
void Words::add_lifecycles(std::vector<Piece>& pieces, Scope scope) {
  scope.scores = scope.scores && asking_ != Asking::scores;
  scope.extra = scope.extra && asking_ == Asking::stages;
  scope.lifecycles.clear();
  for (const std::string& name : lifecycles_) {
    Piece lifecycle{"lifecycle " + name + " {", {}, "}"};
    lifecycle.inner.push_back({"stage new"});
    const std::vector<std::string> stages = random_.odd(50) ? std::vector<std::string>{"a", "b"} : std::vector<std::string>{"b", "c", "a"};
    for (const std::string& stage : stages) lifecycle.inner.push_back({"stage " + stage + ' ' + conditions_.trigger(scope)});
    pieces.push_back(std::move(lifecycle));
    scope.lifecycles.push_back(name);
  }
}

void Words::add_audiences(std::vector<Piece>& pieces, const Scope& scope) {
  if (!random_.odd(30)) return;
  const bool own = random_.odd(60);
  if (own) {
    Piece ads = random_channel(random_, "ads");
    if (random_.odd(40)) ads.inner.push_back({"requires lead.email"});
    pieces.push_back(std::move(ads));
  }
  for (std::size_t i = 0; i < 1 + random_.pick(2); ++i) {
    const std::string channel = own && random_.odd(70) ? "ads" : random_.one_of({"email", "sms"});
    pieces.push_back({"audience fans" + std::to_string(i) + " on " + channel + " when " + conditions_.condition(scope)});
  }
}

// ---------------------------------------------------------------- streams and broadcasts

void Words::add_settings(Piece& piece, int policies) {
  if (random_.odd(30)) piece.inner.push_back({"priority " + random_.one_of({"10", "80"})});
  if (random_.odd(30)) piece.inner.push_back({"zone " + zone()});
  for (int i = 0; i < policies; ++i) {
    if (random_.odd(50)) piece.inner.push_back({"policy p" + std::to_string(i)});
  }
}

/// Nights in which clocks change are among those of the inputs.
std::string Words::cadence() {
  const std::string clock = random_.one_of({"00:00", "01:30", "02:30", "09:00", "23:30"});
  switch (random_.pick(5)) {
    case 0: return random_.one_of({"monday", "sunday"}) + " at " + clock;
    case 1: return "year on lead.born at " + clock;
    case 2: return "12h from 2026-03-01T06:00";
    default: return random_.one_of({"1d", "1d", "3d"}) + " from 2026-01-01 at " + clock;
  }
}

void Words::add_stream(std::vector<Piece>& pieces, Bodies& bodies, const std::vector<std::string>& sequences, Scope scope, int policies) {
  if (!has_stream_) return;
  Piece stream{"stream drip {", {}, "}"};
  stream.inner.push_back({"enroll " + conditions_.trigger(scope)});  // For nobody else may enter it.
  add_settings(stream, policies);
  stream.inner.push_back({"cadence every " + cadence()});
  scope.enrolled = true;
  if (random_.odd(15)) stream.inner.push_back({"holdout 40% salt \"b\""});
  if (random_.odd(10)) stream.inner.push_back({"stay while " + conditions_.condition(scope)});
  if (random_.odd(10)) stream.inner.push_back({"suppress when " + conditions_.condition(scope)});
  if (random_.odd(25)) stream.inner.push_back({"goal g0 " + conditions_.trigger(scope)});
  if (random_.odd(25)) stream.inner.push_back({"exit x0 " + conditions_.trigger(scope)});
  const std::size_t first = random_.pick(4);
  for (std::size_t i = 0; i < 1 + random_.pick(4); ++i) stream.inner.push_back({"send m" + std::to_string((first + i) % 4)});
  scope.steps = {"piece"};
  const Surroundings where{"drip", sequences, scope};
  if (random_.odd(70)) stream.inner.push_back({"exhausted {", bodies.exhausted_body(where), "}"});
  pieces.push_back(std::move(stream));
}

void Words::add_broadcasts(std::vector<Piece>& pieces, const Scope& scope, int policies) {
  if (!random_.odd(30)) return;
  pieces.push_back({"segment crowd = " + conditions_.condition(scope)});
  for (std::size_t i = 0; i < 1 + random_.pick(2); ++i) {
    Piece broadcast{"broadcast b" + std::to_string(i) + " {", {}, "}"};
    broadcast.inner.push_back({"to segment crowd"});
    if (random_.odd(50)) {
      const std::string day =
          random_.one_of({"2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-02-01", "2028-02-29"});
      broadcast.inner.push_back({"at " + day + random_.one_of({"T00:30", "T01:30", "T02:30Z", "T09:00", "T12:00+02:00"})});
    }
    if (random_.odd(50)) broadcast.inner.push_back({"spread " + random_.one_of({"30min", "4h", "48h"})});
    add_settings(broadcast, policies);
    broadcast.inner.push_back({"send m" + std::to_string(random_.pick(4))});
    pieces.push_back(std::move(broadcast));
  }
}

// ---------------------------------------------------------------- inputs

void add_word_inputs(Case& c, std::uint64_t seed) {
  Random random(seed ^ 0x2545f4914f6cdd1dULL);
  const std::string program = c.program();
  const auto has = [&](const char* text) { return program.find(text) != std::string::npos; };
  if (c.inputs.empty()) return;
  const auto insert = [&](Input in) {
    constexpr std::int64_t kHourMs = 3'600'000;
    in.at = random.one_of(c.inputs).at;
    if (random.odd(50)) in.at.ms += random.one_of(std::vector<std::int64_t>{1, 12, 24, 25, 48}) * kHourMs;
    in.other = in.at;
    c.inputs.insert(c.inputs.begin() + random.between(0, static_cast<std::int64_t>(c.inputs.size())), in);
  };
  const auto halt = [&](const std::string& sequence, const std::string& channel) {
    Input in;
    in.kind = random.odd(50) ? Input::Kind::pause : Input::Kind::resume;
    in.name = sequence;
    in.channel = channel;
    insert(in);
  };
  for (std::size_t i = has("broadcast b0") ? random.pick(4) : 0; i > 0; --i) {
    Input in;
    in.kind = Input::Kind::broadcast;
    in.name = random.one_of({"b0", "b0", "b1"});
    insert(in);
  }
  for (std::size_t i = has(" goal ") && has("split c") ? random.pick(4) : 0; i > 0; --i) {
    Input in;
    in.kind = Input::Kind::promote;
    in.name = random.one_of({"s0", "s0", "s1", "watch", "drip"});
    in.id = "c" + std::to_string(random.pick(3));
    in.words = random.one_of({"left", "right"});
    insert(in);
  }
  if (has("broadcast b0") && random.odd(30)) halt("b0", "");
  if (has("audience") && random.odd(50)) halt("", random.one_of({"ads", "email"})), halt("", "ads");
  if (has("stream drip") && random.odd(40)) halt("drip", ""), halt("drip", "");
  if (has("stream drip") && random.odd(30)) {
    Input in;
    in.kind = random.odd(60) ? Input::Kind::enroll : Input::Kind::exit;
    in.lead = random.one_of({"ada", "bob"});
    in.name = "drip";
    if (in.kind == Input::Kind::exit) in.words = "called";
    insert(in);
  }
}

}  // namespace reference
