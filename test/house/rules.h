// The rules of the house, as pure functions of paths and texts.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wordstream::house {

struct Violation {
  std::string path;
  int line;
  std::string message;
};

struct File {
  std::string path;  ///< from the top of the source tree, as in lib/base/result.h
  std::string text;
};

/// What one C++ file breaks.
std::vector<Violation> check_source(const File& file);

/// What the C++ files break together: sources that no CMakeLists.txt builds, headers that nobody
/// includes. `files` holds the CMakeLists.txt too.
std::vector<Violation> check_tree(const std::vector<File>& files);

/// Files beyond their budget of lines, by path, and why they may be.
using Exceptions = std::map<std::string, std::string, std::less<>>;
const Exceptions& length_exceptions();

/// Which files are too long without an exception, or excepted without being long.
std::vector<Violation> check_lengths(const std::vector<File>& files, const Exceptions& exceptions);

/// Where a text of any kind names a directory of the machine on which it was written.
std::vector<Violation> check_machine_paths(const File& file);

/// One line each, as compilers print them: path:line: message.
std::string report(const std::vector<Violation>& violations);

}  // namespace wordstream::house
