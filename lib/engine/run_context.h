// What all tasks of a run share. A task is handed this, its queues and its sleeping place.
#pragma once

#include "engine/config.h"
#include "env/clock.h"
#include "model/block.h"
#include "model/events.h"
#include "runtime/control.h"
#include "runtime/memory_limit.h"
#include "runtime/recycler.h"
#include "words/word_hash.h"
#include "words/word_table.h"

namespace wordstream {

/// All of it outlives the tasks. What several threads use is safe from any of them; `config` does
/// not change.
struct RunContext {
  const Config& config;
  const Clock& clock;
  HashKey hash_key;
  Observer& observer;
  Control& control;
  MemoryLimit& memory;
  Recycler<Block>& spare_blocks;
  Recycler<WordTable>& spare_tables;
};

}  // namespace wordstream
