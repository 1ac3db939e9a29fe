// Another program under a running core: S10 of the contracts. The state goes to bytes and is read by the new program, by
// names; who is in an older version of a sequence stays in it, which the new program then carries, or goes where a
// migration says. Entry points: Deployment::report(), Deployment::read(), then begin().
#pragma once

#include "engine/core.hpp"
#include "engine/saved/saved.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::engine {

class Deployment {
 public:
  /// Of a core that is at rest.
  Deployment(Core& core, const std::shared_ptr<const compile::Program>& program);

  /// Who stands where, what becomes of them, and whether anything stands against it.
  [[nodiscard]] const DeployReport& report() const { return report_; }
  /// Makes the core that goes on. Only when nothing stands against it; false when the state does not fit after all.
  [[nodiscard]] bool read(Core& fresh);
  /// It goes on, in the place of the old one, which is elsewhere now.
  void begin(Core& old, Core& fresh, ExistingLeads existing);

 private:
  /// What becomes of the runs of one version.
  struct Fate {
    std::string_view words;
    const compile::Migration* migration = nullptr;
    Id newest = kNone;  ///< In the program as it was handed in.
  };
  /// A run that is to be migrated, and as it was.
  using Moving = std::pair<std::uint32_t, const Enrolment*>;
  void count();
  [[nodiscard]] Fate fate_of(Id sequence) const;
  [[nodiscard]] std::string becomes(const Fate& fate, const std::string& step) const;
  void combine();
  void log_lost(Core& fresh) const;
  void log_late(Core& fresh) const;
  void keep_keys(Core& fresh) const;
  void skip_left(Core& fresh, std::uint32_t lead, const Enrolment& old, Reason reason, std::string_view rule) const;
  [[nodiscard]] std::uint32_t awake_beside(const Core& fresh, std::uint32_t enrolment) const;
  static void count_from_ends(Core& fresh, std::uint32_t enrolment);
  void leave_audiences(Core& fresh) const;
  static void begin_audience(Core& fresh, const compile::Audience& audience);
  void find_new(const Core& fresh);
  void begin_anew(Core& fresh, std::uint32_t lead, ExistingLeads existing);
  void begin_triggers(Core& fresh, std::uint32_t lead, ExistingLeads existing);
  void judge_watches(Core& fresh, std::uint32_t lead);
  static void judge_handlers(Core& fresh, std::uint32_t enrolment, const compile::Sequence* old);
  [[nodiscard]] std::vector<Moving> moving_of(const Core& fresh, std::uint32_t lead) const;
  void forget(Core& fresh, std::uint32_t lead) const;
  void migrate_all(Core& fresh, std::uint32_t lead);
  static void read_anchors(Core& fresh, std::uint32_t enrolment);
  void migrate(Core& fresh, std::uint32_t enrolment, const Enrolment& old);
  void leave_group(Core& fresh, std::uint32_t enrolment, const Enrolment& old);
  void go_on(Core& fresh, std::uint32_t enrolment, const Enrolment& old);
  void carry_steps(Core& fresh, const Enrolment& enrolment, const Enrolment& old, const compile::Migration& migration);
  void carry_due(Core& fresh, std::uint32_t enrolment, const Enrolment& old, Id step, compile::Migration::Timer timer);

  Core* core_;
  std::shared_ptr<const compile::Program> given_;
  std::shared_ptr<const compile::Program> program_;  ///< With what it carries.
  DeployReport report_;
  std::map<Id, Fate> fates_;  ///< By sequence of the old program, of those with live runs.
  std::vector<Id> live_;      ///< Where their runs go.
  std::vector<Saved::Lost> lost_;
  std::vector<std::uint32_t> before_;  ///< Which lead of the old core each is.
  std::set<std::uint32_t> unmoved_;    ///< Of the lead at hand: what is to be migrated yet.
  std::vector<bool> is_new_score_, is_new_watch_;
};

}  // namespace nurture::engine
