// See verbs.hpp.
#include "cli/verbs.hpp"

#include <algorithm>

namespace nurture::cli {
namespace {

/// CLI11 keeps the choices of an option in the name of its type: "TEXT:{text,jsonl}".
std::vector<std::string> choices_of(const std::string& type) {
  const std::size_t open = type.find('{');
  std::vector<std::string> choices;
  if (open == std::string::npos) return choices;
  for (const char c : type.substr(open)) {
    if (c == '{' || c == ',')
      choices.emplace_back();
    else if (c != '}')
      choices.back() += c;
  }
  return choices;
}

VerbOption option_of(const CLI::Option& option) {
  VerbOption out;
  out.positional = option.get_positional();
  out.name = out.positional ? option.get_single_name() : "--" + option.get_lnames().front();
  out.choices = choices_of(option.get_type_name());
  out.description = option.get_description();
  out.takes_value = option.get_items_expected_max() > 0;
  out.required = option.get_required();
  out.many = option.get_items_expected_max() > 1;
  return out;
}

}  // namespace

std::vector<Verb> verbs_of(const CLI::App& app) {
  std::vector<Verb> verbs;
  for (const CLI::App* sub : app.get_subcommands({})) {
    Verb verb{sub->get_name(), sub->get_aliases(), sub->get_description(), {}};
    for (const CLI::Option* option : sub->get_options()) {
      if (option != sub->get_help_ptr()) verb.options.push_back(option_of(*option));
    }
    std::stable_partition(verb.options.begin(), verb.options.end(), [](const VerbOption& option) { return option.positional; });
    verbs.push_back(std::move(verb));
  }
  return verbs;
}

std::string value_words(const VerbOption& option) {
  std::string words;
  for (const std::string& choice : option.choices) words += (words.empty() ? "" : "|") + choice;
  return words.empty() ? "VALUE" : words;
}

}  // namespace nurture::cli
