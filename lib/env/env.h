// All doors to the outside, as the engine is handed them. The program passes the real ones, the
// simulation its own world.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>

#include "env/clock.h"
#include "env/files.h"
#include "env/kafka.h"
#include "env/machine.h"
#include "env/memory.h"
#include "env/network.h"
#include "env/poller.h"
#include "env/storage.h"

namespace wordstream {

struct Env {
  const Clock& clock;
  Network& network;
  Kafka& kafka;
  Files& files;
  Storage& storage;
  const Memory& memory;
  /// A sleeping place for one task.
  std::function<std::unique_ptr<Poller>()> make_poller;
  /// The key of the word tables' hash, drawn once per process.
  std::array<std::uint64_t, 2> hash_key;
  /// What a new journal is known by, drawn likewise.
  std::array<std::uint64_t, 2> new_id;
  /// By how much the epoch of a journal grows, drawn likewise.
  std::uint64_t epoch_chance;
  ProcessName process;
};

}  // namespace wordstream
