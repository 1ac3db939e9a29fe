// Runs the journey and says whether both messages left, at their times.
#include <cstdio>
#include <string>

std::string plan();

int main() {
  const std::string sent = plan();
  std::fputs(sent.c_str(), stdout);
  const bool both = sent.find(" hello\n") != std::string::npos && sent.find("2026-03-05T") != std::string::npos;
  return both ? 0 : 1;
}
