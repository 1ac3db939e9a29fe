// See input_file.hpp.
#include "cli/input_file.hpp"

#include "cli/cli.hpp"
#include "source/source.hpp"

#include <nurture/limits.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <limits>

namespace nurture::cli {
namespace {

using source::Code;

constexpr std::uint64_t kProgressLines = 50'000;
constexpr std::uint64_t kProblemsShown = 20;
/// Of a line, as much as a finding shows.
constexpr std::size_t kShownBytes = 2000;

/// The name that a reason speaks of: `visits`, "timestamp".
std::string_view name_in(std::string_view reason) {
  const std::size_t open = reason.find_first_of("`\"");
  if (open == std::string_view::npos) return {};
  const std::size_t close = reason.find(reason[open], open + 1);
  return close == std::string_view::npos ? std::string_view() : reason.substr(open + 1, close - open - 1);
}

/// After the last line a run goes on until nothing is planned any more, but no longer than this.
constexpr std::int64_t kHorizonMs = std::int64_t{400} * 86'400'000;

/// Hands a line to each engine. One line is one finding, however many refuse it.
void post(InputFile& file, const std::vector<Fed>& engines, const InputLine& input, bool tells_dry_runs) {
  std::vector<std::string> reasons;
  for (const Fed& fed : engines) {
    DeployReport told;
    const Status status = post_input(*fed.engine, input, &told);
    reasons.push_back(status.reason());
    if (status.ok() && input.dry_run && tells_dry_runs) std::fputs(to_text(told).c_str(), stdout);
  }
  std::string words = reasons.front();
  if (std::any_of(reasons.begin(), reasons.end(), [&](const std::string& reason) { return reason != reasons.front(); })) {
    words.clear();
    for (std::size_t i = 0; i < engines.size(); ++i) {
      if (!reasons[i].empty()) words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", engines[i].name, reasons[i]);
    }
  }
  if (!words.empty()) file.refuse(words);
}

/// What a line deploys is named from where its file is.
void look_beside(const std::string& name, std::vector<std::string>& files) {
  for (std::string& file : files) file = (std::filesystem::path(name).parent_path() / file).lexically_normal().string();
}

/// Whole characters from the beginning of a line.
std::string_view beginning(std::string_view line) {
  std::size_t end = std::min(line.size(), kShownBytes);
  while (end > 0 && end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0u) == 0x80u) --end;
  return line.substr(0, end);
}

}  // namespace

InputFile::InputFile(std::string name, bool for_programs)
    : name_(std::move(name)), for_programs_(for_programs), buffer_(limits::kInputLineBytes + 2) {}

bool InputFile::open() {
  if (name_ == "-") {
    in_ = &std::cin;
    return true;
  }
  file_.open(name_, std::ios::binary | std::ios::ate);
  if (!file_) return false;
  bytes_ = static_cast<std::uint64_t>(std::max<std::streamoff>(file_.tellg(), 0));
  file_.seekg(0);
  in_ = &file_;
  return true;
}

/// A line that is too long is cut one byte beyond the limit, which is enough to refuse it.
bool InputFile::read_line() {
  in_->getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  std::size_t size = static_cast<std::size_t>(in_->gcount());
  if (in_->eof() && size == 0) return false;
  if (in_->fail()) {
    if (size == 0) return false;
    in_->clear();
    in_->ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    read_ += static_cast<std::uint64_t>(in_->gcount());
  } else if (!in_->eof()) {
    --size;  // the line break, which was counted and not stored
  }
  line_ = std::string_view(buffer_.data(), size);
  read_ += size + 1;
  ++number_;
  if (number_ % kProgressLines == 0) progress();
  if (!line_.empty() && line_.back() == '\r') line_.remove_suffix(1);
  return true;
}

std::optional<std::string_view> InputFile::next_text() {
  while (read_line()) {
    if (!line_.empty()) return line_;
  }
  return std::nullopt;
}

std::optional<InputLine> InputFile::next() {
  std::string problem;
  while (const auto line = next_text()) {
    if (auto input = read_input_line(*line, problem)) {
      if (name_ != "-") look_beside(name_, input->files);
      return input;
    }
    unreadable(
        problem,
        "write an object such as {\"type\":\"track\",\"userId\":\"ada\",\"event\":\"signup\",\"timestamp\":\"2026-03-02T08:00:00Z\"}");
  }
  return std::nullopt;
}

void InputFile::unreadable(const std::string& problem, std::string help) {
  report(Code::bad_input_line, problem, name_in(problem), std::move(help));
}

