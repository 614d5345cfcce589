// A whole world in one object: every door of lib/env, and the strings behind them. Nothing in it
// is real, nothing happens unless it is told to, and one seed makes one world.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "env/env.h"
#include "sim/clock.h"
#include "sim/disk.h"
#include "sim/files.h"
#include "sim/handles.h"
#include "sim/kafka.h"
#include "sim/memory.h"
#include "sim/network.h"
#include "sim/poller.h"
#include "sim/prng.h"
#include "sim/row_server.h"
#include "sim/storage.h"
#include "sim/trace.h"

namespace wordstream::sim {

class World {
 public:
  explicit World(std::uint64_t seed);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// The doors, for the engine. `on_poller` is told of each poller that is made, in order.
  Env env(std::function<void(FakePoller&)> on_poller = nullptr);

  std::unique_ptr<FakePoller> make_poller();

  // Members that others use come first: they are made first and go last.
  Prng prng;
  Trace trace;
  FakeClock clock;
  Timeline timeline;
  Handles handles;
  FakeDisk disk;
  FakeNetwork network;
  FakeFiles files;
  FakeStorage storage;
  FakeKafka kafka;
  FakeMemory memory;
  RowServer server;
};

}  // namespace wordstream::sim
