// Memory for large tables: zeroed, and in pages of 2 MiB where the kernel has any to give, so that
// looking something up anywhere in it does not cost a walk through page tables as well.
#pragma once

#include <cstddef>
#include <memory>

namespace wordstream {

class HugePages {
 public:
  HugePages() = default;
  explicit HugePages(std::size_t byte_count);

  /// More of it, behind what there is: that stays as it is, though it may stand elsewhere then. No
  /// page is copied where it can be moved. Requires: `byte_count` is not less than it was.
  void grow(std::size_t byte_count);

  std::byte* data() const { return bytes_.get(); }
  std::size_t byte_count() const { return bytes_.get_deleter().byte_count; }

 private:
  struct Free {
    std::size_t byte_count;
    void operator()(std::byte* bytes) const;
  };

  std::unique_ptr<std::byte, Free> bytes_{nullptr, Free{0}};
};

}  // namespace wordstream
