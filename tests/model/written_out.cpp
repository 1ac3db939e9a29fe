// See written_out.hpp.
#include "model/written_out.hpp"

#include <regex>
#include <sstream>
#include <vector>

namespace reference {

namespace {

/// Lines that belong together, beginning with one that is not indented.
std::vector<std::string> declarations(const std::string& program) {
  std::vector<std::string> all;
  std::istringstream lines(program);
  for (std::string line; std::getline(lines, line);) {
    const bool goes_on = line.empty() || line.front() == ' ' || line.front() == '}';
    if (all.empty() || !goes_on) all.emplace_back();
    all.back() += line + '\n';
  }
  return all;
}

/// "f(a: x, b: y)" as names and what stands for them.
std::vector<std::pair<std::string, std::string>> arguments(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> all;
  static const std::regex argument(R"((p_\w+): ("[^"]*"|[\w.]+))");
  for (auto found = std::sregex_iterator(text.begin(), text.end(), argument); found != std::sregex_iterator(); ++found)
    all.emplace_back((*found)[1], (*found)[2]);
  return all;
}

}  // namespace

std::string written_out(const std::string& program) {
  static const std::regex family(R"(^sequence (\w+)\(([^)]*)\))");
  static const std::regex instance(R"(^use (\w+)\((.*)\) as (\w+)\n$)");
  std::map<std::string, std::string> families;
  const std::vector<std::string> all = declarations(program);
  std::smatch match;
  for (const std::string& declaration : all) {
    if (std::regex_search(declaration, match, family)) families[match[1]] = match.suffix();
  }
  std::string out;
  for (const std::string& declaration : all) {
    if (std::regex_search(declaration, match, family)) continue;
    if (!std::regex_match(declaration, match, instance) || !families.contains(match[1])) {
      out += declaration;
      continue;
    }
    std::string body = families.at(match[1]);
    for (const auto& [name, value] : arguments(match[2])) {
      // In a text it stands between quotes that are escaped.
      const std::string words = R"({{ \")" + (value.starts_with('"') ? value.substr(1, value.size() - 2) : value) + R"(\" }})";
      body = std::regex_replace(body, std::regex("\\{\\{ " + name + " \\}\\}"), words);
      body = std::regex_replace(body, std::regex("\\b" + name + "\\b"), value);
    }
    out += "sequence " + match[3].str() + body;
  }
  return out;
}

std::map<std::string, std::string> spread_out(const std::string& program) {
  const std::vector<std::string> all = declarations(program);
  std::map<std::string, std::string> files;
  std::string& first = files["case.nurture"];
  std::string& second = files["parts/second.nurture"];
  std::string& third = files["parts/third.nurture"];
  first = "nurture 1\nuse \"parts/second.nurture\"\nuse \"parts/third.nurture\"\n";
  second = "nurture 1\nuse \"third.nurture\"\n";
  third = "nurture 1\n";
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].starts_with("nurture ")) continue;
    (3 * i < all.size() ? first : 3 * i < 2 * all.size() ? second : third) += all[i];
  }
  return files;
}

}  // namespace reference
