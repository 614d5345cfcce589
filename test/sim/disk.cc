#include "sim/disk.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "sim/process.h"

namespace wordstream::sim {
namespace {

std::string_view name_of(Effect::Kind kind) {
  constexpr std::array<std::string_view, 10> kNames{
      "open",           "write",  "truncate", "sync", "sync directory",
      "make directory", "rename", "unlink",   "lock", "ask"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace

FileInfo DiskFile::info() const {
  return FileInfo{.kind = kind_,
                  .device = device_,
                  .inode = number_,
                  .size = kind_ == FileInfo::Kind::Regular ? text().size() : 0,
                  .birth = birth_,
                  .modified = modified_};
}

FakeDisk::FakeDisk(std::uint64_t seed, Trace& trace) : prng_(~seed), trace_(trace) {
  make_directory("/");
}

void FakeDisk::lose_power() { lose_power(Survival(prng_)); }

void FakeDisk::lose_power(Survival survival) {
  trace_.note("disk: power lost");
  for (FakeProcess* const process : processes_) process->kill();
  for (const std::weak_ptr<DiskFile>& each : files_) {
    if (const File file = each.lock()) file->bytes_.lose_power(survival.of_one());
  }
  names_.lose_power(survival.of_one());
  std::erase_if(files_, [](const std::weak_ptr<DiskFile>& each) { return each.expired(); });
}

std::size_t FakeDisk::open_count() const {
  std::size_t count = 0;
  for (const FakeProcess* const process : processes_) count += process->open_count();
  return count;
}

std::vector<std::string> FakeDisk::paths() const {
  std::vector<std::string> paths;
  for (const auto& [path, file] : names_.all()) {
    if (!file->is_directory()) paths.push_back(path);
  }
  return paths;
}

FakeDisk::File FakeDisk::make_file(FileInfo::Kind kind, const std::string& path) {
  const std::uint64_t number = inode_next ? *std::exchange(inode_next, {}) : ++file_count_;
  const File file(new DiskFile(kind, number));
  if (const File parent = names_.find(parent_of(path))) file->device_ = parent->device_;
  const Nanos now = next_time();
  if (has_births) file->birth_ = now;
  file->modified_ = WallTime(now);
  files_.push_back(file);
  return file;
}

FakeDisk::File FakeDisk::at(const std::string& path) const {
  const File file = names_.find(rooted(path));
  WS_CHECK(file != nullptr, "doing something to a file that is there");
  return file;
}

Fate FakeDisk::decide(Effect::Kind kind, const FakeProcess& process, const std::string& path,
                      std::string_view detail) {
  const std::string description =
      fmt::format("{} {}{}{}", name_of(kind), path, detail.empty() ? "" : ": ", detail);
  const Effect effect{++effect_count_, kind, process.pid(), path, description};
  trace_.note("disk {}: {}: {}", effect.index, effect.pid, description);
  const Fate fate = on_effect ? on_effect(effect) : Fate{};
  if (fate.kind != Fate::Kind::Happens) {
    constexpr std::array<std::string_view, 4> kFates{"", "killed before", "killed after", "fails"};
    trace_.note("disk: {}", kFates[static_cast<std::size_t>(fate.kind)]);
  }
  return fate;
}

bool FakeDisk::has_name_of(const DiskFile& file) const {
  return std::ranges::any_of(names_.all(),
                             [&](const auto& name) { return name.second.get() == &file; });
}

}  // namespace wordstream::sim
