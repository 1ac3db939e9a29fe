// Expressions as text to values, for tests of evaluation: a little world of named values and answers of the history.
//
//   World world;
//   world.set("lead.score", Value::of(std::int64_t{3}));
//   CHECK(world.show("lead.score >= 3") == "true");
#pragma once

#include "compile/expression.hpp"
#include "eval/code.hpp"
#include "syntax/parse.hpp"

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace test_support {

using nurture::eval::Value;

class World final : public nurture::compile::Resolver, public nurture::eval::Environment {
 public:
  World() { now = nurture::Instant::parse("2026-03-02T08:00:00Z").value(); }

  /// A name that loads this value; texts must outlive the world.
  void set(const std::string& name, const Value& value) { values_[name] = value; }
  /// What the history answers to a question, by its word and the first event: "last email.open" or, with a member,
  /// "last email.open .link".
  void answer(const std::string& question, const Value& value) { answers_[question] = value; }
  void in_zone(std::string_view name) {
    zone = nurture::time::find_zone(name);
    if (zone == nullptr) throw std::runtime_error("no such zone: " + std::string{name});
  }
  void at(std::string_view instant) { now = nurture::Instant::parse(instant).value(); }

  /// Compiles under a name that other expressions can use.
  void segment(const std::string& name, std::string_view text) { segments_[name] = compile(text); }

  nurture::eval::Ref compile(std::string_view text, nurture::syntax::Profile profile = nurture::syntax::Profile::nurture) {
    nurture::Diagnostics diagnostics;
    const auto& source = diagnostics.sources().add("expression", std::string{text});
    const auto expression =
        nurture::syntax::parse_expression(source, 0, static_cast<std::uint32_t>(source.text().size()), diagnostics, profile);
    if (!expression) throw std::runtime_error("no expression: " + std::string{text} + "\n" + diagnostics.render());
    return nurture::compile::lower(*expression, *this, module, profile);
  }
  /// The value lives until the next evaluation.
  Value evaluate(nurture::eval::Ref ref) {
    arena.reset();
    valid_until = nurture::Instant::max();
    return nurture::eval::run(module, ref, *this, arena);
  }
  Value evaluate(std::string_view text) { return evaluate(compile(text)); }
  std::string show(std::string_view text) { return nurture::eval::to_string(evaluate(text)); }
  /// The instant at which the answer changes, "never" when it does not.
  std::string change(std::string_view text) {
    (void)evaluate(text);
    return valid_until == nurture::Instant::max() ? "never" : valid_until.to_string();
  }
  std::string disassemble(std::string_view text) { return nurture::eval::disassemble(module, compile(text)); }

  std::optional<Load> load(std::string_view path) override {
    const auto found = values_.find(std::string{path});
    if (found == values_.end()) return std::nullopt;
    return Load{nurture::eval::Origin::lead, static_cast<std::uint32_t>(std::distance(values_.begin(), found))};
  }
  std::optional<nurture::eval::Ref> segment(std::string_view name) override {
    const auto found = segments_.find(std::string{name});
    return found == segments_.end() ? std::nullopt : std::optional(found->second);
  }
  std::uint32_t query(const nurture::ast::Expr& history, std::string_view member) override {
    std::string question = history.text + " " + (*history.pattern)->events.at(0).text;
    if (!member.empty()) question += " ." + std::string{member};
    questions_.push_back(question);
    return static_cast<std::uint32_t>(questions_.size() - 1);
  }

  Value load(nurture::eval::Origin, std::uint32_t index) override {
    return std::next(values_.begin(), static_cast<std::ptrdiff_t>(index))->second;
  }
  Value history(std::uint32_t query) override {
    const auto found = answers_.find(questions_.at(query));
    return found == answers_.end() ? Value::missing() : found->second;
  }

  nurture::eval::Module module;
  nurture::eval::Arena arena;

 private:
  std::map<std::string, Value> values_;
  std::map<std::string, Value> answers_;
  std::map<std::string, nurture::eval::Ref> segments_;
  std::vector<std::string> questions_;
};

/// "2026-03-02T08:00:00Z" as a value.
inline Value datetime(std::string_view text) {
  const nurture::Instant instant = nurture::Instant::parse(text).value();
  const std::int64_t seconds = instant.ms >= 0 ? instant.ms / 1000 : -((-instant.ms + 999) / 1000);
  return Value::datetime(seconds, static_cast<std::uint32_t>((instant.ms - seconds * 1000) * 1'000'000));
}
inline Value date(std::int32_t year, std::int32_t month, std::int32_t day) {
  return Value::date(nurture::time::day_from_civil(year, month, day));
}

}  // namespace test_support
