// Loading files. Entry points: load(), read_from_disk().
#include "check/load.hpp"

#include "source/codes.hpp"
#include "source/source.hpp"
#include "syntax/parse.hpp"

#include <nurture/limits.hpp>

#include <filesystem>
#include <fstream>
#include <set>

namespace nurture::check {

namespace {

class Loader {
 public:
  Loader(const FileReader& reader, Diagnostics& diagnostics) : reader_(reader), diagnostics_(diagnostics) {}

  std::vector<std::shared_ptr<const ast::File>> run(const std::vector<std::string>& paths) {
    for (const auto& path : paths) enqueue(resolve_path("", path), nullptr);
    for (std::size_t next = 0; next < queue_.size(); ++next) {
      const Request request = queue_[next];  // the queue grows while it is worked off
      read(request);
    }
    return std::move(files_);
  }

 private:
  struct Request {
    std::string path;
    const ast::Use* use = nullptr;  ///< nullptr: named by the caller.
  };

  void enqueue(std::string path, const ast::Use* use) {
    if (!seen_.insert(path).second) return;
    if (queue_.size() < limits::kFiles) {
      queue_.push_back({std::move(path), use});
      return;
    }
    if (!too_many_) {
      diagnostics_.add(source::report(source::Code::too_long, use != nullptr ? use->path.span : Span{},
                                      "there are more than " + std::to_string(limits::kFiles) + " files"));
    }
    too_many_ = true;
  }

  void read(const Request& request) {
    auto text = reader_(request.path);
    if (!text) return report_unreadable(request);
    const auto& source = diagnostics_.sources().add(request.path, std::move(*text));
    auto file = std::make_shared<ast::File>(syntax::parse(source, diagnostics_));
    for (const auto& use : file->uses) {
      if (!use.path.value.empty()) enqueue(resolve_path(request.path, use.path.value), &use);
    }
    files_.push_back(std::move(file));
  }

  void report_unreadable(const Request& request) {
    if (request.use != nullptr) {
      auto diagnostic = source::report(source::Code::use_not_found, request.use->path.span, "there is no file `" + request.path + '`');
      diagnostic.help = "a path counts from the folder of the file that uses it";
      return diagnostics_.add(std::move(diagnostic));
    }
    // The file gets a (empty) place in the list, so that the message can name it.
    const auto& source = diagnostics_.sources().add(request.path, "");
    diagnostics_.add(source::report(source::Code::file_unreadable, {source.id(), 0, 0}, "`" + request.path + "` cannot be read"));
  }

  const FileReader& reader_;
  Diagnostics& diagnostics_;
  std::vector<Request> queue_;
  std::set<std::string> seen_;
  bool too_many_ = false;
  std::vector<std::shared_ptr<const ast::File>> files_;
};

}  // namespace

std::vector<std::shared_ptr<const ast::File>> load(const std::vector<std::string>& paths, const FileReader& reader,
                                                   Diagnostics& diagnostics) {
  return Loader(reader, diagnostics).run(paths);
}

std::string resolve_path(const std::string& from, const std::string& path) {
  const std::filesystem::path wanted(path);
  const std::filesystem::path base = std::filesystem::path(from).parent_path();
  return (wanted.is_absolute() ? wanted : base / wanted).lexically_normal().generic_string();
}

std::optional<std::string> read_from_disk(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error) || error) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text(limits::kFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return std::nullopt;
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace nurture::check
