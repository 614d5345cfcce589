#include "cli/folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "catch.h"
#include "cli/descriptor.h"

namespace wordstream::cli {

namespace {

std::filesystem::path parent_of(Folder::Place place) {
  const std::filesystem::path memory = "/dev/shm";
  const bool is_usable = ::access(memory.c_str(), W_OK | X_OK) == 0;
  const bool is_in_memory = place == Folder::Place::InMemory && is_usable;
  return is_in_memory ? memory : std::filesystem::temp_directory_path();
}

}  // namespace

Folder::Folder(Place place) {
  const std::string pattern = (parent_of(place) / "wordstream-test-XXXXXX").string();
  std::vector<char> name(pattern.begin(), pattern.end());
  name.push_back('\0');
  require_os(::mkdtemp(name.data()) != nullptr, "mkdtemp");
  path_ = name.data();
  // A program that gave up root's rights still has to get in.
  require_os(::chmod(path_.c_str(), 0755) == 0, "chmod");
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::operator/(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

std::string Folder::write(std::string_view name, std::string_view content) const {
  std::string path = *this / name;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content << std::flush;
  require_os(file.good(), path.c_str());
  return path;
}

void Folder::append(std::string_view name, std::string_view content) const {
  const std::string path = *this / name;
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file << content << std::flush;
  require_os(file.good(), path.c_str());
}

void Folder::rename(std::string_view from, std::string_view to) const {
  std::filesystem::rename(*this / from, *this / to);
}

void Folder::truncate(std::string_view name) const {
  std::filesystem::resize_file(*this / name, 0);
}

std::string read_file(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  if (!file.good()) FAIL("cannot read " + path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace wordstream::cli
