// The host's side of nurture: a journey compiled from its text, stepped through four days. Entry point: plan().
#include <nurture/nurture.hpp>

#include <chrono>
#include <string>

namespace {

constexpr const char* kJourney = R"(nurture 1
lead { email: string }
event guide.requested
message hello "Hello" { channel email category news subject "Hello" template "hello" }
message more "More" { channel email category news subject "More" template "more" }
sequence guide {
  enroll on guide.requested
  day 0 greeting: send hello
  day 3 follow_up: send more
}
)";

}  // namespace

/// The messages of four days, one a line, or the faults found.
std::string plan() {
  const auto built = nurture::compile_text("guide.nurture", kJourney);
  if (!built.ok()) return built.diagnostics().render();
  nurture::ManualClock clock{"2026-03-02T08:00:00Z"};
  nurture::Engine engine{built.program(), clock};
  std::string sent;
  engine.on_send("email", [&sent](const nurture::Message& message) {
    sent += message.at.to_string() + " " + message.name.c_str() + "\n";
    return nurture::Delivery::accepted();
  });
  engine.upsert("ada", {{"email", "ada@example.com"}});
  engine.consent("ada", "news");
  engine.post({.lead = "ada", .name = "guide.requested"});
  clock.advance(std::chrono::hours{4 * 24});
  engine.step();
  return sent;
}
