#include "env/memory.h"

#include <malloc.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "base/check.h"

namespace {

std::atomic<std::uint64_t> used_bytes{0};

void* counted(void* memory) noexcept {
  if (memory != nullptr) {
    used_bytes.fetch_add(::malloc_usable_size(memory), std::memory_order_relaxed);
  }
  return memory;
}

/// Counts what `allocate` returns; when there is nothing left, asks the handler and tries again.
template <class Allocate>
void* counted_new(Allocate allocate) {
  while (true) {
    void* const memory = counted(allocate());
    if (memory != nullptr) return memory;
    const std::new_handler handler = std::get_new_handler();
    WS_CHECK(handler != nullptr, "asking what to do without memory");
    handler();
  }
}

void counted_delete(void* memory) noexcept {
  used_bytes.fetch_sub(::malloc_usable_size(memory), std::memory_order_relaxed);
  std::free(memory);
}

}  // namespace

// All other forms of new and delete call these. The one that does not throw does so by itself, too,
// but not beneath a sanitizer, whose own it is: what std::stable_sort() takes with it, and gives
// back with ours, would be freed by another than has made it.
void* operator new(std::size_t size) {
  return counted_new([size] { return std::malloc(size == 0 ? 1 : size); });
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return ::operator new(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto align = static_cast<std::size_t>(alignment);
  return counted_new([=] { return std::aligned_alloc(align, (size + align - 1) / align * align); });
}
void operator delete(void* memory) noexcept { counted_delete(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { counted_delete(memory); }
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  counted_delete(memory);
}
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  counted_delete(memory);
}

namespace wordstream {

std::uint64_t HeapMemory::used() const { return used_bytes.load(std::memory_order_relaxed); }

void* allocate_counted(std::size_t size) noexcept { return counted(std::malloc(size)); }
void free_counted(void* memory) noexcept { counted_delete(memory); }

void count_pages(std::ptrdiff_t bytes) noexcept {
  used_bytes.fetch_add(static_cast<std::uint64_t>(bytes), std::memory_order_relaxed);
}

}  // namespace wordstream
