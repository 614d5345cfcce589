// The way of the emissions to one sink: its queue, its writer, and how far it has come.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "engine/emission_channel.h"
#include "engine/sink_progress.h"
#include "engine/writer.h"
#include "env/poller.h"
#include "sink/sink.h"

namespace wordstream {

struct Outlet {
  /// `writer_poller` is where its writer sleeps, `delivery` where the delivery loop does. All of
  /// them outlive the outlet. The sink is the one of that number in the configuration.
  Outlet(const RunContext& run, std::unique_ptr<Sink> sink, Room room, Poller& delivery,
         Poller& writer_poller, std::size_t number)
      : emissions(room, delivery, writer_poller),
        progress(delivery, writer_poller, sink->mark().value_or(SinkMark())),
        writer(run, std::move(sink), emissions, progress, writer_poller, number) {}

  EmissionChannel emissions;
  SinkProgress progress;
  Writer writer;
};

}  // namespace wordstream
