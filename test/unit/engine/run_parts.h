// What all tasks of a run share, in a fake world, for those that are tested by themselves.
#pragma once

#include "engine/run_context.h"
#include "sim/world.h"

namespace wordstream {

class RunParts : public Observer {
 public:
  explicit RunParts(sim::World& world) : world_(world) {}

  void on(const Event& /*event*/) override {}

  RunContext context() {
    return {config, world_.clock, {1, 2}, *this, control, memory, spare_blocks, spare_tables};
  }

 private:
  sim::World& world_;

 public:
  Config config;
  Control control;
  MemoryLimit memory{world_.memory, UINT64_MAX, false};
  Recycler<Block> spare_blocks;
  Recycler<WordTable> spare_tables;
};

}  // namespace wordstream
