// Random inputs with bad timing: instants meet each other and the deadlines that follow from them, lie in nights in which
// the clocks change, and events come late, twice, or from ahead of the clock. Entry point: random_inputs().
#include "model/case.hpp"
#include "model/random.hpp"

namespace reference {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

class Stream {
 public:
  explicit Stream(std::uint64_t seed) : random_(seed) {
    begin_ =
        *Instant::parse(random_.one_of({"2026-03-27T00:00:00Z", "2026-10-23T00:00:00Z", "2026-03-06T00:00:00Z", "2026-10-30T00:00:00Z",
                                        "2026-04-03T00:00:00Z", "2026-01-29T00:00:00Z", "2028-02-27T00:00:00Z", "2026-06-01T00:00:00Z"}));
  }

  std::vector<Input> make(Instant& until) {
    const std::size_t leads = 1 + random_.pick(3);
    for (std::size_t i = 0; i < leads; ++i) {
      leads_.push_back(std::vector<std::string>{"ada", "bob", "eve"}[i]);
      if (random_.odd(90)) add_lead(leads_.back());
    }
    for (std::size_t i = 4 + random_.pick(16); i > 0; --i) add();
    until = {begin_.ms + random_.between(8, 40) * kDayMs};
    return std::move(inputs_);
  }

 private:
  /// Half hours of a few days, or an instant that was there, or one that a length of time leads to from there.
  Instant instant() {
    if (!known_.empty() && random_.odd(25)) return random_.one_of(known_);
    if (!known_.empty() && random_.odd(45)) {
      const std::vector<std::int64_t> lengths{30 * kMinuteMs, kHourMs,    2 * kHourMs, 12 * kHourMs, kDayMs,
                                              2 * kDayMs,     3 * kDayMs, 7 * kDayMs,  23 * kHourMs, 25 * kHourMs};
      known_.push_back({random_.one_of(known_).ms + random_.one_of(lengths)});
    } else {
      known_.push_back({begin_.ms + random_.between(0, 8 * 48) * 30 * kMinuteMs});
    }
    return known_.back();
  }

  /// Of a field: with an offset, or on the lead's clock.
  std::string moment() {
    const std::string text = instant().to_string();
    return random_.odd(70) ? text : text.substr(0, 16);
  }

  void add_lead(const std::string& lead) {
    Input in;
    in.kind = Input::Kind::upsert;
    in.at = {begin_.ms - random_.between(0, 1) * kHourMs};
    in.lead = lead;
    if (random_.odd(85)) in.fields.emplace_back("tz", zone());
    if (random_.odd(70)) in.fields.emplace_back("email", "e");
    if (random_.odd(40)) in.fields.emplace_back("due", moment());
    if (random_.odd(30)) in.fields.emplace_back("level", random_.between(0, 3));
    known_.push_back(in.at);
    inputs_.push_back(in);
    for (const char* category : {"offers", "proofs"}) {
      if (random_.odd(60)) inputs_.push_back(consent(lead, category, in.at));
    }
  }

  Input consent(const std::string& lead, const std::string& category, Instant at) {
    Input in;
    in.kind = Input::Kind::consent;
    in.at = at;
    in.lead = lead;
    in.name = category;
    in.granted = random_.odd(75);
    in.confirmed = random_.odd(70);
    if (random_.odd(20)) in.channel = random_.one_of({"email", "sms"});
    if (random_.odd(30)) in.words = "form";
    return in;
  }

  void add() {
    Input in;
    in.at = instant();
    in.other = in.at;
    in.lead = random_.one_of(leads_);
    switch (random_.pick(16)) {
      case 0:
      case 1:
      case 2: return add_change(in);
      case 3: return inputs_.push_back(consent(in.lead, random_.one_of({"news", "offers", "proofs"}), in.at));
      case 4: return add_halt(in);
      default: return add_event(in);
    }
  }

  void add_change(Input in) {
    in.kind = Input::Kind::upsert;
    switch (random_.pick(12)) {
      case 9: in.fields.emplace_back("born", random_.odd(85) ? nurture::Value(date()) : nurture::Value{}); break;
      case 10: in.fields.emplace_back("best", random_.odd(85) ? nurture::Value(clock()) : nurture::Value{}); break;
      case 11: in.fields.emplace_back("preferred_channel", random_.one_of({"email", "sms", "fax"})); break;
      case 5: in.fields.emplace_back("tz", zone()); break;
      case 6: return add_report(in);
      case 0: in.fields.emplace_back("flag", random_.odd(50)); break;
      case 1: in.fields.emplace_back("level", random_.between(0, 4)); break;
      case 2: in.fields.emplace_back("due", random_.odd(85) ? nurture::Value(moment()) : nurture::Value{}); break;
      case 7:
        in.fields.emplace_back("weight",
                               random_.odd(80) ? nurture::Value(0.5 * static_cast<double>(random_.between(0, 6))) : nurture::Value{});
        break;
      case 8: in.fields.emplace_back("mood", random_.one_of({"new", "open", "done", "bad"})); break;
      case 3: in.fields.emplace_back("email", random_.odd(60) ? nurture::Value("e") : nurture::Value{}); break;
      default: in.fields.emplace_back("topic", random_.one_of({"none", "x", "y"})); break;
    }
    inputs_.push_back(in);
  }

