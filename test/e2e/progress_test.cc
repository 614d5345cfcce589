// How far files were read, in a real terminal: a line that is drawn over, and goes.
#include <filesystem>
#include <regex>
#include <string>

#include "catch.h"
#include "cli/folder.h"
#include "e2e/terminal.h"

using namespace wordstream::cli;
using namespace wordstream::e2e;

namespace {

bool has_text_like(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern));
}

/// A file that takes longer to read than any test waits, and no room on the disk.
std::string endless(const Folder& folder) {
  const std::string path = folder.write("zeros", "word\n");
  std::filesystem::resize_file(path, std::uintmax_t{1} << 42);
  return path;
}

const std::string kProgress =
    "[0-9]+ %, [0-9hmins ]+ left, [0-9.]+ [KMG]?B/s, [0-9.]+ [KMG]B of 4398.0 GB";

}  // namespace

TEST_CASE("a file that takes long shows its progress, which goes with the run", "[progress]") {
  const Folder folder;
  Terminal terminal("\"$0\" " + endless(folder) + " -b 24h > " + (folder / "out") + "; echo ended");
  terminal.screen_when([](const std::string& seen) { return has_text_like(seen, kProgress); });
  terminal.send_keys({"C-c"});
  const std::string screen =
      terminal.screen_when([](const std::string& seen) { return has_text_like(seen, "ended"); });
  INFO(screen);
  CHECK_FALSE(has_text_like(screen, "left"));
}

TEST_CASE("on a narrow terminal what has no room is left out", "[progress]") {
  const Folder folder;
  Terminal terminal("\"$0\" " + endless(folder) + " -b 24h > " + (folder / "out"));
  terminal.resize(24, 10);
  const std::string screen = terminal.screen_when([](const std::string& seen) {
    return has_text_like(seen, "(^|\n)[0-9]+ %(, [^\n]* left)?\n");
  });
  INFO(screen);
  CHECK_FALSE(has_text_like(screen, "/s"));
}

TEST_CASE("rows on the same terminal are never mixed with progress", "[progress]") {
  const Folder folder;
  const std::string words = folder.write("words.txt", "word\n");
  Terminal terminal("\"$0\" " + words + " " + endless(folder) +
                    " -b 100ms -f tsv --max-batches 30 --split line; echo ended");
  std::string mixed;
  terminal.screen_when(
      [](const std::string& seen) { return has_text_like(seen, "ended"); },
      [&] {
        const std::string seen = terminal.screen();
        if (has_text_like(seen, "(%|left|/s)[^\n]*\t") || has_text_like(seen, "[0-9]\tword[^\n]*%"))
          mixed = seen;
      });
  CHECK(mixed.empty());
}

TEST_CASE("no progress is shown with --no-progress, nor into a file", "[progress]") {
  const Folder folder;
  const std::string flags = GENERATE("--no-progress", "2>&1");
  Terminal terminal("\"$0\" " + endless(folder) + " -b 1s --max-batches 4 -v -f tsv > " +
                    (folder / "out") + " " + flags + "; echo ended");
  std::string shown;
  terminal.screen_when([](const std::string& seen) { return has_text_like(seen, "ended"); },
                       [&] {
                         const std::string seen = terminal.screen();
                         if (has_text_like(seen, " left|B/s")) shown = seen;
                       });
  CHECK(shown.empty());
  CHECK_FALSE(has_text_like(read_file(folder / "out"), "B/s"));
}
