#include "delivery/promise.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace wordstream {
namespace {

constexpr Promise kPromises[] = {
    {Mode::AtMostOnce, false, SourceClass::Passing,  //
     "within the run", "no line is counted twice",
     "everything since the last batch that was written, and what was still on its way here",
     "nothing; the next run begins anew"},
    {Mode::AtMostOnce, false, SourceClass::Replayable,  //
     "within the run", "no line is counted twice",
     "everything since the last batch that was written",
     "nothing within the run; the next run reads the file from its start"},
    {Mode::AtMostOnce, false, SourceClass::Acknowledged,  //
     "within the run", "no line is counted twice",
     "everything since the last batch that was written, though it was answered",
     "nothing within the run; the next run takes again what was counted and not answered"},
    {Mode::AtMostOnce, false, SourceClass::Unkeyed,  //
     "within the run", "no line is counted twice that came once",
     "everything since the last batch that was written, though it was answered",
     "what its sender sends again"},
    {Mode::AtMostOnce, true, SourceClass::Passing,  //
     "end to end", "no line is in the output twice, over restarts too",
     "the batches that were marked and not yet written, what was counted since the last commit, "
     "and what was still on its way here",
     "nothing"},
    {Mode::AtMostOnce, true, SourceClass::Replayable,  //
     "end to end", "no line is in the output twice, over restarts too",
     "the batches that were marked and not yet written", "nothing"},
    {Mode::AtMostOnce, true, SourceClass::Acknowledged,  //
     "end to end", "no line is in the output twice, over restarts too",
     "the batches that were marked and not yet written, though they were answered", "nothing"},
    {Mode::AtMostOnce, true, SourceClass::Unkeyed,  //
     "from ingest", "no line is in the output twice that came once, over restarts too",
     "the batches that were marked and not yet written, though they were answered",
     "what its sender sends again"},
    {Mode::AtLeastOnce, true, SourceClass::Passing,  //
     "from ingest", "every line whose count is in the journal gets into the output",
     "what was counted since the last commit, and what was still on its way here",
     "the batches that were written and not yet marked, with the same rows"},
    {Mode::AtLeastOnce, true, SourceClass::Replayable,  //
     "end to end", "every line of the file gets into the output", "nothing",
     "the batches that were written and not yet marked, with the same rows"},
    {Mode::AtLeastOnce, true, SourceClass::Acknowledged,  //
     "end to end", "every line that its sender keeps until it is answered gets into the output",
     "nothing", "the batches that were written and not yet marked, with the same rows"},
    {Mode::AtLeastOnce, true, SourceClass::Unkeyed,  //
     "end to end", "every line that its sender keeps until it is answered gets into the output",
     "nothing",
     "what its sender sends again, and the batches that were written and not yet marked, with the "
     "same rows"},
    {Mode::ExactlyOnce, true, SourceClass::Passing,  //
     "from ingest", "every line whose count is in the journal is in the output exactly once",
     "what was counted since the last commit, and what was still on its way here", "nothing"},
    {Mode::ExactlyOnce, true, SourceClass::Replayable,  //
     "end to end", "every line of the file is in the output exactly once", "nothing", "nothing"},
    {Mode::ExactlyOnce, true, SourceClass::Acknowledged,  //
     "end to end",
     "every line that its sender keeps until it is answered is in the output exactly once",
     "nothing", "nothing"},
    {Mode::ExactlyOnce, true, SourceClass::Unkeyed,  //
     "from ingest",
     "every line that its sender keeps until it is answered gets into the output, and every count "
     "in the journal exactly once",
     "nothing", "what its sender sends again"},
};

constexpr std::array<std::string_view, 3> kModeNames{"at-most-once", "at-least-once",
                                                     "exactly-once"};

constexpr std::array<std::string_view, 4> kClassNames{"passing", "replayable", "acknowledged",
                                                      "without keys"};

/// At most once alone does without a journal.
const Promise& find(Mode mode, bool has_checkpoint, SourceClass source) {
  const bool has_journal = has_checkpoint || mode != Mode::AtMostOnce;
  const auto* const row =
      std::find_if(std::begin(kPromises), std::end(kPromises), [&](const Promise& promise) {
        return promise.mode == mode && promise.has_journal == has_journal &&
               promise.source == source;
      });
  WS_CHECK(row != std::end(kPromises), "looking up what can be promised");
  return *row;
}

}  // namespace

std::string_view to_text(Mode mode) { return kModeNames.at(static_cast<std::size_t>(mode)); }

std::string_view to_text(SourceClass source) {
  return kClassNames.at(static_cast<std::size_t>(source));
}

std::span<const Promise> promises() { return kPromises; }

Result<std::vector<const Promise*>> promises_for(Mode mode, bool has_checkpoint, SourceClass source,
                                                 std::span<const SinkClass> sinks,
                                                 std::string_view exact_forms) {
  const bool is_any_exact = std::find(sinks.begin(), sinks.end(), SinkClass::Ledger) != sinks.end();
  if (mode == Mode::ExactlyOnce && !is_any_exact) {
    return fail(ErrorCode::CannotPromise,
                fmt::format("--mode exactly-once: what has gone to stdout cannot be taken back or "
                            "asked for, so a crash may repeat it; give --sink {}, or take --mode "
                            "at-least-once",
                            exact_forms));
  }
  std::vector<const Promise*> found;
  for (const SinkClass sink : sinks) {
    const bool is_exact = mode == Mode::ExactlyOnce && sink == SinkClass::Ledger;
    const Mode kept = mode == Mode::ExactlyOnce && !is_exact ? Mode::AtLeastOnce : mode;
    found.push_back(&find(kept, has_checkpoint, source));
  }
  return found;
}

std::string to_text(const Promise& promise, std::string_view medium) {
  std::string text =
      fmt::format("{}, {}: {}. A crash loses {}; it repeats {}.", to_text(promise.mode),
                  promise.scope, promise.kept, promise.lost, promise.repeated);
  // What can be read again is a file as a rule, and stands so in the table.
  constexpr std::string_view kFile = " file ";
  const std::size_t at = text.find(kFile);
  if (at != text.npos) text.replace(at + 1, kFile.size() - 2, medium);
  return text;
}

}  // namespace wordstream
