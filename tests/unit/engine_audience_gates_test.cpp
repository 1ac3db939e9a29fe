// Audiences whose channel takes only so much, or nothing for now: they are held by its rate and its breaker as messages are.
#include "support/engine.hpp"

#include <set>

using namespace nurture;
using namespace nurture::test;
using namespace std::chrono_literals;
using Kind = DecisionKind;

namespace {

std::string program(const std::string& channel, const std::string& more = "") {
  return "nurture 1\nlead { on_list: bool = false }\nevent go\ncategory news { consent implied }\nchannel ads { " + channel +
         " }\nmessage m { channel ads category news }\naudience buyers on ads when lead.on_list\n" + more;
}

/// What the channel saw, and what it says.
struct Ads {
  explicit Ads(Engine& engine) {
    engine.on_audience("ads", [this](const AudienceChange& change) {
      seen.push_back(change.at.to_string() + ' ' + std::string(change.lead) + (change.joined ? " joined" : " left"));
      keys.insert(change.key);
      return answer;
    });
  }
  Lines seen;
  std::set<std::string> keys;
  Delivery answer = Delivery::accepted();
};

template <class Engine>
void put(Engine& engine, const std::string& lead, bool on_list = true) {
  CHECK(engine.upsert(lead, {{"on_list", on_list}}).ok());
}

}  // namespace

TEST_CASE("[S6.1] [S7.5] changes of an audience wait for the rate of their channel, one behind the other") {
  Host host(program("rate 2 per 1min"));
  Ads ads(host.engine);
  for (const char* lead : {"ada", "bo", "cy", "di", "eve"}) put(host.engine, lead);
  host.engine.step();
  CHECK(ads.seen.size() == 2);
  CHECK(host.of({Kind::held}) == Lines{"2026-03-02T08:00:00Z cy held(rate) buyers until 2026-03-02T08:01:00Z",
                                       "2026-03-02T08:00:00Z di held(rate) buyers until 2026-03-02T08:01:00Z",
                                       "2026-03-02T08:00:00Z eve held(rate) buyers until 2026-03-02T08:02:00Z"});
  CHECK(host.engine.inspect("cy")->audiences.empty());
  static_cast<void>(host.to("2026-03-02T09:00:00Z"));
  CHECK(ads.seen == Lines{"2026-03-02T08:00:00Z ada joined", "2026-03-02T08:00:00Z bo joined", "2026-03-02T08:01:00Z cy joined",
                          "2026-03-02T08:01:00Z di joined", "2026-03-02T08:02:00Z eve joined"});
  CHECK(ads.keys.size() == 5);
}

TEST_CASE("[S6.1] what is true when the rate has room counts: who is out again was never in") {
  Host host(program("rate 1 per 1min"));
  Ads ads(host.engine);
  for (const char* lead : {"ada", "bo", "cy"}) put(host.engine, lead);
  host.engine.step();
  put(host.engine, "bo", false);
  host.engine.step();
  // `cy` waits behind the place that `bo` has left; the next who asks takes the one that is free.
  static_cast<void>(host.to("2026-03-02T09:00:00Z"));
  CHECK(ads.seen == Lines{"2026-03-02T08:00:00Z ada joined", "2026-03-02T08:02:00Z cy joined"});
}

TEST_CASE("[S6.1] messages and audiences of a channel share its rate") {
  Host host(program("rate 2 per 1min", "sequence s { enroll on go day 0: send m }\n"));
  Ads ads(host.engine);
  for (const char* lead : {"ada", "bo"}) CHECK(host.engine.post({lead, "go"}).ok());
  host.engine.step();
  put(host.engine, "ada");
  host.engine.step();
  CHECK(host.sent().size() == 2);
  CHECK(ads.seen.empty());
  static_cast<void>(host.to("2026-03-02T09:00:00Z"));
  CHECK(ads.seen == Lines{"2026-03-02T08:01:00Z ada joined"});
}

TEST_CASE("[S6.1] [S7.4] what is tried again waits for the rate of its channel, too, changes of audiences and messages") {
  Host host(program("rate 2 per 1h retry 5 times from 1min to 1min", "sequence s { enroll on go day 0: send m }\n"));
  Lines tries;
  const auto tried = [&](Instant at, const std::string& what) {
    tries.push_back(at.to_string() + ' ' + what);
    return tries.size() <= 2 ? Delivery::retry(std::chrono::milliseconds{0}) : Delivery::accepted();
  };
  host.engine.on_audience([&](const AudienceChange& change) { return tried(host.engine.now(), std::string(change.lead)); });
  host.engine.on_send([&](const Message& message) { return tried(host.engine.now(), std::string(message.name.view())); });
  put(host.engine, "ada");
  host.engine.step();
  CHECK(host.engine.post({"bo", "go"}).ok());
  host.engine.step();
  put(host.engine, "cy");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  // Both first tries take the places of the first hour; `cy` goes before what is tried again.
  CHECK(tries == Lines{"2026-03-02T08:00:00Z ada", "2026-03-02T08:00:00Z m", "2026-03-02T09:00:00Z cy", "2026-03-02T09:00:00Z m",
                       "2026-03-02T10:00:00Z ada"});
  const Lines held = host.of({Kind::held});
  const auto rows_with = [&](const std::string& words) {
    return std::count_if(held.begin(), held.end(), [&](const std::string& row) { return row.find(words) != std::string::npos; });
  };
  CHECK(held.front() == "2026-03-02T08:00:00Z cy held(rate) buyers until 2026-03-02T09:00:00Z");
  CHECK(rows_with("bo held(rate) m until 2026-03-02T09:00:00Z") == 1);
  CHECK(rows_with("ada held(rate) buyers until 2026-03-02T09:00:00Z") == 1);
  CHECK(rows_with("ada held(rate) buyers until 2026-03-02T10:00:00Z") == 1);
  CHECK(host.engine.statistics().sent == 1);
}

