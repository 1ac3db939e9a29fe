// nurture explain: the long text of a diagnostic code.
#include "cli/cli.hpp"
#include "source/codes.hpp"

#include <cstdio>

namespace nurture::cli {
namespace {

int run(const std::string& code) {
  if (code.empty()) {
    for (const source::CodeInfo& info : source::all_codes()) {
      std::printf("%s  %-24s %s\n", std::string(info.number).c_str(), std::string(info.name).c_str(), std::string(info.summary).c_str());
    }
    return kFine;
  }
  const auto text = source::explanation(code);
  if (text) {
    std::printf("%s\n", std::string(*text).c_str());
    return kFine;
  }
  std::vector<std::string_view> known;
  for (const source::CodeInfo& info : source::all_codes()) {
    known.push_back(info.number);
    known.push_back(info.name);
  }
  const std::string_view near = source::nearest(code, known);
  return cannot_run("there is no code `" + code + "`" + (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?"));
}

}  // namespace

void add_explain(CLI::App& app, Action& action) {
  auto code = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("explain", "The long text of a diagnostic code; without one, the list of codes");
  verb->add_option("code", *code, "NUR0203, or its name");
  verb->callback([code, &action] { action = [code] { return run(*code); }; });
}

}  // namespace nurture::cli
