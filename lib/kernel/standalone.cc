// What the kernel has in the place of the program's own: it is a guest in another process. Of ICU
// it needs two functions, whose answers for every character were written down while it was built;
// and its memory is counted by whoever is its host (env/memory.h).
#include <unicode/uchar.h>

#include <cstddef>
#include <cstdint>

#include "env/memory.h"

namespace {

#include "kernel/unicode_tables.inc"

bool is_character(UChar32 c) { return c >= 0 && c <= UCHAR_MAX_VALUE; }

}  // namespace

extern "C" {

UChar32 U_EXPORT2 u_foldCase(UChar32 c, std::uint32_t /*options*/) {
  return is_character(c) ? c + kFold[kFoldBlocks[c >> 8]][c & 0xff] : c;
}

std::int8_t U_EXPORT2 u_charType(UChar32 c) {
  return is_character(c) ? kType[kTypeBlocks[c >> 8]][c & 0xff] : std::int8_t{U_UNASSIGNED};
}

}  // extern "C"

namespace wordstream {

void count_pages(std::ptrdiff_t /*bytes*/) noexcept {}

}  // namespace wordstream