TEST_CASE("[S7.5] what a channel says of audiences opens its breaker, which holds them until a single one got through") {
  Host host(program("retry 1 times from 1h to 1h breaker open at 100% of 2 within 5min probe after 10min"));
  Ads ads(host.engine);
  ads.answer = Delivery::retry(1h);
  for (const char* lead : {"ada", "bo"}) put(host.engine, lead);
  host.engine.step();
  CHECK(ads.seen.size() == 2);
  static_cast<void>(host.to("2026-03-02T08:01:00Z"));
  ads.answer = Delivery::accepted();
  for (const char* lead : {"cy", "di", "eve"}) put(host.engine, lead);
  host.engine.step();
  CHECK(ads.seen.size() == 2);
  CHECK(host.of({Kind::held}) == Lines{"2026-03-02T08:01:00Z cy held(breaker) buyers until 2026-03-02T08:10:00Z",
                                       "2026-03-02T08:01:00Z di held(breaker) buyers until 2026-03-02T08:10:00Z",
                                       "2026-03-02T08:01:00Z eve held(breaker) buyers until 2026-03-02T08:10:00Z"});
  static_cast<void>(host.to("2026-03-02T08:20:00Z"));
  CHECK(ads.seen.size() == 5);
  CHECK(ads.seen[2] == "2026-03-02T08:10:00Z cy joined");
  CHECK(ads.seen[3] == "2026-03-02T08:10:00Z di joined");
  // That the breaker may close is why it hears what went well, too.
  CHECK(host.of({Kind::delivered}).size() == 5);
}

TEST_CASE("[S7.5] while the probe fails the others wait for the next one") {
  Host host(program("retry 1 times from 1h to 1h breaker open at 100% of 2 within 5min probe after 10min"));
  Ads ads(host.engine);
  ads.answer = Delivery::retry(1h);
  for (const char* lead : {"ada", "bo", "cy", "di"}) put(host.engine, lead);
  host.engine.step();
  put(host.engine, "eve");
  static_cast<void>(host.to("2026-03-02T08:15:00Z"));
  // Answers are inputs: those of one instant come behind what was decided in it.
  CHECK(ads.seen.size() == 5);
  put(host.engine, "fay");
  static_cast<void>(host.to("2026-03-02T08:19:00Z"));
  CHECK(ads.seen.size() == 5);
  CHECK(host.of({Kind::held}).back().find("fay held(breaker) buyers until") != std::string::npos);
}

TEST_CASE("[S11.1] [S11.2] a pause stands before the rate, and who is erased waits for nothing") {
  Host host(program("rate 1 per 1h"));
  Ads ads(host.engine);
  for (const char* lead : {"ada", "bo", "cy"}) put(host.engine, lead);
  host.engine.step();
  CHECK(host.engine.pause(Scope::channel("ads"), instant("2026-03-02T08:30:00Z")).ok());
  CHECK(host.engine.resume(Scope::channel("ads"), instant("2026-03-02T09:30:00Z")).ok());
  static_cast<void>(host.to("2026-03-02T09:00:00Z"));
  CHECK(ads.seen.size() == 1);
  CHECK(host.engine.erase("ada").ok());
  CHECK(host.engine.erase("cy").ok());
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  CHECK(ads.seen == Lines{"2026-03-02T08:00:00Z ada joined", "2026-03-02T09:00:00Z ada left", "2026-03-02T09:30:00Z bo joined"});
}

TEST_CASE("[S1.3] who waits for a channel waits on when the state goes to bytes and back, and at a deployment") {
  const Program first = program_of(program("rate 1 per 1min"));
  const auto run = [&](int way) {
    Host host(first);
    Ads ads(host.engine);
    for (const char* lead : {"ada", "bo", "cy"}) put(host.engine, lead);
    host.engine.step();
    if (way == 1) CHECK(host.engine.restore(host.engine.save()).ok());
    if (way == 2) CHECK(host.engine.deploy(program_of(program("rate 1 per 1min", "segment all = lead.on_list\n"))).ok());
    put(host.engine, "di");
    static_cast<void>(host.to("2026-03-02T09:00:00Z"));
    return ads.seen;
  };
  const Lines seen = run(0);
  CHECK(seen.size() == 4);
  CHECK(run(1) == seen);
  CHECK(run(2) == seen);
}
