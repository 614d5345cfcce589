// The ICU that is linked without its data, beside the whole one.
#include <dlfcn.h>
#include <fmt/format.h>
#include <unicode/uchar.h>

#include <array>
#include <string>
#include <string_view>

#include "catch.h"

namespace {

/// A function of the shared library, which comes with the archive that is linked here, and with its
/// data.
template <class Function>
Function* of_whole_icu(std::string_view name) {
  static void* const library =
      dlopen(fmt::format("libicuuc.so.{}", U_ICU_VERSION_MAJOR_NUM).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) FAIL(dlerror());
  void* const found = dlsym(library, fmt::format("{}_{}", name, U_ICU_VERSION_MAJOR_NUM).c_str());
  if (found == nullptr) FAIL(dlerror());
  return reinterpret_cast<Function*>(found);
}

std::string version_by(decltype(u_getUnicodeVersion)* get) {
  UVersionInfo version{};
  get(version);
  return fmt::format("{}.{}.{}.{}", version[0], version[1], version[2], version[3]);
}

}  // namespace

TEST_CASE("ICU answers without its data as it does with them, for every code point", "[icu]") {
  // A name is in the data alone: this is the whole ICU, and the one that is linked is not.
  const auto name_by = [](decltype(u_charName)* get) {
    std::array<char, 64> name{};
    UErrorCode error = U_ZERO_ERROR;
    get('a', U_UNICODE_CHAR_NAME, name.data(), name.size(), &error);
    return std::string(name.data());
  };
  REQUIRE(name_by(of_whole_icu<decltype(u_charName)>("u_charName")) == "LATIN SMALL LETTER A");
  REQUIRE(name_by(u_charName).empty());

  const auto whole_version = of_whole_icu<decltype(u_getUnicodeVersion)>("u_getUnicodeVersion");
  CHECK(version_by(u_getUnicodeVersion) == version_by(whole_version));
  const auto whole_fold = of_whole_icu<decltype(u_foldCase)>("u_foldCase");
  const auto whole_type = of_whole_icu<decltype(u_charType)>("u_charType");
  const auto whole_property =
      of_whole_icu<decltype(u_getIntPropertyValue)>("u_getIntPropertyValue");
  for (UChar32 code = 0; code <= 0x10FFFF; ++code) {
    const bool is_same =
        u_foldCase(code, U_FOLD_CASE_DEFAULT) == whole_fold(code, U_FOLD_CASE_DEFAULT) &&
        u_charType(code) == whole_type(code) &&
        u_getIntPropertyValue(code, UCHAR_EAST_ASIAN_WIDTH) ==
            whole_property(code, UCHAR_EAST_ASIAN_WIDTH);
    if (!is_same) FAIL(fmt::format("U+{:04X}", static_cast<std::uint32_t>(code)));
  }
}
