// nurture init: a new project, small and whole, to change.
#include "cli/cli.hpp"
#include "cli/starter.hpp"

#include <cstdio>
#include <filesystem>
#include <regex>

namespace nurture::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string folder = ".";
  bool yaml = false;
};

/// Definitions in the spelling that is asked for, and the customers of the dry run.
bool is_wanted(std::string_view path, bool yaml) { return path.ends_with(yaml ? ".nurture.yaml" : ".nurture") || path.ends_with(".jsonl"); }

/// As a shell reads it back.
std::string in_shell(const fs::path& path) {
  const std::string name = path.lexically_normal().string();
  return name.find_first_of(" '\"\\$`&;()<>|*?") == std::string::npos ? name
                                                                      : "'" + std::regex_replace(name, std::regex("'"), "'\\''") + "'";
}

/// The YAML of an example uses the text beside it; here there is none.
std::string with_yaml_names(std::string_view text) {
  std::string out(text);
  for (const StarterFile& file : starter_files()) {
    if (!file.path.ends_with(".yaml")) continue;
    const std::string name(file.path);
    const std::string use = "use: [" + name.substr(0, name.size() - std::string_view(".yaml").size()) + "]";
    if (const std::size_t at = out.find(use); at != std::string::npos) out.replace(at, use.size(), "use: [" + name + "]");
  }
  return out;
}

int run(const Options& options) {
  std::vector<std::pair<fs::path, std::string>> files;
  for (const StarterFile& file : starter_files()) {
    if (!is_wanted(file.path, options.yaml)) continue;
    files.emplace_back(fs::path(options.folder) / file.path, options.yaml ? with_yaml_names(file.text) : std::string(file.text));
  }
  std::error_code error;
  for (const auto& [path, text] : files) {  // What is there stays as it is, and has nothing new beside it.
    if (fs::exists(path, error)) return cannot_run("`" + path.lexically_normal().string() + "` is there already; nothing was written");
  }
  for (const auto& [path, text] : files) {
    const std::string name = path.lexically_normal().string();
    fs::create_directories(path.parent_path(), error);
    std::string problem = error ? "cannot make the folder of `" + name + "`: " + error.message() : std::string();
    if (error || !write_file(name, text, problem)) return cannot_run(problem);
    std::printf("written: %s\n", name.c_str());
  }
  const fs::path people = fs::path(options.folder) / "inputs/people.jsonl";
  std::printf("\nNow try:\n  nurture test %s\n  nurture simulate %s --inputs %s\n", in_shell(options.folder).c_str(),
              in_shell(options.folder).c_str(), in_shell(people).c_str());
  return kFine;
}

}  // namespace

void add_init(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("init", "Begin a project: a sequence, its tests, and people to try it on");
  verb->add_option("folder", options->folder, "Where; the working folder if it is not said");
  verb->add_flag("--yaml", options->yaml, "In YAML");
  verb->callback([options, &action] {
    if (options->folder.empty()) options->folder = ".";
    action = [options] { return run(*options); };
  });
}

}  // namespace nurture::cli
