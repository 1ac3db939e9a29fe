// A host that brings its own parts: a clock that it drives itself, a scoring policy, two sinks of which one fails at
// first, a sink for notifications, and an observer that reads the decision log. Run it from this folder.
//
// Expected output stands in own_parts.expected; ctest compares.
#include <nurture/nurture.hpp>

#include <cstdio>
#include <string>

namespace {

/// A clock in whole hours, as a game or a simulation would have it.
class HourClock final : public nurture::Clock {
 public:
  [[nodiscard]] nurture::Instant now() const override { return {1'772'438'400'000 + hours_ * 3'600'000}; }  // 2026-03-02T08:00:00Z
  void pass(int hours) { hours_ += hours; }

 private:
  std::int64_t hours_ = 0;
};

/// Thirty points for each look at a price, ten for any other page. A function of its arguments, as it must be.
class PagesCount final : public nurture::ScoringPolicy {
 public:
  Change on_event(const View& view) override {
    if (view.event != "page.view") return {};
    const nurture::Value path = view.field("path");
    const auto* text = std::get_if<std::string>(&path.storage());
    const bool price = text != nullptr && *text == "/pricing";
    return {Change::Kind::add, price ? 30.0 : 10.0, price ? "looked at prices" : "looked around"};
  }
};

class Log final : public nurture::Observer {
 public:
  void on_decision(const nurture::Decision& d) override {
    if (d.kind != nurture::DecisionKind::score && d.kind != nurture::DecisionKind::enrolled) return;
    std::printf("%s  log: %s %s\n", d.at.to_string().c_str(), std::string(nurture::to_string(d.kind)).c_str(),
                std::string(d.detail).c_str());
  }
};

}  // namespace

int main() {
  const auto built = nurture::compile_files({"own_parts.nurture"});
  if (!built.ok()) {
    std::fputs(built.diagnostics().render().c_str(), stderr);
    return 2;
  }
  HourClock clock;
  nurture::Engine engine{built.program(), clock};
  PagesCount policy;
  Log log;
  engine.observe(&log);
  if (!engine.scoring("intent", &policy).ok()) return 2;
  engine.on_send("email", [](const nurture::Message& m) {
    std::printf("%s  e-mail \"%s\" (%s)\n", m.at.to_string().c_str(), m.subject().c_str(), m.field("cta").c_str());
    return nurture::Delivery::accepted();
  });
  bool gateway_works = false;
  engine.on_send("sms", [&](const nurture::Message& m) {
    std::printf("%s  sms, gateway %s\n", m.at.to_string().c_str(), gateway_works ? "works" : "is down");
    return gateway_works ? nurture::Delivery::accepted() : nurture::Delivery::retry(std::chrono::hours{1});
  });
  engine.on_notify([](std::string_view lead, std::string_view who, std::string_view text) {
    std::printf("                      tell %s about %s: %s\n", std::string(who).c_str(), std::string(lead).c_str(),
                std::string(text).c_str());
  });

  engine.upsert("grace", {{"country", "Portugal"}});
  engine.post({.lead = "grace", .name = "page.view", .fields = {{"path", "/"}}});
  engine.post({.lead = "grace", .name = "page.view", .fields = {{"path", "/pricing"}}});
  engine.step();
  clock.pass(5);
  engine.post({.lead = "grace", .name = "page.view", .fields = {{"path", "/pricing"}}});
  engine.step();
  gateway_works = true;
  for (int hour = 0; hour < 72; ++hour) {
    clock.pass(1);
    engine.step();
  }
}
