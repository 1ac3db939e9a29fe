// limits::kDiagnostics: how many findings are kept, and what is said about the rest.
#include "support/catch.hpp"

#include <nurture/diagnostics.hpp>
#include <nurture/limits.hpp>

#include <nlohmann/json.hpp>

#include <string>

#include "source/source.hpp"

using nurture::Diagnostic;
using nurture::Diagnostics;
using nurture::Severity;
namespace limits = nurture::limits;

namespace {

Diagnostic finding(Severity severity, std::string message = "message") {
  Diagnostic d;
  d.severity = severity;
  d.code = "NUR0100";
  d.message = std::move(message);
  return d;
}

Diagnostics filled(std::size_t count, Severity severity = Severity::error) {
  Diagnostics list;
  list.sources().add("a.nurture", "x");
  for (std::size_t i = 0; i < count; ++i) list.add(finding(severity));
  return list;
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

TEST_CASE("up to the limit every finding is kept and nothing is said about others") {
  for (const std::size_t count : {limits::kDiagnostics - 1, limits::kDiagnostics}) {
    const Diagnostics list = filled(count);
    CHECK(list.items().size() == count);
    CHECK(list.dropped() == 0);
    CHECK(list.render().find("not shown") == std::string::npos);
    CHECK(nlohmann::json::parse(list.render_json()).size() == count);
  }
}

TEST_CASE("one finding beyond the limit is counted and not kept") {
  const Diagnostics list = filled(limits::kDiagnostics + 1);
  CHECK(list.items().size() == limits::kDiagnostics);
  CHECK(list.dropped() == 1);
  CHECK(list.error_count() == limits::kDiagnostics + 1);
  CHECK(ends_with(list.render(), "\nnote: 1 further finding not shown\n"));
}

TEST_CASE("many findings beyond the limit end with their number in every format") {
  const Diagnostics list = filled(limits::kDiagnostics + 5'000);
  CHECK(list.items().size() == limits::kDiagnostics);
  CHECK(ends_with(list.render(), "\nnote: 5000 further findings not shown\n"));
  const auto json = nlohmann::json::parse(list.render_json());
  CHECK(json.size() == limits::kDiagnostics + 1);
  CHECK(json.back()["message"] == "5000 further findings not shown");
  CHECK(json.back()["severity"] == "note");
  const auto sarif = nlohmann::json::parse(list.render_sarif());
  CHECK(sarif["runs"][0]["results"].size() == limits::kDiagnostics);
  CHECK(sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "5000 further findings not shown");
}

TEST_CASE("an error beyond the limit is kept in place of a warning") {
  Diagnostics list = filled(limits::kDiagnostics, Severity::warning);
  CHECK_FALSE(list.has_errors());
  list.add(finding(Severity::error, "what matters"));
  CHECK(list.has_errors());
  CHECK(list.items().size() == limits::kDiagnostics);
  CHECK(list.items().back().message == "what matters");
  CHECK(list.dropped() == 1);
  list.add(finding(Severity::warning, "too much"));
  CHECK(list.items().back().message == "what matters");
  CHECK(list.dropped() == 2);
}
