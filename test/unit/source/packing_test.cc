#include "source/packing.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "catch.h"
#include "packed.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

/// A file with these bytes in it.
struct Written {
  explicit Written(std::string_view bytes) {
    world.disk.append("file", bytes);
    file = std::move(world.files.open("file").value());
  }

  sim::World world{1};
  std::unique_ptr<File> file;
};

}  // namespace

TEST_CASE("a file shows by its first bytes how it is packed", "[packing]") {
  const auto [bytes, expected] = GENERATE(table<std::string, Packing>({
      {"", Packing::None},
      {"\x1f", Packing::None},
      {"\x1f\x8b", Packing::Gzip},
      {gzip_of("text"), Packing::Gzip},
      {"\x28\xb5\x2f", Packing::None},
      {zstd_of("text"), Packing::Zstd},
      {zstd_without_text("text"), Packing::Zstd},
      {"\x50\x2a\x4d\x18", Packing::Zstd},
      {"\x5f\x2a\x4d\x18", Packing::Zstd},
      {"\x60\x2a\x4d\x18", Packing::None},
      {"plain text", Packing::None},
      {"BZh91AY&SY", Packing::None},
  }));
  CHECK(packing_of(*Written(bytes).file) == expected);
}

TEST_CASE("a packed file may say how long its text is", "[packing]") {
  const std::string text = half_random(300'000);
  const std::string without_length = zstd_of(text, {.has_length = false});
  const std::string raw = zstd_of(half_random(200'000), {.has_checksum = false, .level = -5});
  using Length = std::optional<std::uint64_t>;
  const auto [packed, expected] = GENERATE_COPY(table<std::string, Length>({
      {gzip_of(text), 300'000},
      {gzip_of(""), 0},
      {gzip_of(text) + gzip_of("four"), 4},
      {gzip_of("").substr(0, 17), {}},
      {zstd_of(text), 300'000},
      {zstd_of(""), 0},
      {zstd_of(std::string(500'000, 'x')), 500'000},
      {raw, 200'000},
      {zstd_of(text) + zstd_of("four"), {}},
      {zstd_of(text) + "x", {}},
      {zstd_of(text).substr(0, 1'000), {}},
      {zstd_of(text).substr(0, 5), {}},
      {zstd_without_text("text"), {}},
      {without_length, {}},
  }));
  const Written written(packed);
  const Length length = unpacked_length(*written.file, packing_of(*written.file).value()).value();
  CHECK(length == expected);
}
