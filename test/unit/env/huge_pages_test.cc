#include "env/huge_pages.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "catch.h"
#include "env/memory.h"

using namespace wordstream;

namespace {

constexpr std::size_t kMiB = 1 << 20;

bool is_zero(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte each) { return each == std::byte{0}; });
}

}  // namespace

TEST_CASE("pages that grow keep what is in them, and have zeros behind it", "[huge_pages]") {
  const std::size_t before =
      GENERATE(as<std::size_t>{}, 0, 64, 4096, kMiB / 2, kMiB, 2 * kMiB, 6 * kMiB);
  const std::size_t after = GENERATE(as<std::size_t>{}, 1, 2, 3, 8);
  HugePages pages(before);
  CHECK(is_zero({pages.data(), before}));
  std::memset(pages.data(), 'x', before);
  pages.grow(before * after + 64);
  CHECK(std::all_of(pages.data(), pages.data() + before,
                    [](std::byte each) { return each == std::byte{'x'}; }));
  CHECK(is_zero({pages.data() + before, before * after + 64 - before}));
  CHECK(pages.byte_count() >= before * after + 64);
}

TEST_CASE("pages of their own count as memory that is taken, once", "[huge_pages]") {
  const HeapMemory memory;
  const auto taken = [&, start = memory.used()] { return memory.used() - start; };
  {
    HugePages pages(8 * kMiB);
    CHECK(taken() == 8 * kMiB);
    pages.grow(16 * kMiB);
    CHECK(taken() == 16 * kMiB);
    const HugePages others = std::move(pages);
    CHECK(taken() == 16 * kMiB);
  }
  CHECK(taken() == 0);
}
