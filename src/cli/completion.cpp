// nurture completion: what shells offer behind `nurture`, made from the verbs and their options.
#include "cli/cli.hpp"
#include "cli/verbs.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace nurture::cli {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> names_of(const Verb& verb) {
  std::vector<std::string> names{verb.name};
  names.insert(names.end(), verb.aliases.begin(), verb.aliases.end());
  return names;
}

/// Verbs first, then options behind a `-`, the choices of an option behind it, and files everywhere else.
std::string for_bash(const std::vector<Verb>& verbs) {
  std::vector<std::string> all;
  std::string choices;
  std::string options;
  for (const Verb& verb : verbs) {
    std::vector<std::string> own;
    for (const VerbOption& option : verb.options) {
      if (!option.positional) own.push_back(option.name);
      if (option.choices.empty()) continue;
      const std::string before = option.positional ? verb.name : option.name;
      for (const std::string& name : names_of(verb))
        choices += fmt::format("    \"{} {}\") words=\"{}\" ;;\n", name, before, joined(option.choices));
    }
    own.emplace_back("--help");
    for (const std::string& name : names_of(verb)) {
      all.push_back(name);
      options += fmt::format("    \"{} \"*) case \"$word\" in -*) words=\"{}\" ;; esac ;;\n", name, joined(own));
    }
  }
  return fmt::format(R"(_nurture() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="{} --help --version"
  else
    case "${{COMP_WORDS[1]}} $before" in
{}{}    esac
  fi
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}}
complete -o filenames -F _nurture nurture
)",
                     joined(all), choices, options);
}

std::string for_zsh(const std::vector<Verb>& verbs) { return "autoload -U +X bashcompinit && bashcompinit\n" + for_bash(verbs); }

std::string for_fish(const std::vector<Verb>& verbs) {
  std::string out;
  for (const Verb& verb : verbs) {
    for (const std::string& name : names_of(verb))
      out += fmt::format("complete -c nurture -n __fish_use_subcommand -a {} -d \"{}\"\n", name, verb.description);
    for (const VerbOption& option : verb.options) {
      const std::string when = "__fish_seen_subcommand_from " + joined(names_of(verb));
      const std::string values = option.choices.empty() ? "" : fmt::format(" -x -a \"{}\"", joined(option.choices));
      const std::string name = option.positional ? "" : " -l " + option.name.substr(2);
      const bool says_something = !option.positional || !values.empty();
      const std::string file = values.empty() && option.takes_value ? " -r" : "";
      if (says_something)
        out += fmt::format("complete -c nurture -n \"{}\"{}{}{} -d \"{}\"\n", when, name, values, file, option.description);
    }
  }
  return out;
}

int run(const CLI::App& app, const std::string& shell) {
  const std::vector<Verb> verbs = verbs_of(app);
  const std::string script = shell == "bash" ? for_bash(verbs) : shell == "zsh" ? for_zsh(verbs) : for_fish(verbs);
  std::fputs(script.c_str(), stdout);
  return kFine;
}

}  // namespace

void add_completion(CLI::App& app, Action& action) {
  auto shell = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("completion", "What a shell completes: source <(nurture completion bash)");
  verb->add_option("shell", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  verb->callback([shell, &app, &action] { action = [shell, &app] { return run(app, *shell); }; });
}

}  // namespace nurture::cli
