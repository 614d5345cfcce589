// A sink as its writer has it, without a writer: it is asked for something, and takes turns until
// that is done. Where it waits, time passes.
#pragma once

#include <cstdint>

#include "sim/world.h"
#include "sink/sink.h"

namespace wordstream {

using TakeTurn = Result<Turn> (Sink::*)(SteadyTime);

/// Requires, for a sink that waits: a world to wait in.
inline Status finish_turns(Sink& sink, TakeTurn take_turn, sim::World* world = nullptr) {
  while (true) {
    const Result<Turn> turn = (sink.*take_turn)(world ? world->clock.steady() : SteadyTime());
    if (!turn) return fail(turn);
    if (turn->state == Turn::State::Ended) return {};
    if (turn->state == Turn::State::Idle) world->timeline.advance_to(turn->wake_at.value());
  }
}

inline Status begin(Sink& sink, sim::World* world = nullptr) {
  Status begun = finish_turns(sink, &Sink::look, world);
  return begun ? finish_turns(sink, &Sink::take_over, world) : begun;
}

inline Status give(Sink& sink, const Emission& emission, sim::World* world = nullptr) {
  sink.take(emission);
  return finish_turns(sink, &Sink::turn, world);
}

/// Returns how far it has come then.
inline Result<SinkMark> settle(Sink& sink, std::uint64_t batch, sim::World* world = nullptr,
                               bool more_waiting = false) {
  sink.settle({batch}, more_waiting);
  if (const Status settled = finish_turns(sink, &Sink::turn, world); !settled) return fail(settled);
  return sink.mark().value();
}

}  // namespace wordstream
