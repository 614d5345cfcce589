// A row sink in a world of its own, whose store is a topic of the fake Kafka.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/control.h"
#include "sim/world.h"
#include "sink/kafka_target.h"
#include "unit/sink/row_batches.h"
#include "unit/sink/turns.h"

namespace wordstream::topic_test {

using namespace rows_test;

/// As rows_test::resume(), for rows in tsv.
inline SinkResume resume_of(std::uint64_t epoch, std::uint64_t applied, std::uint64_t last_batch,
                            bool is_exactly_once = true) {
  SinkResume resume = rows_test::resume(epoch, applied, last_batch, is_exactly_once);
  resume.shown_before.kind = FormatKind::Tsv;
  return resume;
}

inline const std::string kGroup = "wordstream-" + to_text(kJournal);

struct Place final : public Observer {
  sim::World world{1};
  std::vector<Event> told;
  std::size_t top = kAllRows;
  FormatKind format = FormatKind::Tsv;
  std::string config = {};
  std::optional<Millis> wait = {};
  Control control;
  std::unique_ptr<Sink> sink;

  Place() { world.kafka.make_topic("counts", 2); }

  /// A sink that has not begun.
  Result<std::unique_ptr<Sink>> make(const std::optional<SinkResume>& resume) {
    std::optional<Patience> patience;
    if (wait) patience = Patience{*wait, world.clock.steady() + *wait};
    return ToTopic({"broker:9092", "counts"}, true, "")
        .open({world.env(), *this, control, false, format, top, resume, patience, config});
  }
  Status open(const std::optional<SinkResume>& resume = {}) {
    sink.reset();
    told.clear();
    Result<std::unique_ptr<Sink>> made = make(resume);
    if (!made) return fail(made);
    sink = std::move(*made);
    return begin(*sink, &world);
  }
  void must_open(const std::optional<SinkResume>& resume = {}) {
    const Status opened = open(resume);
    if (!opened) FAIL(opened.error().message);
  }
  Result<SinkMark> settle(std::uint64_t batch, const Counts& counts) {
    if (const Status given = give(*sink, emission(batch, counts), &world); !given) {
      return fail(given);
    }
    return wordstream::settle(*sink, batch, &world);
  }
  void batch(std::uint64_t batch, const Counts& counts) {
    const Result<SinkMark> settled = settle(batch, counts);
    if (!settled) FAIL(settled.error().message);
    CHECK(settled->applied == batch);
  }
  Status finish() {
    sink->finish();
    return finish_turns(*sink, &Sink::turn, &world);
  }

  /// "1000 2000 a 1", as a reader sees them that reads what is committed alone; in order.
  Lines rows(bool is_committed = true) {
    Lines lines;
    for (const auto& partition : world.kafka.read_all("counts", is_committed)) {
      for (const sim::KafkaRecord& record : partition) {
        std::string line = *record.value;
        std::replace(line.begin(), line.end(), '\t', ' ');
        lines.push_back(std::move(line));
      }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  /// "1 epoch=2": what stands in the group; empty: nothing.
  std::string progress() {
    const auto place = world.kafka.coordinator.place({kGroup, "counts", 0});
    if (!place) return "";
    return fmt::format("{} {}", place->offset,
                       place->metadata.substr(0, place->metadata.find(' ')));
  }

  void on(const Event& event) override { told.push_back(event); }
  template <class E>
  std::size_t count_told() const {
    return static_cast<std::size_t>(std::count_if(
        told.begin(), told.end(), [](const Event& e) { return std::holds_alternative<E>(e); }));
  }
};

}  // namespace wordstream::topic_test
