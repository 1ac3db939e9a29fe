// Circles of `use`. Entry point: report_use_cycles().
//
// One depth-first walk in the order of loading, with a stack of its own: a `use` of a file that is still open closes a
// circle. Which of its places is reported depends on that order alone, so it is the same on every machine.
#include "check/uses.hpp"

#include "check/load.hpp"
#include "source/codes.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace nurture::check {

namespace {

/// More places than this are no help in one picture.
constexpr std::size_t kPlacesShown = 6;

class Cycles {
 public:
  Cycles(const std::vector<LoadedFile>& files, Diagnostics& diagnostics)
      : files_(files), diagnostics_(diagnostics), states_(files.size(), State::fresh) {
    for (std::size_t i = 0; i < files.size(); ++i) by_path_.emplace(files[i].path, i);
  }

  void run() {
    for (std::size_t file = 0; file < files_.size(); ++file) {
      if (states_[file] == State::fresh) visit(file);
    }
  }

 private:
  enum class State : std::uint8_t { fresh, open, done };
  struct Frame {
    std::size_t file;
    std::size_t next = 0;  ///< Of its uses.
  };

  void visit(std::size_t first) {
    open(first);
    while (!stack_.empty()) {
      Frame& top = stack_.back();
      const auto& uses = files_[top.file].file->uses;
      if (top.next == uses.size()) {
        states_[top.file] = State::done;
        stack_.pop_back();
        continue;
      }
      const ast::Use& use = uses[top.next++];
      const auto used = by_path_.find(resolve_path(files_[top.file].path, use.path.value));
      if (used == by_path_.end()) continue;  // that it cannot be read was reported
      if (states_[used->second] == State::fresh)
        open(used->second);
      else if (states_[used->second] == State::open)
        report(use, used->second);
    }
  }

  void open(std::size_t file) {
    states_[file] = State::open;
    stack_.push_back({file});
  }

  [[nodiscard]] std::string name(std::size_t file) const { return '`' + files_[file].path + '`'; }

  void report(const ast::Use& last, std::size_t first) {
    const auto start = std::find_if(stack_.begin(), stack_.end(), [&](const Frame& frame) { return frame.file == first; });
    if (start + 1 == stack_.end()) {
      auto diagnostic = source::report(source::Code::use_cycle, last.path.span, name(first) + " uses itself");
      diagnostic.help = "take this out: what a file declares is known in it";
      return diagnostics_.add(std::move(diagnostic));
    }
    auto diagnostic =
        source::report(source::Code::use_cycle, last.path.span, name(stack_.back().file) + " and " + name(first) + " use each other");
    if (stack_.end() - start > 2) diagnostic.message += ", by way of other files";
    diagnostic.caret = "this closes the circle";
    for (auto frame = start; frame + 1 != stack_.end() && diagnostic.labels.size() < kPlacesShown; ++frame) {
      const ast::Use& use = files_[frame->file].file->uses[frame->next - 1];
      diagnostic.labels.push_back({use.path.span, name((frame + 1)->file) + " is used here"});
    }
    diagnostic.help = "put what both need into a file of its own, and use that";
    diagnostics_.add(std::move(diagnostic));
  }

  const std::vector<LoadedFile>& files_;
  Diagnostics& diagnostics_;
  std::vector<State> states_;
  std::map<std::string, std::size_t> by_path_;
  std::vector<Frame> stack_;
};

}  // namespace

void report_use_cycles(const std::vector<LoadedFile>& files, Diagnostics& diagnostics) { Cycles(files, diagnostics).run(); }

}  // namespace nurture::check
