// Runs a fuzz target over files without libFuzzer, which g++ does not have: `replay_text DIR...`. Entry point: main().
//
// Every file below the folders is one input, and so is every beginning of it: text cut off in the middle is the input
// that parsers meet most. A file longer than kCutsPerFile is cut at that many places, evenly spread, to bound the time.
// A crash or a hang names its input, because the name is printed before it is run.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kCutsPerFile = 2000;

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The target gets a copy of exactly the input's size, so that AddressSanitizer sees a read past the cut.
void run_one(std::string_view input) {
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

void run_file(const std::filesystem::path& path) {
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const std::size_t stride = std::max<std::size_t>(1, text.size() / kCutsPerFile);
  run_one(text);
  for (std::size_t cut = 0; cut < text.size(); cut += stride) run_one(std::string_view(text).substr(0, cut));
}

}  // namespace

int main(int argc, char** argv) try {
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& path : files_below(argv[i])) {
      run_file(path);
      ++files;
    }
  }
  std::printf("%zu files\n", files);
  return files > 0 ? 0 : 1;
} catch (const std::exception& error) {
  std::printf("escaped from the target: %s\n", error.what());
  return 1;
}
