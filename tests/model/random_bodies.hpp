// Random bodies of steps, handlers and scores. Entry point: class Bodies.
#pragma once

#include "model/case.hpp"
#include "model/random_conditions.hpp"

#include <set>

namespace reference {

/// Where a body stands.
struct Surroundings {
  std::string sequence;
  std::vector<std::string> sequences;
  Scope scope;
  bool lasts = true;  ///< Whether there is a run that can end or jump: not in triggers.
};

class Bodies {
 public:
  Bodies(Random& random, Conditions& conditions) : random_(random), conditions_(conditions) {}

  /// A message, m0 and so on.
  struct Message {
    std::string channels;  ///< As `by` lists them.
    bool accepts = false;  ///< A `size` and a `word`.
    std::string variant;   ///< One that is sent by name.
  };
  void add_message(Message message) { messages_.push_back(std::move(message)); }
  /// What the program has: a pool, a score without categories, and which sequences accept values.
  bool has_pool = false;
  bool has_points = false;
  bool has_goals = false;  ///< Splits that are experiments.
  std::set<std::string> accepting;

  std::vector<Piece> step_body(const Surroundings& where, std::size_t step);
  /// `asks_link`: whether the event that began it has a link to ask for.
  std::vector<Piece> handler_body(const Surroundings& where, bool asks_link);
  /// What a stream does when nothing is left; it may stay or leave.
  std::vector<Piece> exhausted_body(const Surroundings& where);
  std::vector<Piece> score_body(const std::vector<std::string>& sequences);

 private:
  std::vector<Piece> actions(const Surroundings& where, int depth, bool waits);
  void action(std::vector<Piece>& out, const Surroundings& where, int depth, bool waits);
  void choice(std::vector<Piece>& out, const Surroundings& where, int depth, bool waits);
  void leave(std::vector<Piece>& out, const Surroundings& where, std::string action);
  std::string simple();
  std::string experiment();
  std::string set();
  std::string send();
  std::string wait_for_time();
  void wait_until(std::vector<Piece>& out, const Surroundings& where);
  void wait_any(std::vector<Piece>& out, const Surroundings& where);
  std::string into(const std::string& verb, const Surroundings& where);

  Random& random_;
  Conditions& conditions_;
  std::vector<Message> messages_;
  int splits_ = 0;
  int accelerates_ = 0;
};

}  // namespace reference
