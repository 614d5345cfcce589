#include "sink/file_tail.h"

#include <string>

#include "catch.h"
#include "cli/folder.h"
#include "env/storage.h"

using namespace wordstream;
using wordstream::cli::Folder;

TEST_CASE("whole lines end before zeros that reach the end of a sector or of the file",
          "[file_tail]") {
  const Folder folder;
  const auto storage = make_real_storage();
  const auto end_of = [&](const std::string& text, std::uint64_t start) {
    const auto file = storage->open_file(folder.write("out", text)).value();
    return end_of_whole_lines(*file, start, text.size()).value();
  };
  const std::string zero(1, '\0');
  const std::string line = std::string(99, 'x') + "\n";
  std::string lines;
  for (int i = 0; i < 1500; ++i) lines += line;
  CHECK(end_of("", 0) == 0);
  CHECK(end_of("a\nb", 0) == 2);
  CHECK(end_of("a\nb", 3) == 3);
  CHECK(end_of("half", 1) == 1);
  CHECK(end_of("a\nb" + zero + "\n", 0) == 5);
  CHECK(end_of("a\nb\nc" + zero, 0) == 4);
  CHECK(end_of(lines, 0) == 150'000);
  CHECK(end_of(lines, 50) == 150'000);
  CHECK(end_of(lines + "half", 77) == 150'000);
  // Sectors 3 and 200 end in zeros; the lines before them are whole.
  std::string lost = lines;
  lost.replace(3 * 512 - 20, 20, 20, '\0');
  CHECK(end_of(lost, 0) == 1500);
  CHECK(end_of(lost, 3 * 512) == 150'000);
  lost.replace(200 * 512 - 1, 1, 1, '\0');
  CHECK(end_of(lost, 3 * 512) == 102'300);
}
