// What the verbs of the command are, as told to CLI11, for what is made from it: completion in shells, the manual page.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace nurture::cli {

struct VerbOption {
  std::string name;                  ///< "--format"; of what stands without a name, "paths".
  std::vector<std::string> choices;  ///< What its value can be, where that is a list.
  std::string description;
  bool positional = false;
  bool takes_value = false;
  bool required = false;
  bool many = false;
};

struct Verb {
  std::string name;
  std::vector<std::string> aliases;
  std::string description;
  std::vector<VerbOption> options;  ///< Positional ones first; without --help.
};

/// In the order in which --help has them.
[[nodiscard]] std::vector<Verb> verbs_of(const CLI::App& app);

/// "text|jsonl", or a word for any value.
[[nodiscard]] std::string value_words(const VerbOption& option);

}  // namespace nurture::cli
