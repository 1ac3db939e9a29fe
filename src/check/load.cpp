// Loading files. Entry points: load(), read_from_disk().
#include "check/load.hpp"

#include "check/uses.hpp"
#include "source/codes.hpp"
#include "source/source.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/input_check.hpp"
#include "syntax/parse.hpp"

#include <nurture/limits.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace nurture::check {

namespace {

/// A text as it counts: without a byte order mark, lines ending alike on every machine.
std::string plain(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') out += text[i];
  }
  return out;
}

/// Whether a path stays in the folder that it counts from.
bool stays(const std::string& path) {
  const std::filesystem::path normal = std::filesystem::path(path).lexically_normal();
  return !path.empty() && !normal.has_root_path() && *normal.begin() != "..";
}

class Loader {
 public:
  Loader(const FileReader& reader, Diagnostics& diagnostics) : reader_(reader), diagnostics_(diagnostics) {}

  std::vector<std::shared_ptr<const ast::File>> run(const std::vector<std::string>& paths) {
    for (const auto& path : paths) enqueue({resolve_path("", path)});
    for (std::size_t next = 0; next < queue_.size(); ++next) {
      const Request request = queue_[next];  // the queue grows while it is worked off
      read(request);
    }
    report_use_cycles(loaded_, diagnostics_);
    std::vector<std::shared_ptr<const ast::File>> files;
    for (LoadedFile& loaded : loaded_) files.push_back(std::move(loaded.file));
    return files;
  }

 private:
  struct Request {
    std::string path;
    const ast::Use* use = nullptr;  ///< nullptr: named by the caller.
    std::size_t depth = 0;          ///< Files between this one and one that the caller named.
  };

  /// Each file once: the queue goes from the named files outwards, so the first to ask for a file is the nearest.
  void enqueue(Request request) {
    if (seen_.contains(request.path)) return;
    if (request.depth > limits::kUseDepth) return report_too_deep(*request.use);
    seen_.insert(request.path);
    if (queue_.size() >= limits::kFiles) return report_too_many(request.use != nullptr ? request.use->path.span : Span{});
    queue_.push_back(std::move(request));
  }

  void report_too_deep(const ast::Use& use) {
    auto diagnostic = source::report(source::Code::use_too_deep, use.path.span,
                                     "more than " + std::to_string(limits::kUseDepth) + " files use each other in a row up to here");
    diagnostic.help = "let the first file use this one itself";
    diagnostics_.add(std::move(diagnostic));
  }

  void report_too_many(Span span) {
    if (!too_many_)
      diagnostics_.add(source::report(source::Code::too_long, span, "there are more than " + std::to_string(limits::kFiles) + " files"));
    too_many_ = true;
  }

  void read(const Request& request) {
    auto text = reader_(request.path);
    if (!text) return report_unreadable(request);
    const auto& source = diagnostics_.sources().add(request.path, std::move(*text));
    if (request.use != nullptr) diagnostics_.sources().set_used_at(source.id(), request.use->path.span);
    auto file = std::make_shared<ast::File>(syntax::parse(source, diagnostics_));
    for (const auto& use : file->uses) {
      if (!use.path.value.empty()) enqueue({resolve_path(request.path, use.path.value), &use, request.depth + 1});
    }
    for (auto& message : file->messages) {
      ast::for_each_node(message, [&](auto& node) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(node)>, ast::BodyItem>) read_body(request.path, node);
      });
    }
    loaded_.push_back({request.path, std::move(file)});
  }

  /// What stands in the file of a body. One that several messages name is read once.
  void read_body(const std::string& from, ast::BodyItem& body) {
    if (!body.is_file) return;
    if (!stays(body.text.value)) {
      auto diagnostic = source::report(source::Code::bad_body_file, body.text.span, "`" + body.text.value + "` is not in this folder");
      diagnostic.help = "put the file beside this one, or in a folder below it";
      return diagnostics_.add(std::move(diagnostic));
    }
    const std::string path = resolve_path(from, body.text.value);
    auto found = bodies_.find(path);
    if (found == bodies_.end()) {
      if (queue_.size() + bodies_.size() >= limits::kFiles) return report_too_many(body.text.span);
      found = bodies_.emplace(path, read_content(path)).first;
    }
    body.content = found->second.text;
    if (found->second.is_there) return;
    auto diagnostic = source::report(source::Code::bad_body_file, body.text.span, "there is no file `" + path + '`');
    diagnostic.help = "a path counts from the folder of the file that names it";
    diagnostics_.add(std::move(diagnostic));
  }

  struct Content {
    bool is_there = false;
    std::optional<ast::Text> text;  ///< Absent when it cannot be used, which was reported.
  };

  Content read_content(const std::string& path) {
    auto bytes = reader_(path);
    if (!bytes) return {};
    const auto& source = diagnostics_.sources().add(path, std::move(*bytes));
    Content content{true, {}};
    if (!syntax::check_input(source, diagnostics_)) return content;
    content.text.emplace();
    content.text->span = {source.id(), 0, static_cast<std::uint32_t>(source.text().size())};
    content.text->value = plain(source.text());
    return content;
  }

  void report_unreadable(const Request& request) {
    if (request.use != nullptr) {
      auto diagnostic = source::report(source::Code::use_not_found, request.use->path.span, "there is no file `" + request.path + '`');
      // Whether it is a folder, only the reader knows; what a folder is called, and what was meant, mostly shows.
      const bool is_named_whole = std::filesystem::path(request.path).has_extension();
      diagnostic.help = is_named_whole ? "a path counts from the folder of the file that uses it"
                                       : "name a file with its ending, such as `vocabulary.nurture`: folders are not used whole";
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
  std::map<std::string, Content> bodies_;
  bool too_many_ = false;
  std::vector<LoadedFile> loaded_;
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
