// The way of the emissions to one sink: its queue, its writer, and how far it has come.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "engine/delivery_loop.h"
#include "engine/sink_progress.h"
#include "engine/writer.h"
#include "env/poller.h"
#include "sink/sink.h"

namespace wordstream {

struct Outlet {
  /// `writer_poller` is where its writer sleeps, `delivery` where the delivery loop does. All of
  /// them outlive the outlet.
  Outlet(const RunContext& run, std::unique_ptr<Sink> sink, Poller& delivery, Poller& writer_poller)
      : emissions(room_for(run.config), delivery, writer_poller),
        progress(delivery, writer_poller, sink->mark().value_or(SinkMark())),
        writer(run, std::move(sink), emissions, progress, writer_poller) {}

  /// What waits may be written together, except where each batch is given up once it is handed
  /// over: there a crash loses all that waits.
  static Room room_for(const Config& config) {
    const Limits& limits = config.limits;
    if (config.mode == Mode::AtMostOnce) return {limits.emission_count_max};
    return {limits.emission_count_max, limits.light_emission_count_max,
            limits.light_word_count_max};
  }

  EmissionChannel emissions;
  SinkProgress progress;
  Writer writer;
};

}  // namespace wordstream
