#include "sim/cached_bytes.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace wordstream::sim {
namespace {

constexpr std::uint64_t kSector = 512;
constexpr std::uint64_t kBlock = 4096;

std::uint64_t block_count(std::uint64_t size) { return (size + kBlock - 1) / kBlock; }

void overwrite(std::string& text, std::uint64_t offset, std::string_view bytes) {
  if (text.size() < offset) text.resize(offset);
  text.replace(offset, bytes.size(), bytes);
}

}  // namespace

void CachedBytes::assign(std::string_view bytes) {
  take(std::string(bytes));
  changes_.clear();
}

void CachedBytes::write(std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  // A gap is written too: the sectors before the write that the file did not have are zeros.
  const std::uint64_t size = text_.size();
  const std::uint64_t start = std::min(offset, size) / kSector * kSector;
  const std::uint64_t end = (offset + bytes.size() + kSector - 1) / kSector * kSector;
  changes_.push_back({size, start, end - start, text_.substr(start, end - start)});
  overwrite(text_, offset, bytes);
  is_data_.resize(block_count(text_.size()));
  for (std::uint64_t block = offset / kBlock; block * kBlock < offset + bytes.size(); ++block) {
    is_data_[block] = true;
  }
}

void CachedBytes::resize(std::uint64_t size) {
  if (size == text_.size()) return;
  const std::uint64_t kept = std::min<std::uint64_t>(size, text_.size());
  changes_.push_back({text_.size(), kept, 0, text_.substr(kept)});
  text_.resize(size);
  is_data_.resize(block_count(size));
}

std::uint64_t CachedBytes::next_data(std::uint64_t offset) const {
  std::uint64_t block = offset / kBlock;
  while (block < is_data_.size() && !is_data_[block]) ++block;
  return std::min<std::uint64_t>(text_.size(), std::max(offset, block * kBlock));
}

void CachedBytes::take(std::string text) {
  text_ = std::move(text);
  is_data_.assign(block_count(text_.size()), true);
}

void CachedBytes::sync() { changes_.clear(); }

void CachedBytes::fail_sync(Survival survival) {
  const std::uint64_t size = text_.size();
  take(survivors(survival));
  resize(size);
  changes_.clear();
}

void CachedBytes::lose_power(Survival survival) { take(survivors(survival)); }

std::vector<CachedBytes::Done> CachedBytes::go_back() {
  std::vector<Done> done(changes_.size());
  for (std::size_t i = changes_.size(); i > 0; --i) {
    const Change& change = changes_[i - 1];
    const bool is_write = change.length > 0;
    done[i - 1] = {text_.size(), change.offset,
                   is_write ? text_.substr(change.offset, change.length) : std::string()};
    text_.resize(change.size);
    text_.replace(change.offset, change.before.size(), change.before);
  }
  changes_.clear();
  return done;
}

std::string CachedBytes::survivors(Survival survival) {
  const std::vector<Done> done = go_back();
  std::string left = text_;
  std::vector<std::uint64_t> sizes{left.size()};
  // Where a cut was lost, those after it are lost too, and the sectors behind it are as before.
  constexpr std::uint64_t kEverywhere = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t reach = kEverywhere;
  for (const Done& change : done) {
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
