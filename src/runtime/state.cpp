// See state.hpp.
#include "runtime/state.hpp"

#include "engine/hash.hpp"
#include "engine/saved/archive.hpp"
#include "engine/saved/saved.hpp"

#include <fmt/format.h>

namespace nurture::runtime {
namespace {

using engine::Archive;

constexpr std::string_view kEngine = "NURS";
constexpr std::string_view kShards = "NURG";
constexpr std::uint8_t kFormat = 2;
constexpr std::size_t kSumBytes = 16;

std::string sum_of(std::string_view bytes) {
  const auto sum = engine::Hasher{}.add(bytes).finish128();
  return {sum.begin(), sum.end()};
}

std::string seal(std::string_view magic, Archive&& archive) {
  std::string bytes(magic);
  bytes += static_cast<char>(kFormat);
  bytes += std::move(archive).take();
  return bytes + sum_of(bytes);
}

/// What stands between the head and the checksum.
Status unseal(std::string_view magic, std::string_view bytes, std::string_view& inner) {
  if (bytes.size() <= magic.size() || bytes.substr(0, magic.size()) != magic)
    return Status::refused("these bytes are no state of an engine");
  const auto format = static_cast<std::uint8_t>(bytes[magic.size()]);
  if (format != kFormat) return Status::refused(fmt::format("the state is of format {}, and this engine reads format {}", format, kFormat));
  const bool whole = bytes.size() >= magic.size() + 1 + kSumBytes &&
                     bytes.substr(bytes.size() - kSumBytes) == sum_of(bytes.substr(0, bytes.size() - kSumBytes));
  if (!whole) return Status::refused("the state is damaged: its checksum is another");
  inner = bytes.substr(magic.size() + 1, bytes.size() - magic.size() - 1 - kSumBytes);
  return {};
}

/// Versions of sequences that the program does not have, of those who are enrolled in them.
void visit(Archive& archive, std::vector<compile::OldVersion>& versions) {
  versions.resize(archive.visit_size(versions.size()));
  for (auto& [sequence, version, source, is_migrated] : versions) {
    archive.visit(sequence);
    archive.visit(version);
    archive.visit(source);
    archive.visit(is_migrated);
  }
}

}  // namespace

std::string save(engine::Core& core, Outbox& outbox) {
  Archive archive;
  std::uint64_t program = core.program().hash;
  std::string project = core.project();
  archive.visit_bits(program);
  archive.visit(project);
  std::vector<compile::OldVersion> carried;
  for (const compile::Sequence& sequence : core.program().sequences) {
    if (sequence.is_pinned) carried.push_back({sequence.name, sequence.version, sequence.source, sequence.is_migrated});
  }
  visit(archive, carried);
  engine::Saved::write(core, archive);
  outbox.visit(archive);
  return seal(kEngine, std::move(archive));
}

Status restore(std::string_view bytes, engine::Core& core, Outbox& outbox) {
  std::string_view inner;
  if (Status status = unseal(kEngine, bytes, inner); !status.ok()) return status;
  Archive archive(inner);
  std::uint64_t program = 0;
  std::string project;
  archive.visit_bits(program);
  archive.visit(project);
  const std::uint64_t own = core.program().hash;
  if (program != own) return Status::refused(fmt::format("the state is of the program {:016x}, and this is {:016x}", program, own));
  if (!core.adopt_project(project))
    return Status::refused(fmt::format("the state is of the project `{}`, and this is `{}`", project, core.project()));
  std::vector<compile::OldVersion> carried;
  visit(archive, carried);
  if (!carried.empty()) {
    std::string problem;
    const auto combined = compile::compile_with(core.program(), carried, problem);
    if (combined == nullptr) return Status::refused("a version that the state carries does not fit its program, " + problem);
    core = core.renewed(combined);
  }
  if (!engine::Saved::read(core, archive)) return Status::refused("the state does not fit its program");
  outbox.visit(archive);
  if (!archive.ok() || !archive.at_end()) return Status::refused("the state does not fit its program");
  return {};
}

std::string join(const std::vector<std::string>& shards) {
  Archive archive;
  static_cast<void>(archive.visit_size(shards.size()));
  for (std::string shard : shards) archive.visit(shard);
  return seal(kShards, std::move(archive));
}

Status split(std::string_view bytes, std::vector<std::string>& shards) {
  std::string_view inner;
  if (Status status = unseal(kShards, bytes, inner); !status.ok()) return status;
  Archive archive(inner);
  const std::size_t size = archive.visit_size(0);
  if (size != shards.size()) return Status::refused(fmt::format("the state is of {} shards, and these are {}", size, shards.size()));
  for (std::string& shard : shards) archive.visit(shard);
  return archive.ok() && archive.at_end() ? Status() : Status::refused("the state of the shards is damaged");
}

}  // namespace nurture::runtime
