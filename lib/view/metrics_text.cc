#include "view/metrics_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

#include "text/utf8.h"

namespace wordstream {
namespace {

double seconds(Nanos time) { return std::chrono::duration<double>(time).count(); }

std::string label(std::string_view text) {
  std::string out;
  for (const char c : replace_invalid(text)) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

class Text {
 public:
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    head(name, "counter", help);
    line(name, "", value);
  }
  template <class Value>
  void gauge(std::string_view name, std::string_view help, Value value) {
    head(name, "gauge", help);
    line(name, "", value);
  }
  void head(std::string_view name, std::string_view type, std::string_view help) {
    fmt::format_to(std::back_inserter(out_),
                   "# HELP wordstream_{0} {1}\n# TYPE wordstream_{0} {2}\n", name, help, type);
  }
  template <class Value>
  void line(std::string_view name, std::string_view labels, Value value) {
    fmt::format_to(std::back_inserter(out_), "wordstream_{}{} {}\n", name, labels, value);
  }
  void histogram(std::string_view name, std::string_view help, const DelayHistogram& delays) {
    head(name, "histogram", help);
    const std::string bucket = fmt::format("{}_bucket", name);
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < delays.counts.size(); ++i) {
      count += delays.counts[i];
      const bool is_last = i == DelayHistogram::kBounds.size();
      line(bucket,
           is_last ? R"({le="+Inf"})" : fmt::format(R"({{le="{}"}})", DelayHistogram::kBounds[i]),
           count);
    }
    line(fmt::format("{}_sum", name), "", delays.sum_seconds);
    line(fmt::format("{}_count", name), "", count);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void add_sinks(Text& text, const RunSight& sight) {
  const auto for_each = [&](std::string_view name, std::string_view help, auto value) {
    text.head(name, "gauge", help);
    for (std::size_t i = 0; i < sight.record.sinks().size(); ++i) {
      const SinkStanding& sink = sight.record.sinks()[i];
      text.line(name, fmt::format(R"({{sink="{}"}})", label(sink.name)), value(i, sink));
    }
  };
  const RunRecord& record = sight.record;
  if (record.sinks().empty()) return;
  for_each("sink_lag_batches", "Closed batches that the sink has not made last.",
           [&](std::size_t i, const SinkStanding&) { return record.lag_batches(i); });
  for_each(
      "sink_lag_seconds", "How long the oldest of them has been closed.",
      [&](std::size_t i, const SinkStanding&) { return seconds(record.lag(i, sight.now.steady)); });
  for_each("sink_connected", "1 unless the sink is waited for.",
           [](std::size_t, const SinkStanding& sink) { return sink.away_since ? 0 : 1; });
  for_each("sink_last_transaction_timestamp_seconds",
           "When the sink made a batch last, since the epoch; 0: not in this run.",
           [](std::size_t, const SinkStanding& sink) {
             return sink.took_at ? seconds(sink.took_at->time_since_epoch()) : 0.0;
           });
}

}  // namespace

std::string metrics_text(const RunSight& sight) {
  const RunRecord& record = sight.record;
  Text text;
  for (const CounterRow& row : counter_rows()) {
    text.counter(fmt::format("{}_total", row.name), row.help, row.value(record.counters()));
  }
  text.histogram("batch_scheduling_delay_seconds",
                 "From when a batch was due until it was taken up.", record.waited());
  text.histogram("batch_processing_seconds", "From then until the last sink had made it last.",
                 record.processed());
  add_sinks(text, sight);
  text.gauge("source_connected", "1 unless the source waits for a server.",
             record.is_connected() ? 1 : 0);
  text.gauge("source_clients", "Clients connected to a listening source.",
             record.status().client_count);
  text.gauge("source_lag_records", "Messages of the topic behind what was read.",
             record.status().lag);
  text.gauge("journal_bytes", "Size of the journal's file, 0 without a journal.",
             sight.vitals.journal_bytes.value_or(0));
  text.gauge("memory_bytes", "Memory allocated.", sight.vitals.memory_bytes);
  text.gauge("memory_limit_bytes", "Memory that may be (--max-memory).",
             sight.facts.memory_bytes_max);
  text.gauge("words_alive", "Different words in tables, windows and totals.",
             sight.vitals.words_alive);
  text.gauge("threads", "Threads of the process.", sight.vitals.threads);
  text.gauge("batch_interval_seconds", "The batch interval (--batch).", seconds(sight.facts.batch));
  text.gauge("start_time_seconds", "When the run began, since the epoch.",
             fmt::format("{:.3f}", seconds(record.began().wall.time_since_epoch())));
  text.head("build_info", "gauge", "1; the version is in the label.");
  text.line("build_info", fmt::format(R"({{version="{}"}})", label(sight.facts.version)), 1);
  return text.take();
}

}  // namespace wordstream
