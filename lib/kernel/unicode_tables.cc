// Run while the kernel is built: what ICU knows of every character, as tables in C++. Debian's
// archives of ICU have code for programs alone, and the kernel is none (standalone.cc).
#include <fmt/format.h>
#include <unicode/uchar.h>

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace {

constexpr UChar32 kBlock = 256;

/// Blocks of characters that are alike are there once: for each block its number, and the blocks.
template <class Value>
void print_table(std::string_view name, std::string_view type, Value (*value_of)(UChar32)) {
  std::map<std::vector<Value>, std::size_t> numbers;
  std::vector<const std::vector<Value>*> blocks;
  fmt::print("constexpr std::uint16_t k{}Blocks[] = {{", name);
  for (UChar32 begin = 0; begin <= UCHAR_MAX_VALUE; begin += kBlock) {
    std::vector<Value> block;
    for (UChar32 c = begin; c < begin + kBlock; ++c) block.push_back(value_of(c));
    const auto [at, is_new] = numbers.try_emplace(std::move(block), numbers.size());
    if (is_new) blocks.push_back(&at->first);
    fmt::print("{},", at->second);
  }
  fmt::print("}};\nconstexpr {} k{}[][{}] = {{\n", type, name, kBlock);
  for (const auto* block : blocks) fmt::print("{{{}}},\n", fmt::join(*block, ","));
  fmt::print("}};\n");
}

}  // namespace

int main() {
  print_table<std::int32_t>("Fold", "std::int32_t",
                            [](UChar32 c) { return u_foldCase(c, U_FOLD_CASE_DEFAULT) - c; });
  print_table<int>("Type", "std::int8_t",
                   [](UChar32 c) { return static_cast<int>(u_charType(c)); });
}
