// ICU without its data, of which 31 MB would be linked: an empty table in its place, as ICU's own
// stubdata is. Character properties and simple folding are compiled into ICU's code. What is not
// (names, collation, locales) would fail at run time, so unicode/uchar.h alone may be called
// (test/house/bans.h), and what is called is compared with the whole ICU
// (test/unit/text/icu_test.cc).
#include <unicode/udata.h>
#include <unicode/utypes.h>

#include <cstddef>
#include <cstdint>

/// The head of ICU's data, and a table of contents without contents.
struct IcuData {
  std::uint16_t head_size = 32;
  std::uint8_t magic[2] = {0xDA, 0x27};
  UDataInfo info{sizeof(UDataInfo),
                 0,
                 U_IS_BIG_ENDIAN,
                 U_CHARSET_FAMILY,
                 U_SIZEOF_UCHAR,
                 0,
                 {'T', 'o', 'C', 'P'},
                 {1},
                 {}};
  char padding[8] = {};
  std::uint32_t entry_count = 0;
  std::uint32_t reserved = 0;
};
static_assert(offsetof(IcuData, entry_count) == 32);

extern "C" {
extern const IcuData U_ICUDATA_ENTRY_POINT;
alignas(16) const IcuData U_ICUDATA_ENTRY_POINT{};
}
