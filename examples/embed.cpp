// The smallest host: one sequence, one lead, two weeks in a moment. Run it from this folder.
//
// Expected output stands in embed.expected; ctest compares.
#include <nurture/nurture.hpp>

#include <cstdio>

int main() {
  auto built = nurture::compile_files({"welcome.nurture"});
  if (!built.ok()) {
    std::fputs(built.diagnostics().render().c_str(), stderr);
    return 2;
  }

  nurture::ManualClock clock{"2026-03-02T08:00:00Z"};
  nurture::Engine engine{built.program(), clock};
  engine.on_send("email", [](const nurture::Message& m) {
    std::printf("%s  %s -> %s\n", m.at.to_string().c_str(), m.name.c_str(), m.lead.c_str());
    return nurture::Delivery::accepted();
  });

  engine.upsert("ada", {{"email", "ada@example.com"}, {"tz", "Europe/Lisbon"}});
  engine.consent("ada", "marketing", {.source = "signup form"});
  engine.post({.lead = "ada", .name = "ebook.downloaded"});
  clock.advance(std::chrono::days{14});
  engine.step();  // everything that is due, in order
}
