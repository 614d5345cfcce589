#include <fmt/format.h>

#include <variant>

#include "simulation/crash_run.h"

namespace wordstream::simulation {
namespace {

constexpr const char* kSourceNames[] = {
    "a client", "a pipe",          "senders",        "senders without keys", "a counter",
    "a topic",  "a followed file", "a followed set", "a file on stdin"};

struct FoldName {
  std::string operator()(PerBatch) const { return "batches"; }
  std::string operator()(const WindowShape& shape) const {
    return fmt::format("windows of {} ms every {} ms", shape.length.count(), shape.slide.count());
  }
  std::string operator()(const Totals& totals) const {
    return totals.idle_after ? "totals of words that are not silent" : "totals";
  }
};

}  // namespace

std::vector<CrashCell> cells_of(Mode mode) {
  using enum CrashSink;
  const std::vector<CrashSink> kinds_of_sinks[] = {
      {Stdout}, {File}, {Database}, {File, Database}, {Stdout, File}, {Server}, {Server, File}};
  // As in a chain of jobs, and where others read.
  const CrashSource sources_to_topic[] = {CrashSource::Topic, CrashSource::FollowedFile,
                                          CrashSource::Client, CrashSource::Senders};
  const FoldChoice folds[kFoldCount] = {PerBatch{}, WindowShape{Millis(300), Millis(100)},
                                        WindowShape{Millis(300), Millis(300)}, Totals{}};
  std::vector<CrashCell> cells;
  for (const auto source :
       {CrashSource::Client, CrashSource::Pipe, CrashSource::Senders, CrashSource::Counter,
        CrashSource::Topic, CrashSource::FollowedFile, CrashSource::FileOnStdin}) {
    for (const auto& sinks : kinds_of_sinks) {
      if (mode == Mode::ExactlyOnce && sinks == kinds_of_sinks[0]) continue;
      for (const FoldChoice& fold : folds) cells.push_back({mode, source, sinks, fold});
    }
  }
  for (const FoldChoice& fold : folds) {
    cells.push_back({mode, CrashSource::FollowedSet, {File, Database}, fold});
  }
  for (const FoldChoice& fold : folds) {
    cells.push_back({mode, CrashSource::SendersWithoutKeys, {File, Database}, fold});
  }
  for (const auto source : sources_to_topic) {
    for (const FoldChoice& fold : folds) cells.push_back({mode, source, {CrashSink::Topic}, fold});
  }
  return cells;
}

std::string to_text(const CrashCell& cell) {
  std::string sinks;
  for (const CrashSink sink : cell.sinks) {
    sinks += sinks.empty() ? "" : " and ";
    sinks += to_text(sink);
  }
  return fmt::format("{} from {} to {}, {}{}", to_text(cell.mode),
                     kSourceNames[static_cast<std::size_t>(cell.source)], sinks,
                     std::visit(FoldName(), cell.fold), cell.is_rotated ? ", rotated" : "");
}

}  // namespace wordstream::simulation
