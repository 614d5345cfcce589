// A directory of a test's own, gone with its object.
#pragma once

#include <string>
#include <string_view>

namespace wordstream::cli {

class Folder {
 public:
  /// Where temporary files are. InMemory: where a sync costs nothing, if there is such a place.
  enum class Place { OnDisk, InMemory };
  explicit Folder(Place place = Place::OnDisk);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  /// The full path of `name` in it.
  std::string operator/(std::string_view name) const;
  /// Creates or empties a file and fills it. Returns its path.
  std::string write(std::string_view name, std::string_view content) const;
  void append(std::string_view name, std::string_view content) const;
  void rename(std::string_view from, std::string_view to) const;
  void truncate(std::string_view name) const;

 private:
  std::string path_;
};

/// The whole of a file. Fails the test when it cannot be read.
std::string read_file(const std::string& path);

}  // namespace wordstream::cli
