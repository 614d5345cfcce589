// The door to memory: how much the process has taken. Where it is linked in, every `new` and
// `delete` is counted.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wordstream {

class Memory {
 public:
  virtual ~Memory() = default;
  /// Bytes that are allocated now. Safe from any thread, and cheap.
  virtual std::uint64_t used() const = 0;
};

/// What `new` has given and `delete` has not taken back, as the allocator rounds it.
class HeapMemory final : public Memory {
 public:
  std::uint64_t used() const override;
};

/// For libraries that take their memory from whoever uses them: what it gives counts, too. Null
/// where there is none left.
void* allocate_counted(std::size_t size) noexcept;
void free_counted(void* memory) noexcept;

/// For pages that come from the kernel itself: so many bytes more, or fewer, are taken.
void count_pages(std::ptrdiff_t bytes) noexcept;

}  // namespace wordstream
