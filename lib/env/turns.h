// The door to the scheduler: how soon a thread that has waited runs on a machine that is busy.
#pragma once

namespace wordstream {

/// The calling thread, which works for a moment now and then, is let in soon when it has to: in
/// short turns, but not in more of the time than others get. Linux from 6.12 on; before, and for a
/// thread that somebody has given another kind of scheduling, it does nothing.
/// Source: sched_setattr(2), sched_runtime of SCHED_OTHER.
void ask_for_short_turns();

}  // namespace wordstream
