// The nurture side of the comparison with the executable grammar (grammar_oracle.py). Reads texts from standard input,
// each as a line with its length in bytes followed by that many bytes, and answers one line for each: the codes of the
// errors that parse_text() reports, or `ok`.
#include "source/source.hpp"
#include "syntax/parse.hpp"

#include <cstdio>
#include <iostream>
#include <string>

int main() {
  std::ios::sync_with_stdio(false);
  std::string line;
  while (std::getline(std::cin, line)) {
    std::string text(std::stoul(line), '\0');
    if (!std::cin.read(text.data(), static_cast<std::streamsize>(text.size()))) return 2;
    nurture::Diagnostics diagnostics;
    const auto& source = diagnostics.sources().add("mutant.nurture", text);
    static_cast<void>(nurture::syntax::parse_text(source, diagnostics));
    std::string codes;
    for (const nurture::Diagnostic& diagnostic : diagnostics.items()) codes += (codes.empty() ? "" : " ") + diagnostic.code;
    std::cout << (codes.empty() ? "ok" : codes) << '\n';
  }
  return 0;
}
