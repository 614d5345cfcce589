// The fake memory: as much is used as a test says.
#pragma once

#include "env/memory.h"

namespace wordstream::sim {

class FakeMemory final : public Memory {
 public:
  std::uint64_t used() const override { return used_bytes; }

  std::uint64_t used_bytes = 0;
};

}  // namespace wordstream::sim
