// Runs a line of shell, as tests of the command do. Entry point: run_shell().
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include <sys/wait.h>

namespace nurture::test {

struct Ran {
  int exit = -1;
  std::string output;  ///< What it wrote to standard output; with `2>&1` in the line, to both.
};

inline Ran run_shell(const std::string& line) {
  Ran ran;
  std::FILE* pipe = popen(line.c_str(), "r");
  if (pipe == nullptr) return ran;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) ran.output.append(buffer.data(), n);
  const int status = pclose(pipe);
  ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

}  // namespace nurture::test
