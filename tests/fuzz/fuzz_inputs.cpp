// Any line of customer data is read or refused with words, and what is read goes through an engine without harm.
#include <nurture/nurture.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

const nurture::Program& program() {
  static const nurture::CompileResult built = nurture::compile_text("fuzz.nurture", R"(nurture 1
lead { tz: string? plan: enum(a, b)? age: int? tags: list<string>? joined: date? }
event page.view { path: string? starts_at: datetime? count: number? }
message m { channel email category c subject "{{ default(lead.plan, \"-\") }}" }
category c { consent implied }
score s { range 0..10 rule +3 seen on page.view decay 1 per 1mo when idle(page.view) >= 1mo tier low 0..5 tier high 6.. }
sequence q {
  enroll on page.view key default(event.path, "")
  reenroll always
  anchor start = event.starts_at else hold
  day 0 a: send m
  at -1h b: send m
  when count(page.view within 2d) >= 3 as busy exit busy
}
)");
  return built.program();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (!program().valid()) std::abort();
  nurture::ManualClock clock{nurture::Instant{0}};
  nurture::Engine engine{program(), clock};
  std::string_view text(reinterpret_cast<const char*>(data), size);
  nurture::Instant last{0};
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    std::string problem;
    const auto input = nurture::read_input_line(line, problem);
    if (!input && problem.empty()) std::abort();
    if (!input) continue;
    static_cast<void>(nurture::post_input(engine, *input));
    last = std::max(last, input->received);
    static_cast<void>(engine.step_to(last, 1000));
  }
  static_cast<void>(engine.step_to(last + std::chrono::hours{24 * 90}, 1000));
  return 0;
}
