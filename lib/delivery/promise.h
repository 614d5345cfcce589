// What can be promised of every line, by mode, source and sink: one table, from which the program
// explains itself, refuses what cannot be kept, and the documentation speaks.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/promise_class.h"

namespace wordstream {

/// How often a line may be in the output once a crash has come in between.
enum class Mode { AtMostOnce, AtLeastOnce, ExactlyOnce };

std::string_view to_text(Mode mode);

struct Promise {
  Mode mode;
  bool has_journal;
  SourceClass source;
  std::string_view scope;     ///< from where to where it holds
  std::string_view kept;      ///< what holds whatever happens
  std::string_view lost;      ///< what a crash loses
  std::string_view repeated;  ///< what a crash repeats
};

/// All rows. Every mode but at-most-once needs a journal.
std::span<const Promise> promises();

/// What holds for each of the sinks; never null. `has_checkpoint`: one was named; a mode that needs
/// one has one anyway. Fails with CannotPromise where the mode cannot be kept by any of them: a
/// stream beside others gets what it can, at-least-once, alone it does not. `exact_forms`: how
/// those sinks are named that could, for the message.
Result<std::vector<const Promise*>> promises_for(Mode mode, bool has_checkpoint, SourceClass source,
                                                 std::span<const SinkClass> sinks,
                                                 std::string_view exact_forms);

/// "passing", "replayable", "acknowledged", "without keys".
std::string_view to_text(SourceClass source);

/// A promise in one line: "exactly-once, end to end: …", of lines that stand in a `medium`: "file".
std::string to_text(const Promise& promise, std::string_view medium);

}  // namespace wordstream
