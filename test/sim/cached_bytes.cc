#include "sim/cached_bytes.h"

#include <algorithm>
#include <limits>

namespace wordstream::sim {
namespace {

constexpr std::uint64_t kSector = 512;

void overwrite(std::string& text, std::uint64_t offset, std::string_view bytes) {
  if (text.size() < offset) text.resize(offset);
  text.replace(offset, bytes.size(), bytes);
}

}  // namespace

void CachedBytes::assign(std::string_view bytes) {
  text_ = bytes;
  synced_ = bytes;
  changes_.clear();
}

void CachedBytes::write(std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  // A gap is written too: the sectors before the write that the file did not have are zeros.
  const std::uint64_t changed = std::min<std::uint64_t>(offset, text_.size());
  overwrite(text_, offset, bytes);
  const std::uint64_t start = changed / kSector * kSector;
  const std::uint64_t end = (offset + bytes.size() + kSector - 1) / kSector * kSector;
  changes_.push_back({text_.size(), start, text_.substr(start, end - start)});
}

void CachedBytes::resize(std::uint64_t size) {
  if (size == text_.size()) return;
  text_.resize(size);
  changes_.push_back({size, 0, {}});
}

void CachedBytes::sync() {
  for (const Change& change : changes_) apply(change, synced_);
  changes_.clear();
}

void CachedBytes::fail_sync(Survival survival) {
  std::string left = survivors(survival);
  left.resize(text_.size());
  text_ = synced_ = std::move(left);
  changes_.clear();
}

void CachedBytes::lose_power(Survival survival) {
  text_ = synced_ = survivors(survival);
  changes_.clear();
}

void CachedBytes::apply(const Change& change, std::string& to) {
  if (change.sectors.empty()) {
    to.resize(change.size);
  } else {
    overwrite(to, change.offset, change.sectors);
  }
}

std::string CachedBytes::survivors(Survival survival) const {
  std::string left = synced_;
  std::vector<std::uint64_t> sizes{left.size()};
  // Where a cut was lost, those after it are lost too, and the sectors behind it are as before.
  constexpr std::uint64_t kEverywhere = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t reach = kEverywhere;
  for (const Change& change : changes_) {
    if (change.sectors.empty()) {
      const bool is_kept = reach == kEverywhere && survival.is_kept();
      if (!is_kept) reach = std::min(reach, change.size);
      if (is_kept) left.resize(change.size);
      if (is_kept) sizes.clear();
    }
    for (std::uint64_t at = 0; at < change.sectors.size(); at += kSector) {
      const std::string_view sector = std::string_view(change.sectors).substr(at, kSector);
      const bool is_kept = change.offset + at < reach && survival.is_kept();
      if (is_kept) overwrite(left, change.offset + at, sector);
    }
    if (reach == kEverywhere) sizes.push_back(change.size);
  }
  left.resize(survival.size_of(left.size(), sizes));
  return left;
}

}  // namespace wordstream::sim