void InputFile::refuse(const std::string& reason) {
  report(Code::input_refused, reason, name_in(reason), "send a value that fits, or change the declaration");
}

void InputFile::refuse_order(Instant received, Instant before) {
  const bool has_received = line_.find("\"receivedAt\"") != std::string_view::npos;
  report(Code::input_out_of_order,
         fmt::format("this line was received at {}, before the line above it ({})", received.to_string(), before.to_string()),
         has_received ? "receivedAt" : "timestamp",
         fmt::format("sort the file, for example: jq -sc 'sort_by(.receivedAt // .timestamp)[]' {} > sorted.jsonl", name_));
  --problems_;  // the run stops here: no line of several that cannot be used
}

void InputFile::report(Code code, std::string message, std::string_view word, std::string help) {
  ++problems_;
  if (!for_programs_ && problems_ > kProblemsShown) return;
  Diagnostics one;
  Diagnostics& list = for_programs_ ? findings_ : one;
  const bool kept = list.items().size() < limits::kDiagnostics;
  const std::uint32_t number = static_cast<std::uint32_t>(std::min<std::uint64_t>(number_, std::numeric_limits<std::uint32_t>::max() / 2));
  Span span;
  if (kept) {
    const source::Source& source = list.sources().add(name_, std::string(beginning(line_)), number);
    const std::string member = fmt::format("\"{}\"", word);
    const std::size_t at = word.empty() ? std::string_view::npos : source.text().find(member);
    span = at == std::string_view::npos ? Span{source.id(), 0, static_cast<std::uint32_t>(source.text().size())}
                                        : Span{source.id(), static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + member.size())};
  }
  Diagnostic diagnostic = source::report(code, span, std::move(message));
  diagnostic.help = std::move(help);
  if (code != Code::input_out_of_order) diagnostic.notes.push_back("the line is skipped");
  list.add(std::move(diagnostic));
  if (for_programs_) return;
  std::fputs((one.render(wants_color(STDERR_FILENO)) + "\n").c_str(), stderr);
  if (problems_ == kProblemsShown) std::fputs("further lines that cannot be used are only counted\n", stderr);
}

void InputFile::progress() {
  if (isatty(STDERR_FILENO) == 0) return;
  shown_progress_ = true;
  const double share = bytes_ == 0 ? 0 : 100.0 * static_cast<double>(read_) / static_cast<double>(bytes_);
  std::fprintf(stderr, "\r%llu lines (%.0f %%)\033[K", static_cast<unsigned long long>(number_), share);
}

void InputFile::finish() {
  if (shown_progress_) std::fputs("\r\033[K", stderr);
  shown_progress_ = false;
  if (for_programs_) {
    if (!findings_.empty()) std::fputs(findings_.render_json().c_str(), stderr);
  } else if (problems_ > 0) {
    std::fprintf(stderr, "%llu %s could not be used\n", static_cast<unsigned long long>(problems_), problems_ == 1 ? "line" : "lines");
  }
}

bool feed(InputFile& file, const std::vector<Fed>& engines, const Feeding& feeding, Instant& last) {
  while (const auto input = file.next()) {
    if (!feeding.lead.empty() && !input->lead.empty() && input->lead != feeding.lead) continue;
    if (input->received > feeding.until) break;
    if (input->received < last) {
      file.refuse_order(input->received, last);
      return false;
    }
    if (feeding.seen) feeding.seen(*input);
    if (input->kind == InputLine::Kind::deploy && !feeding.deploys) continue;
    // Everything of an instant goes in before it is closed.
    for (const Fed& fed : engines) {
      if (input->received > last) static_cast<void>(fed.engine->step_to({input->received.ms - 1}));
    }
    last = input->received;
    post(file, engines, *input, feeding.tells_dry_runs);
  }
  return true;
}

bool feed(InputFile& file, Engine& engine, const std::string& lead, Instant until, Instant& last) {
  return feed(file, {{&engine, {}}}, {.lead = lead, .until = until}, last);
}

void run_on(const std::vector<Fed>& engines, Instant last, Instant until) {
  const Instant limit = until != Instant::max() ? until : Instant{last.ms + kHorizonMs};
  const auto step_all = [&](Instant to) {
    for (const Fed& fed : engines) static_cast<void>(fed.engine->step_to(std::max(fed.engine->now(), to)));
  };
  const auto next_due = [&] {
    Instant due = Instant::max();
    for (const Fed& fed : engines) due = std::min(due, fed.engine->next_due());
    return due;
  };
  step_all(std::min(last, limit));
  while (next_due() <= limit) step_all(next_due());
}

}  // namespace nurture::cli
