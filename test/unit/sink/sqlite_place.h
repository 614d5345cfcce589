// A SQLite sink in a world of its own, and another process beside it that looks at its database.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "sim/world.h"
#include "sink/row_sink.h"
#include "sink/sqlite_store.h"
#include "unit/sink/emission_of.h"
#include "unit/sink/turns.h"

namespace wordstream::sqlite_test {

using Counts = std::map<std::string, std::uint64_t>;
using Lines = std::vector<std::string>;

inline const std::string kPath = "/out.db";
inline constexpr JournalId kJournal{{1, 2, 3}};

/// A batch of a second; batch 1 ends at 2000.
inline Emission emission(std::uint64_t batch, const Counts& counts) {
  Emission emission = emission_of(counts);
  emission.batch = batch;
  const Millis later = Millis(1000) * (static_cast<int>(batch) - 1);
  emission.interval.start += later;
  emission.interval.end += later;
  return emission;
}

inline SinkResume resume(std::uint64_t epoch, std::uint64_t applied, std::uint64_t last_batch,
                         bool is_exactly_once = true) {
  SinkResume resume;
  resume.journal = kJournal;
  resume.epoch = epoch;
  for (std::uint64_t before = 1; before < epoch; ++before) resume.epochs_before.push_back(before);
  resume.last_batch = last_batch;
  resume.first_kept = applied + 1;
  resume.mark.applied = applied;
  resume.shown_before.top = kAllRows;
  resume.is_exactly_once = is_exactly_once;
  return resume;
}

/// The rows of a query, columns joined by spaces; blobs as x'…'.
inline Lines rows_of(Storage& storage, const std::string& sql) {
  Result<std::unique_ptr<Database>> database = storage.open_database(kPath, {.read_only = true});
  if (!database) FAIL(database.error().message);
  Result<Statement> query = (*database)->prepare(sql);
  if (!query) FAIL(query.error().message);
  Lines lines;
  while (query->step().value()) lines.emplace_back(query->bytes(0));
  return lines;
}

/// A world with a database in it, a sink of a first process, and another process beside it.
struct Place final : public Observer {
  sim::World world{1};
  sim::FakeStorage& storage = world.storage;
  sim::FakeStorage others{world.disk, world.timeline, world.clock};
  std::vector<Event> told;
  std::size_t top = kAllRows;
  bool is_total = false;
  Control control;
  std::unique_ptr<Sink> sink;

  /// A sink that has not begun.
  std::unique_ptr<Sink> make(const std::optional<SinkResume>& resume) {
    auto store = std::make_unique<SqliteStore>(
        storage, kPath, is_total ? SqliteTable::Totals : SqliteTable::Counts, resume.has_value());
    return std::make_unique<RowSink>(
        std::move(store),
        SinkContext{world.env(), *this, control, is_total, std::nullopt, top, resume});
  }
  Status open(const std::optional<SinkResume>& resume = {}) {
    sink.reset();
    told.clear();
    sink = make(resume);
    Status begun = begin(*sink, &world);
    if (!begun) sink.reset();
    return begun;
  }
  void must_open(const std::optional<SinkResume>& resume = {}) {
    const Status opened = open(resume);
    if (!opened) FAIL(opened.error().message);
  }
  Status give(const Emission& emission) { return wordstream::give(*sink, emission, &world); }
  Result<SinkMark> settle(std::uint64_t batch) { return wordstream::settle(*sink, batch, &world); }
  void must_give(const Emission& emission) {
    const Status given = give(emission);
    if (!given) FAIL(given.error().message);
  }
  void batch(std::uint64_t batch, const Counts& counts) {
    must_give(emission(batch, counts));
    CHECK(settle(batch).value().applied == batch);
  }
  void execute(const std::string& sql) {
    const Status done = others.open_database(kPath, {}).value()->execute(sql);
    if (!done) FAIL(done.error().message);
  }
  Lines counts() {
    return rows_of(others,
                   "SELECT start_ms || ' ' || end_ms || ' ' || word || ' ' || count FROM counts");
  }
  Lines totals() { return rows_of(others, "SELECT word || ' ' || count FROM totals"); }
  Lines progress() {
    return rows_of(others,
                   "SELECT journal || ' ' || batch || ' ' || epoch FROM wordstream_progress");
  }
  void on(const Event& event) override { told.push_back(event); }
  template <class E>
  std::size_t count_told() const {
    return static_cast<std::size_t>(std::count_if(
        told.begin(), told.end(), [](const Event& e) { return std::holds_alternative<E>(e); }));
  }
};

/// Whether it failed so, with all of the pieces in its message.
inline bool failed_as(const Status& status, ErrorCode code, const Lines& pieces = {}) {
  if (status.has_value()) return false;
  INFO(status.error().message);
  for (const std::string& piece : pieces) {
    CHECK(status.error().message.find(piece) != std::string::npos);
  }
  CHECK(status.error().code == code);
  return status.error().code == code;
}

template <class T>
Status status_of(const Result<T>& result) {
  return result ? Status() : fail(result);
}

inline const std::string kJournalText = to_text(kJournal);

}  // namespace wordstream::sqlite_test
