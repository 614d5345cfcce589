// A SQLite sink in a world of its own, and another process beside it that looks at its database.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "sim/world.h"
#include "sink/row_sink.h"
#include "sink/sqlite_store.h"
#include "unit/sink/row_batches.h"
#include "unit/sink/turns.h"

namespace wordstream::sqlite_test {

using namespace rows_test;

inline const std::string kPath = "/out.db";

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
  std::optional<Patience> patience;
  Control control;
  std::unique_ptr<Sink> sink;

  /// A sink that has not begun.
  std::unique_ptr<Sink> make(const std::optional<SinkResume>& resume) {
    auto store = std::make_unique<SqliteStore>(
        storage, kPath, is_total ? SqliteTable::Totals : SqliteTable::Counts, resume.has_value());
    return std::make_unique<RowSink>(
        std::move(store),
        SinkContext{world.env(), *this, control, is_total, std::nullopt, top, resume, patience});
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

}  // namespace wordstream::sqlite_test