  std::string clock() { return random_.one_of({"00:30", "02:30", "09:00", "12:00", "23:30"}); }
  /// A birthday within the days at hand, or that of a leap day.
  std::string date() {
    if (random_.odd(15)) return "1992-02-29";
    return "1990" + Instant{begin_.ms + random_.between(0, 12) * kDayMs}.to_string().substr(4, 6);
  }

  std::string zone() { return random_.one_of({"Europe/Lisbon", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "UTC"}); }

  /// A score from outside, or what became of a message.
  void add_report(Input in) {
    in.kind = random_.odd(60) ? Input::Kind::score : Input::Kind::delivery;
    if (in.kind == Input::Kind::score) {
      in.name = "heat";
      in.number = static_cast<double>(random_.between(-20, 130)) + (random_.odd(30) ? 0.5 : 0);
      return inputs_.push_back(in);
    }
    in.name = "m" + std::to_string(random_.pick(4));
    in.channel = "email";
    in.other = random_.one_of(known_);
    if (random_.odd(70)) in.outcome = Reason::rejected;
    inputs_.push_back(in);
  }

  void add_halt(Input in) {
    if (random_.odd(30)) return add_order(in);
    const std::string lead = in.lead;
    in.lead.clear();
    if (random_.odd(45)) {
      in.kind = Input::Kind::gap;
      in.other = {in.at.ms + random_.between(1, 60) * kHourMs};
      return inputs_.push_back(in);
    }
    in.kind = Input::Kind::pause;
    switch (random_.pick(4)) {
      case 0: break;
      case 1: in.lead = lead; break;
      case 2: in.name = "s" + std::to_string(random_.pick(3)); break;
      default: in.channel = random_.one_of({"email", "sms"}); break;
    }
    inputs_.push_back(in);
    in.kind = Input::Kind::resume;
    in.at = {in.at.ms + random_.between(1, 40) * 2 * kHourMs};
    if (random_.odd(90)) inputs_.push_back(in);
  }

  /// What an operator does to a lead.
  void add_order(Input in) {
    in.kind = random_.odd(50) ? Input::Kind::enroll : random_.odd(60) ? Input::Kind::exit : Input::Kind::erase;
    if (in.kind != Input::Kind::erase) in.name = "s" + std::to_string(random_.pick(3));
    if (in.kind == Input::Kind::exit) in.words = "called";
    inputs_.push_back(in);
  }

  void add_event(Input in) {
    in.kind = Input::Kind::event;
    in.name = random_.one_of({"joined", "joined", "joined", "shifted", "opened", "opened", "clicked", "clicked", "left"});
    if (random_.odd(6)) in.name = "email.open";
    const bool has_room = in.name == "joined" || in.name == "shifted";
    if (in.name == "email.open") {
      in.fields.emplace_back("message", "m" + std::to_string(random_.pick(4)));
      return inputs_.push_back(in);
    }
    if (has_room && random_.odd(60)) in.fields.emplace_back("room", random_.one_of({"a", "b"}));
    if (has_room && random_.odd(60)) in.fields.emplace_back("starts", moment());
    if (in.name != "left" && in.name != "shifted" && random_.odd(60)) in.fields.emplace_back("n", random_.between(1, 3));
    if (in.name == "clicked" && random_.odd(60)) in.fields.emplace_back("link", random_.one_of({"x", "y"}));
    if (random_.odd(20)) in.other = {in.at.ms - random_.between(1, 96) * 30 * kMinuteMs};
    if (random_.odd(3)) in.other = {in.at.ms + random_.between(6, 60) * kMinuteMs};  // Refused: beyond the skew.
    if (random_.odd(6)) in.other = {in.at.ms + random_.between(1, 5) * kMinuteMs};   // Ahead of the clock.
    if (in.name == "opened" && random_.odd(30)) in.fields.emplace_back("price", 0.5 * static_cast<double>(random_.between(0, 5)));
    if (in.name != "left" && random_.odd(4))
      in.fields.emplace_back(has_room ? "room" : "n", random_.odd(50) ? nurture::Value(true) : nurture::Value("two"));
    if (random_.odd(30)) in.id = "id" + std::to_string(random_.pick(4));
    inputs_.push_back(in);
    if (random_.odd(8)) inputs_.push_back(in);
  }

  Random random_;
  Instant begin_;
  std::vector<std::string> leads_;
  std::vector<Instant> known_;
  std::vector<Input> inputs_;
};

}  // namespace

std::vector<Input> random_inputs(std::uint64_t seed, Instant& until) { return Stream(seed).make(until); }

}  // namespace reference
