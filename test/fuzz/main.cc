// libFuzzer's way to one target: WORDSTREAM_FUZZ_TARGET.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz/target.h"

using namespace wordstream;

/// Puts the target's seeds into the last directory of the command line, where there is one.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  const std::filesystem::path last = (*argv)[*argc - 1];
  if (!std::filesystem::is_directory(last)) return 0;
  int number = 0;
  for (const std::string& seed : WORDSTREAM_FUZZ_TARGET.seeds()) {
    std::ofstream(last / ("seed" + std::to_string(++number)), std::ios::binary) << seed;
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  WORDSTREAM_FUZZ_TARGET.run({reinterpret_cast<const char*>(data), size});
  return 0;
}
