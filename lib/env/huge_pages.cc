#include "env/huge_pages.h"

#include <sys/mman.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <new>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "env/memory.h"

namespace wordstream {
namespace {

constexpr std::size_t kPageBytes = std::size_t{2} << 20;
constexpr std::align_val_t kCacheLine{64};

/// From here on a table has pages of its own, the last of them at least half full: the one of the
/// Bible, of 1 MiB, is filled a twentieth faster so. Smaller ones are many, and each would cost a
/// page.
constexpr std::size_t kOwnPagesMin = kPageBytes / 2;

bool has_own_pages(std::size_t byte_count) { return byte_count >= kOwnPagesMin; }

std::size_t whole_pages(std::size_t byte_count) {
  if (!has_own_pages(byte_count)) return byte_count;
  return (byte_count + kPageBytes - 1) / kPageBytes * kPageBytes;
}

/// Zeros that begin where a huge page may. As with `new`, it is asked what to do where there are
/// none.
std::byte* map(std::size_t byte_count) {
  void* found = MAP_FAILED;
  while ((found = ::mmap(nullptr, byte_count + kPageBytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) == MAP_FAILED) {
    const std::new_handler handler = std::get_new_handler();
    WS_CHECK(handler != nullptr, "asking what to do without memory");
    handler();
  }
  auto* const from = static_cast<std::byte*>(found);
  const std::size_t before = -std::bit_cast<std::uintptr_t>(from) % kPageBytes;
  if (before != 0) ::munmap(from, before);
  ::munmap(from + before + byte_count, kPageBytes - before);
  return from + before;
}

}  // namespace

void HugePages::Free::operator()(std::byte* bytes) const {
  if (!has_own_pages(byte_count)) return ::operator delete(bytes, kCacheLine);
  ::munmap(bytes, byte_count);
  count_pages(-static_cast<std::ptrdiff_t>(byte_count));
}

HugePages::HugePages(std::size_t byte_count) {
  const std::size_t whole = whole_pages(byte_count);
  if (!has_own_pages(whole)) {
    bytes_ = {static_cast<std::byte*>(::operator new(whole, kCacheLine)), Free{whole}};
    std::memset(bytes_.get(), 0, whole);
    return;
  }
  bytes_ = {map(whole), Free{whole}};
  count_pages(static_cast<std::ptrdiff_t>(whole));
  // A kernel without huge pages refuses, and small ones it is.
  ::madvise(bytes_.get(), whole, MADV_HUGEPAGE);
}

void HugePages::grow(std::size_t byte_count) {
  const std::size_t own = this->byte_count();
  const std::size_t whole = whole_pages(byte_count);
  if (whole == own) return;
  HugePages larger(whole);
  if (has_own_pages(own)) {
    // To the beginning of what is there for all: pages that nothing was written to yet give way.
    void* const moved = ::mremap(data(), own, own, MREMAP_MAYMOVE | MREMAP_FIXED, larger.data());
    if (moved != MAP_FAILED) {
      std::ignore = bytes_.release();
      bytes_.get_deleter().byte_count = 0;
      count_pages(-static_cast<std::ptrdiff_t>(own));
      *this = std::move(larger);
      return;
    }
  }
  std::memcpy(larger.data(), data(), own);
  *this = std::move(larger);
}

}  // namespace wordstream
