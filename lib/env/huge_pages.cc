#include "env/huge_pages.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace wordstream {
namespace {

constexpr std::size_t kPageBytes = std::size_t{2} << 20;
constexpr std::size_t kCacheLineBytes = 64;

/// From here on a table has pages of its own, the last of them at least half full: the one of the
/// Bible, of 1 MiB, is filled a twentieth faster so. Smaller ones are many, and each would cost a
/// page.
constexpr std::size_t kOwnPagesMin = kPageBytes / 2;

bool has_own_pages(std::size_t byte_count) { return byte_count >= kOwnPagesMin; }

std::align_val_t alignment_of(std::size_t byte_count) {
  return std::align_val_t{has_own_pages(byte_count) ? kPageBytes : kCacheLineBytes};
}

std::size_t whole_pages(std::size_t byte_count) {
  if (!has_own_pages(byte_count)) return byte_count;
  return (byte_count + kPageBytes - 1) / kPageBytes * kPageBytes;
}

}  // namespace

void HugePages::Free::operator()(std::byte* bytes) const {
  ::operator delete(bytes, alignment_of(byte_count));
}

HugePages::HugePages(std::size_t byte_count) {
  const std::size_t whole = whole_pages(byte_count);
  bytes_ = {static_cast<std::byte*>(::operator new(whole, alignment_of(whole))), Free{whole}};
  // A kernel without huge pages refuses, and small ones it is.
  if (has_own_pages(whole)) ::madvise(bytes_.get(), whole, MADV_HUGEPAGE);
  std::memset(bytes_.get(), 0, byte_count);
}

}  // namespace wordstream
