// The rules of the house, held against this very source tree.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "catch.h"
#include "house/rules.h"

namespace wordstream::house {
namespace {

namespace fs = std::filesystem;

File load(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return {fs::relative(path, WORDSTREAM_SOURCE_DIR).generic_string(), std::move(text)};
}

/// The files below some places of the tree, in the order of their names. A place that is not there
/// has none.
std::vector<File> files_of(const std::vector<std::string>& places) {
  std::vector<File> files;
  for (const std::string& place : places) {
    const fs::path path = fs::path(WORDSTREAM_SOURCE_DIR) / place;
    if (fs::is_regular_file(path)) files.push_back(load(path));
    if (!fs::is_directory(path)) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(load(entry.path()));
    }
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

std::vector<File> cpp_files() {
  std::vector<File> files = files_of({"lib", "app", "test"});
  std::erase_if(files, [](const File& file) {
    return !file.path.ends_with(".h") && !file.path.ends_with(".cc");
  });
  return files;
}

template <typename Check>
std::string report_of(const std::vector<File>& files, Check check) {
  std::string lines;
  for (const File& file : files) lines += report(check(file));
  return lines;
}

TEST_CASE("every source file of this tree keeps the rules", "[house]") {
  const std::vector<File> files = cpp_files();
  REQUIRE(files.size() > 30);
  CHECK(report_of(files, check_source) == "");
}

TEST_CASE("no file of this tree is too long without a reason", "[house]") {
  CHECK(report(check_lengths(cpp_files(), length_exceptions())) == "");
}

TEST_CASE("every file of this tree is built or included", "[house]") {
  CHECK(report(check_tree(files_of({"lib", "app", "test"}))) == "");
}

TEST_CASE("nothing in this tree names a directory of one machine", "[house]") {
  const std::vector<File> files =
      files_of({"README.md", "CMakeLists.txt", "CMakePresets.json", ".clang-tidy", ".gitignore",
                ".ci", "app", "docs", "lib", "scripts", "test"});
  REQUIRE(files.size() > 30);
  CHECK(report_of(files, check_machine_paths) == "");
}

}  // namespace
}  // namespace wordstream::house
