#include "view/status_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <vector>

#include "text/base64.h"
#include "text/json_text.h"
#include "text/utf8.h"
#include "view/health.h"
#include "words/order.h"

namespace wordstream {
namespace {

/// So much of a word is told: no page shows more of it.
constexpr std::size_t kWordBytesMax = 1024;

std::int64_t millis(Label label) { return label.time_since_epoch().count(); }

std::int64_t millis(WallTime time) {
  return std::chrono::floor<Millis>(time.time_since_epoch()).count();
}

double milliseconds(Nanos time) { return std::chrono::duration<double, std::milli>(time).count(); }

template <class T, class Write>
std::string or_null(const std::optional<T>& value, Write write) {
  return value ? fmt::format("{}", write(*value)) : "null";
}

constexpr auto kAsItIs = [](const auto& value) { return value; };

/// The beginning of a word that ends with a character.
std::string_view beginning_of(std::string_view word) {
  if (word.size() <= kWordBytesMax) return word;
  std::size_t end = kWordBytesMax;
  while (end > kWordBytesMax - 4 && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) --end;
  return word.substr(0, end);
}

std::string word_json(const WordCount& row) {
  const std::string_view word = beginning_of(row.word);
  std::string out = fmt::format(R"({{"word":{})", quoted_json(word));
  if (!is_valid_utf8(word)) {
    out += R"(,"bytes":")";
    append_base64(out, word);
    out += '"';
  }
  if (word.size() != row.word.size()) {
    fmt::format_to(std::back_inserter(out), R"(,"cut_from_bytes":{})", row.word.size());
  }
  fmt::format_to(std::back_inserter(out), R"(,"count":{}}})", row.count);
  return out;
}

std::string sinks_json(const RunSight& sight) {
  std::vector<std::string> sinks;
  const RunRecord& record = sight.record;
  for (std::size_t i = 0; i < record.sinks().size(); ++i) {
    const SinkStanding& sink = record.sinks()[i];
    sinks.push_back(
        fmt::format(R"({{"name":{},"promise":{},"connected":{},"why_not":{},"last_batch":{},)"
                    R"("last_transaction_ms":{},"lag_batches":{},"lag_seconds":{:.3f}}})",
                    quoted_json(sink.name), quoted_json(sight.facts.sinks[i].promise),
                    !sink.away_since, sink.away_since ? quoted_json(sink.why_away) : "null",
                    sink.taken, or_null(sink.took_at, [](WallTime at) { return millis(at); }),
                    record.lag_batches(i), milliseconds(record.lag(i, sight.now.steady)) / 1000));
  }
  return fmt::format("[{}]", fmt::join(sinks, ","));
}

std::string counters_json(const RunCounters& all) {
  std::vector<std::string> members;
  for (const CounterRow& row : counter_rows()) {
    members.push_back(fmt::format(R"("{}":{})", row.name, row.value(all)));
  }
  return fmt::format("{{{}}}", fmt::join(members, ","));
}

std::string facts_json(const RunFacts& facts) {
  const auto count = [](Millis time) { return time.count(); };
  return fmt::format(
      R"({{"source":{},"mode":{},"batch_ms":{},"window_ms":{},"slide_ms":{},"total":{},)"
      R"("counting_threads":{}}})",
      quoted_json(facts.source), quoted_json(facts.mode), facts.batch.count(),
      or_null(facts.window, count), or_null(facts.slide, count), facts.is_total,
      facts.counting_threads);
}

std::string batch_json(const BatchRecord& batch) {
  return fmt::format(
      R"({{"batch":{},"end_ms":{},"lines":{},"bytes":{},"words":{},"distinct_words":{},)"
      R"("scheduling_delay_ms":{:.3f},"processing_ms":{},"total_delay_ms":{}}})",
      batch.batch, millis(batch.end), batch.line_count, batch.byte_count, batch.word_count,
      batch.distinct_count, milliseconds(batch.waited),
      or_null(batch.processed,
              [](Nanos time) { return fmt::format("{:.3f}", milliseconds(time)); }),
      or_null(batch.processed, [&](Nanos time) {
        return fmt::format("{:.3f}", milliseconds(batch.waited + time));
      }));
}

}  // namespace

std::string words_json(const std::optional<Emission>& emission, std::size_t row_count_max,
                       bool shows_changed) {
  if (!emission) return "null";
  const WordCounts& counts = shows_changed ? *emission->changed : *emission->counts;
  std::vector<std::string> rows;
  for (const WordCount& row : rows_by_count(counts, row_count_max)) rows.push_back(word_json(row));
  return fmt::format(
      R"({{"start_ms":{},"end_ms":{},"partial":{},"changed_only":{},"distinct":{},"total":{},)"
      R"("rows":[{}]}})",
      millis(emission->interval.start), millis(emission->interval.end),
      emission->interval.is_partial, shows_changed, counts.size(), counts.total(),
      fmt::join(rows, ","));
}

std::string status_json(const RunSight& sight, const std::string& words) {
  const RunRecord& record = sight.record;
  std::vector<std::string> problems = problems_of(sight);
  const bool is_healthy = problems.empty();
  for (std::string& problem : problems) problem = quoted_json(problem);
  const RunStatus& status = record.status();
  return fmt::format(
      R"({{"version":{},"host":{},"pid":{},"now_ms":{},"started_ms":{},"uptime_seconds":{:.3f},)"
      R"("healthy":{},"problems":[{}],"job":{},)"
      R"("source":{{"state":{},"connected":{},"clients":{},"lag_records":{}}},)"
      R"("sinks":{},"counters":{},"memory_bytes":{},"memory_limit_bytes":{},"words_alive":{},)"
      R"("threads":{},"journal_bytes":{},"words":{}}})"
      "\n",
      quoted_json(sight.facts.version), quoted_json(sight.facts.host), sight.facts.pid,
      millis(sight.now.wall), millis(record.began().wall),
      milliseconds(sight.now.steady - record.began().steady) / 1000, is_healthy,
      fmt::join(problems, ","), facts_json(sight.facts), quoted_json(source_in_words(status).text),
      record.is_connected(), status.client_count, status.lag, sinks_json(sight),
      counters_json(record.counters()), sight.vitals.memory_bytes, sight.facts.memory_bytes_max,
      sight.vitals.words_alive, sight.vitals.threads, or_null(sight.vitals.journal_bytes, kAsItIs),
      words);
}

std::string batches_json(const RunRecord& record, std::size_t count_max,
                         std::optional<Label> after) {
  const auto& all = record.batches();
  auto from = all.begin();
  if (after) from = std::ranges::upper_bound(all, *after, {}, &BatchRecord::end);
  const auto left = static_cast<std::size_t>(all.end() - from);
  if (left > count_max) from += static_cast<std::ptrdiff_t>(left - count_max);
  std::vector<std::string> batches;
  for (; from != all.end(); ++from) batches.push_back(batch_json(*from));
  return fmt::format("{{\"batches\":[{}]}}\n", fmt::join(batches, ","));
}

std::string producers_json(const Positions* positions, std::size_t count_max) {
  std::vector<std::string> streams;
  std::size_t count = 0;
  if (positions != nullptr) {
    count = positions->by_name().size();
    for (const auto& [name, position] : positions->by_name()) {
      if (streams.size() == count_max) break;
      if (!position) continue;
      streams.push_back(fmt::format(R"({{"name":{},"offset":{}}})",
                                    quoted_json(title_of(*position->stream)), position->offset));
    }
  }
  return fmt::format("{{\"count\":{},\"producers\":[{}]}}\n", count, fmt::join(streams, ","));
}

}  // namespace wordstream
