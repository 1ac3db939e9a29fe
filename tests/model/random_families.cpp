// Makes a family of a random sequence: some of its events, messages and constants become parameters, and it is used twice, once as
// it was. Entry point: make_family().
#include "model/random.hpp"
#include "model/random_words.hpp"

#include <regex>

namespace reference {

namespace {

/// A parameter, what it stands for in the sequence, and what for the second time.
struct Parameter {
  std::string name, type;
  std::regex place;  ///< What stands in front of it, and it.
  std::string given, other;
  bool is_used = false;
};

/// Puts it in where it stands. Only `send m1` alone: with values or a variant another message might not do.
void put(Piece& piece, Parameter& parameter) {
  const bool alone = parameter.type != "message" || piece.open == "send " + parameter.given;
  const bool listed = parameter.type == "event" && piece.open.find(" or ") != std::string::npos;
  if (alone && !listed && std::regex_search(piece.open, parameter.place)) {
    piece.open = std::regex_replace(piece.open, parameter.place, "$1" + parameter.name);
    parameter.is_used = true;
  }
  for (Piece& inner : piece.inner) put(inner, parameter);
}

}  // namespace

void make_family(std::vector<Piece>& pieces, std::uint64_t seed) {
  Random random(seed ^ 0x6c62272e07bb0142ULL);
  if (!random.odd(25)) return;
  const std::string name = random.one_of({"s0", "s0", "s1"});
  const std::string header = "sequence " + name + " {";
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].open != header) continue;
    const std::string message = "m" + std::to_string(random.pick(4));
    const std::string level = std::to_string(random.pick(4));
    const std::string length = random.one_of({"30min", "1h", "2h", "12h", "24h"});
    std::vector<Parameter> parameters{
        {"p_what", "message", std::regex("(send )" + message + "\\b"), message, "m" + std::to_string(random.pick(4))},
        {"p_way", "event", std::regex("(\\b(?:on |\\())opened\\b"), "opened",
         to_text({pieces[i]}, Piece::Of::first).find("price") != std::string::npos ? "opened" : "clicked"},
        {"p_word", "string", std::regex("(lead.topic [!=]= )\"x\""), "\"x\"", random.one_of({"\"y\"", "\"x\""})},
        {"p_text", "string", std::regex("(\\{\\{ )lead\\.topic(?= \\}\\})"), "\"hello\"", "\"good day\""},
        {"p_level", "int", std::regex("(lead.level [!=<>]=? )" + level + "\\b"), level, std::to_string(random.pick(5))},
        {"p_length", "duration", std::regex("(idle\\([^)]*\\) [<>]=? )" + length + "\\b"), length, random.one_of({"1h", "24h"})}};
    std::string declared;
    std::string given;
    std::string other;
    for (Parameter& parameter : parameters) {
      put(pieces[i], parameter);
      if (!parameter.is_used) continue;
      const std::string between = declared.empty() ? "" : ", ";
      declared += between + parameter.name + ": " + parameter.type;
      given += between + parameter.name + ": " + parameter.given;
      other += between + parameter.name + ": " + parameter.other;
    }
    if (declared.empty()) return;
    pieces[i].open = "sequence kin(" + declared + ") {";
    const Piece::Of of = pieces[i].of;
    pieces.push_back({"use kin(" + given + ") as " + name, {}, {}, of});
    if (random.odd(60)) pieces.push_back({"use kin(" + other + ") as s" + random.one_of({"0a", "7"}), {}, {}, of});
    return;
  }
}

}  // namespace reference
