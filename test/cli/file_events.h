// What a program does to the files of some directories, as it happens: written, made, removed.
#pragma once

#include <chrono>
#include <string>

#include "cli/descriptor.h"

namespace wordstream::cli {

class FileEvents {
 public:
  FileEvents();
  /// From now on what happens in `directory` counts.
  void watch(const std::string& directory);
  /// Waits until something has happened, and returns how often; 0 when patience runs out.
  int wait(std::chrono::milliseconds patience = kPatience);

 private:
  Descriptor watch_;
};

}  // namespace wordstream::cli
