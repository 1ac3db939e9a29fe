// What an expression of the reference engine can ask for: the lead, the event at hand, the history. Entry point: World.
#pragma once

#include "model/reference.hpp"

namespace reference {

class World final : public naive::World {
 public:
  World(Reference& engine, Lead& lead, Enrolment* e, const Occurrence* event = nullptr, const Occurrence* trigger = nullptr);
  [[nodiscard]] Value name(const std::string& text) override;
  [[nodiscard]] Value history(const ast::Expr& question) override;
  [[nodiscard]] Value asked(const ast::Expr& call) override;
  /// The newest event that a pattern counts.
  [[nodiscard]] std::optional<Occurrence> last(const ast::Pattern& pattern);
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] const nurture::time::Zone& zone() const override;

  const std::map<std::string, Value>* parameters = nullptr;  ///< Of a message: what its send hands over.

 private:
  [[nodiscard]] std::vector<const Occurrence*> find(const ast::Pattern& pattern);
  [[nodiscard]] bool is_counted(const ast::Pattern& pattern, const Occurrence& past);
  [[nodiscard]] bool is_in_window(const ast::Window& window, const Occurrence& past) const;
  [[nodiscard]] Value record(const Occurrence& event) const;
  [[nodiscard]] Value answer(const ast::Expr& question, const std::vector<const Occurrence*>& found) const;

  Reference& engine_;
  Lead& lead_;
  Enrolment* e_;
  const Occurrence* event_;
  const Occurrence* trigger_;
};

}  // namespace reference
