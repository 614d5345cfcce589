// A row sink in a world of its own, whose store is the fake server.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/row_target.h"
#include "sim/world.h"
#include "unit/sink/row_batches.h"
#include "unit/sink/turns.h"

namespace wordstream::server_test {

using namespace rows_test;

struct Place final : public Observer {
  sim::World world{1};
  sim::FakeStorage others{world.disk, world.timeline, world.clock};  ///< another process
  std::vector<Event> told;
  std::vector<std::string> acts;  ///< "begin", "write", … as the server was asked for them
  std::size_t top = kAllRows;
  bool is_total = false;
  std::optional<Millis> wait = {};
  Control control;
  std::unique_ptr<Sink> sink;

  Place() { lose_at("", 0); }

  /// The connection is lost at the `number`th act of this kind from now on, and at so many more.
  void lose_at(const std::string& act, int number, int count = 1) {
    world.disk.on_effect = [this, act, number, last = number + count - 1,
                            seen = 0](const sim::Effect& effect) mutable {
      if (effect.kind != sim::Effect::Kind::Server) return sim::Fate{};
      acts.emplace_back(effect.description.substr(std::string_view("ask server: ").size()));
      if (acts.back() != act) return sim::Fate{};
      ++seen;
      const bool is_lost = number <= seen && seen <= last;
      return is_lost ? sim::Fate{sim::Fate::Kind::Fails} : sim::Fate{};
    };
  }
  std::size_t count_acts(const std::string& act) const {
    return static_cast<std::size_t>(std::count(acts.begin(), acts.end(), act));
  }

  /// A sink that has not begun.
  std::unique_ptr<Sink> make(const std::optional<SinkResume>& resume) {
    std::optional<Patience> patience;
    if (wait) patience = Patience{*wait, world.clock.steady() + *wait};
    return sim::ToRowServer(world.server)
        .open({world.env(), *this, control, is_total, std::nullopt, top, resume, patience})
        .value();
  }
  Status open(const std::optional<SinkResume>& resume = {}) {
    sink.reset();
    told.clear();
    sink = make(resume);
    return begin(*sink, &world);
  }
  void must_open(const std::optional<SinkResume>& resume = {}) {
    const Status opened = open(resume);
    if (!opened) FAIL(opened.error().message);
    acts.clear();
  }
  void must_give(std::uint64_t batch, const Counts& counts) {
    const Status given = give(*sink, emission(batch, counts), &world);
    if (!given) FAIL(given.error().message);
  }
  Result<SinkMark> settle(std::uint64_t batch, bool more_waiting = false) {
    return wordstream::settle(*sink, batch, &world, more_waiting);
  }
  void batch(std::uint64_t batch, const Counts& counts) {
    must_give(batch, counts);
    const Result<SinkMark> settled = settle(batch);
    if (!settled) FAIL(settled.error().message);
    CHECK(settled->applied == batch);
  }
  /// A connection of another process.
  std::unique_ptr<sim::FakeRowStore> connect() {
    auto store = std::make_unique<sim::FakeRowStore>(world.server, others.process(), is_total);
    std::optional<StoreProgress> progress;
    CHECK(store->read_progress(progress).value().is_done());
    return store;
  }

  Lines counts() { return lines_of(world.server.counts()); }
  Lines totals() { return lines_of(world.server.totals()); }
  /// "batch epoch".
  std::string progress() {
    const std::optional<StoreProgress>& there = world.server.progress();
    return there ? fmt::format("{} {}", there->batch, there->epoch) : "";
  }

  void on(const Event& event) override { told.push_back(event); }
  template <class E>
  std::size_t count_told() const {
    return static_cast<std::size_t>(std::count_if(
        told.begin(), told.end(), [](const Event& e) { return std::holds_alternative<E>(e); }));
  }

 private:
  /// "1000 2000 a 1".
  static Lines lines_of(const sim::RowTable& table) {
    Lines lines;
    for (const auto& [key, count] : table) {
      lines.push_back(fmt::format("{} {} {} {}", key.start_ms, key.end_ms, key.word, count));
    }
    return lines;
  }
};

}  // namespace wordstream::server_test
