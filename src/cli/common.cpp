// See cli.hpp: files, diagnostics, writing.
#include "check/load.hpp"
#include "cli/cli.hpp"
#include "source/codes.hpp"
#include "time/zone.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace nurture::cli {
namespace {

namespace fs = std::filesystem;

bool is_definition(const fs::path& path) {
  const std::string name = path.filename().string();
  const auto ends = [&](std::string_view suffix) {
    return name.size() > suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0;
  };
  return ends(".nurture") || ends(".nurture.yaml") || ends(".nurture.yml");
}

}  // namespace

std::vector<std::string> find_files(const std::vector<std::string>& paths, std::vector<std::string>& missing, bool twins) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      std::vector<std::string> found;
      for (auto entry = fs::recursive_directory_iterator(path, error); !error && entry != fs::recursive_directory_iterator();
           entry.increment(error)) {
        if (!entry->is_regular_file(error) || !is_definition(entry->path())) continue;
        const fs::path text = fs::path(entry->path()).replace_extension();  // x.nurture.yaml -> x.nurture
        const bool twin = entry->path().extension() != ".nurture" && fs::exists(text, error);
        if (twins || !twin) found.push_back(entry->path().string());
      }
      std::sort(found.begin(), found.end());
      files.insert(files.end(), found.begin(), found.end());
    } else if (fs::exists(path, error)) {
      files.push_back(path);
    } else {
      missing.push_back(path);
    }
  }
  return files;
}

std::optional<Checked> load_and_check(const std::vector<std::string>& paths) {
  std::vector<std::string> missing;
  Checked checked;
  checked.paths = find_files(paths, missing, false);
  for (const std::string& path : missing) static_cast<void>(cannot_run("there is no file or folder `" + path + "`"));
  if (!missing.empty()) return std::nullopt;
  if (checked.paths.empty()) {
    static_cast<void>(cannot_run("no definition file found; their names end in .nurture, .nurture.yaml or .nurture.yml"));
    return std::nullopt;
  }
  checked.model = check::check(check::load(checked.paths, check::read_from_disk, checked.diagnostics), checked.diagnostics);
  checked.diagnostics.sort();
  return checked;
}

std::optional<Program> load_program(const std::vector<std::string>& paths, int& exit) {
  const auto checked = load_and_check(paths);
  exit = kCannotRun;
  if (!checked) return std::nullopt;
  exit = kFindings;
  if (checked->diagnostics.has_errors()) {
    show(checked->diagnostics, "human");
    return std::nullopt;
  }
  exit = kFine;
  return Program(compile::compile(checked->model));
}

void show(const Diagnostics& diagnostics, const std::string& format) {
  if (format == "json")
    std::fputs((diagnostics.render_json() + "\n").c_str(), stdout);
  else if (format == "sarif")
    std::fputs((diagnostics.render_sarif() + "\n").c_str(), stdout);
  else
    std::fputs(diagnostics.render(wants_color(STDERR_FILENO)).c_str(), stderr);
}

std::string meant(std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string_view nearest = source::nearest(word, candidates);
  return nearest.empty() ? std::string() : fmt::format("; did you mean `{}`?", nearest);
}

bool zone_data_is_sound() {
  const auto problem = time::time_self_check();
  if (problem) static_cast<void>(cannot_run(*problem));
  return !problem;
}

std::optional<Instant> instant_option(const std::string& text, const char* name, Instant otherwise) {
  if (text.empty()) return otherwise;
  const auto parsed = time::parse_date_time(text);
  if (!parsed) {
    static_cast<void>(
        cannot_run(fmt::format("{} is \"{}\", which is no date or instant like 2026-03-02 or 2026-03-02T08:00:00Z", name, text)));
    return std::nullopt;
  }
  return parsed->in(*time::utc());
}

int cannot_run(const std::string& words) {
  std::fputs(("nurture: " + words + "\n").c_str(), stderr);
  return kCannotRun;
}

bool wants_color(int file_descriptor) { return isatty(file_descriptor) != 0 && std::getenv("NO_COLOR") == nullptr; }

bool write_file(const std::string& name, const std::string& text, std::string& problem) {
  std::error_code resolved;
  const fs::path target = fs::canonical(name, resolved);  // A link stays one.
  const std::string path = resolved ? name : target.string();
  const std::string beside = path + ".tmp";
  {
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) {
      problem = "cannot write `" + beside + "`";
      return false;
    }
  }
  std::error_code error;
  // A file that is replaced keeps its permissions; a new one has those of the process.
  if (fs::exists(path, error)) fs::permissions(beside, fs::status(path, error).permissions(), error);
  fs::rename(beside, path, error);
  if (error) problem = "cannot replace `" + path + "`: " + error.message();
  return !error;
}

}  // namespace nurture::cli
