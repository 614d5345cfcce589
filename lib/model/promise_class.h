// What kinds of sources and of sinks can promise: what a crash may do to a line follows from the
// two (delivery/promise.h).
#pragma once

namespace wordstream {

/// What becomes of a line that was lost on its way into the journal.
enum class SourceClass {
  Passing,       ///< it is gone: TCP lines, a pipe
  Replayable,    ///< it can be read again: a file, from any line on
  Acknowledged,  ///< its sender keeps it until it is answered, sends it again, and it is known
  Unkeyed        ///< the same, but nobody can tell that it has come before
};

/// What a sink can do about what it was given twice.
enum class SinkClass {
  Stream,  ///< nothing: what is out is out
  Ledger   ///< it takes counts and "these were the last" in one act
};

}  // namespace wordstream
