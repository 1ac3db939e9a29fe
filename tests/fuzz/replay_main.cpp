// Runs a fuzz target over files without libFuzzer, which g++ does not have: `replay_text DIR...`. Entry point: main().
//
// Every file below the folders is one input, and so is every beginning of it: text cut off in the middle is the input
// that parsers meet most. A file longer than kCutsPerFile is cut at that many places, evenly spread, to bound the time.
// One input may take kSecondsPerInput at most; a crash names its input, because the name is printed before it is run.
#include <algorithm>
#include <chrono>
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
/// The promise is one second; instrumented builds on a busy machine get more before it counts as hanging.
constexpr std::chrono::seconds kSecondsPerInput{10};

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The target gets a copy of exactly the input's size, so that AddressSanitizer sees a read past the cut.
bool run_one(std::string_view input) {
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  const auto start = std::chrono::steady_clock::now();
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  if (std::chrono::steady_clock::now() - start <= kSecondsPerInput) return true;
  std::printf("  too slow: the first %zu bytes\n", input.size());
  return false;
}

bool run_file(const std::filesystem::path& path) {
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const std::size_t stride = std::max<std::size_t>(1, text.size() / kCutsPerFile);
  bool fine = run_one(text);
  for (std::size_t cut = 0; fine && cut < text.size(); cut += stride) fine = run_one(std::string_view(text).substr(0, cut));
  return fine;
}

}  // namespace

int main(int argc, char** argv) try {
  std::size_t files = 0;
  bool fine = true;
  for (int i = 1; i < argc; ++i) {
    for (const auto& path : files_below(argv[i])) {
      fine = run_file(path) && fine;
      ++files;
    }
  }
  std::printf("%zu files\n", files);
  return fine && files > 0 ? 0 : 1;
} catch (const std::exception& error) {
  std::printf("escaped from the target: %s\n", error.what());
  return 1;
}
