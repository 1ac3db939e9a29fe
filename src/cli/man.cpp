// nurture man: the manual page, made from the verbs and their options. docs/nurture.1 is what it prints.
#include "cli/cli.hpp"
#include "cli/verbs.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace nurture::cli {
namespace {

/// What troff takes for itself is written so that it stands for itself.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\': out += "\\e"; break;
      case '-': out += "\\-"; break;
      case '`': out += "\\(ga"; break;
      case '\'': out += "\\(aq"; break;
      default: out += c;
    }
  }
  return out.starts_with('.') ? "\\&" + out : out;
}

std::string usage(const Verb& verb) {
  std::string out = "\\fBnurture " + plain(verb.name) + "\\fR";
  for (const VerbOption& option : verb.options) {
    if (!option.positional && !option.required) continue;
    std::string words = option.positional ? "\\fI" + plain(option.name) + "\\fR" + (option.many ? " ..." : "")
                                          : "\\fB" + plain(option.name) + "\\fR \\fI" + plain(value_words(option)) + "\\fR";
    out += option.required ? " " + words : " [" + words + "]";
  }
  return out;
}

std::string section(const Verb& verb) {
  std::string out = ".SS " + usage(verb) + "\n" + plain(verb.description) + ".\n";
  for (const std::string& alias : verb.aliases) out += "The same as \\fBnurture " + plain(alias) + "\\fR.\n";
  for (const VerbOption& option : verb.options) {
    if (option.description.empty()) continue;
    const std::string value = option.takes_value && !option.positional ? " \\fI" + plain(value_words(option)) + "\\fR" : "";
    const std::string_view font = option.positional ? "\\fI" : "\\fB";
    out += fmt::format(".TP\n{}{}\\fR{}\n{}\n", font, plain(option.name), value, plain(option.description));
  }
  return out;
}

int run(const CLI::App& app) {
  std::string page = ".TH NURTURE 1 \"\" \"nurture " NURTURE_VERSION "\" \"Commands\"\n";
  page += ".SH NAME\nnurture \\- customer journeys as files: check, test and dry\\-run them\n";
  page += ".SH SYNOPSIS\n\\fBnurture\\fR \\fICOMMAND\\fR ...\n";
  page += ".SH DESCRIPTION\n" +
          plain(
              "Sequences of messages are written in files, as text (*.nurture) or YAML (*.nurture.yaml). "
              "This command checks them, tests them in virtual time and shows what would happen to whom, "
              "when and why. It sends nothing.") +
          "\n";
  page += ".SH COMMANDS\n";
  for (const Verb& verb : verbs_of(app)) page += section(verb);
  page +=
      ".SH EXIT STATUS\n.TP\n0\nNothing is wrong.\n.TP\n1\nFindings: errors in files, tests that fail, lines of data that cannot be used.\n"
      ".TP\n2\nThe command could not run: a file that is missing, an option that is unknown.\n.TP\n3\nAn internal error.\n";
  page += ".SH ENVIRONMENT\n.TP\n\\fBNO_COLOR\\fR\nNo colours, on a terminal either.\n";
  std::fputs(page.c_str(), stdout);
  return kFine;
}

}  // namespace

void add_man(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("man", "The manual page: nurture man | man -l -");
  verb->callback([&app, &action] { action = [&app] { return run(app); }; });
}

}  // namespace nurture::cli
