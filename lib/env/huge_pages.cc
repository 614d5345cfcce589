#include "env/huge_pages.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace wordstream {
namespace {

constexpr std::size_t kPageBytes = std::size_t{2} << 20;
constexpr std::size_t kCacheLineBytes = 64;

/// Small tables are many, and aligning them as pages are would cost more than they do.
std::align_val_t alignment_of(std::size_t byte_count) {
  return std::align_val_t{byte_count >= kPageBytes ? kPageBytes : kCacheLineBytes};
}

}  // namespace

void HugePages::Free::operator()(std::byte* bytes) const {
  ::operator delete(bytes, alignment_of(byte_count));
}

HugePages::HugePages(std::size_t byte_count)
    : bytes_(static_cast<std::byte*>(::operator new(byte_count, alignment_of(byte_count))),
             Free{byte_count}) {
  // A kernel without huge pages refuses, and small ones it is.
  if (byte_count >= kPageBytes) ::madvise(bytes_.get(), byte_count, MADV_HUGEPAGE);
  std::memset(bytes_.get(), 0, byte_count);
}

}  // namespace wordstream
