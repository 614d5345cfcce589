#include "app/inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "env/clock.h"
#include "env/poller.h"
#include "journal/backup.h"
#include "journal/inspection.h"
#include "sink/file_mark.h"
#include "text/json_text.h"
#include "text/visible.h"
#include "words/order.h"

namespace wordstream {
namespace {

/// How long it may take until nothing is committed for as long as a copy takes.
constexpr std::chrono::seconds kCopyPatience{10};
constexpr Millis kPause{5};

std::string_view name_of(Position::Place place) {
  switch (place) {
    case Position::Place::BehindLine:
      return "behind a line";
    case Position::Place::BehindCr:
    case Position::Place::BehindCutCr:
      return "behind a CR";
    case Position::Place::InsideLine:
      return "inside a line";
    case Position::Place::AtRecord:
      return "at a record";
    case Position::Place::InsideCutLine:
      break;
  }
  return "inside a cut line";
}

std::int64_t millis_of(Label label) { return label.time_since_epoch().count(); }

/// "[a,b]".
template <class Items, class ToText>
std::string json_array(const Items& items, ToText to_json) {
  std::string array = "[";
  for (const auto& item : items) {
    if (array.size() > 1) array += ',';
    array += to_json(item);
  }
  return array + ']';
}

std::string json_position(const Position& position) {
  return fmt::format(R"({{"stream":{},"offset":{},"place":{}}})",
                     quoted_json(title_of(*position.stream)), position.offset,
                     quoted_json(name_of(position.place)));
}

std::vector<Position> listed(const Positions& positions) {
  std::vector<Position> list;
  for (const auto& [name, position] : positions.by_name()) list.push_back(*position);
  std::ranges::sort(list, {}, [](const Position& it) { return title_of(*it.stream); });
  return list;
}

std::string json_batch(const BatchRow& batch) {
  return fmt::format(
      R"({{"id":{},"start_ms":{},"end_ms":{},"open":{},"lines":{},"words":{},"bytes":{}}})",
      batch.id, millis_of(batch.interval.start), millis_of(batch.interval.end), batch.is_open,
      batch.line_count, batch.word_count, batch.byte_count);
}

std::string json_format_span(const FormatSpan& span) {
  return fmt::format(R"({{"first_batch":{},"format":{},"top":{}}})", span.first_batch,
                     span.format.empty() ? "null" : quoted_json(span.format),
                     span.top == kAllRows ? "null" : std::to_string(span.top));
}

std::string json_sink(const SinkRecord& sink) {
  const std::optional<FileMark> file = decode_file_mark(sink.mark.place);
  return fmt::format(
      R"({{"name":{},"formats":{},"applied":{},"file":{}}})", quoted_json(sink.name),
      json_array(sink.formats, json_format_span), sink.mark.applied,
      file ? fmt::format(R"({{"inode":{},"bytes":{}}})", file->inode, file->length) : "null");
}

std::string to_json(const std::string& directory, const Inspection& inspection) {
  const MetaRow& meta = inspection.state.meta;
  const std::vector<Position> positions = listed(inspection.positions);
  return fmt::format(
      R"({{"checkpoint":{},"journal":{},"job":{},"began_ms":{},"epoch":{},"position":{},)"
      R"("positions":{},"last_batch":{},"last_closed":{},"last_end_ms":{},)"
      R"("totals_through":{},"batches":{},"sinks":{}}})"
      "\n",
      quoted_json(directory), quoted_json(to_text(meta.id)), quoted_json(meta.job),
      millis_of(meta.began), meta.epoch,
      positions.size() == 1 ? json_position(positions.front()) : "null",
      json_array(positions, json_position), meta.last_batch, inspection.state.last_closed(),
      meta.last_end ? std::to_string(millis_of(*meta.last_end)) : "null", meta.base_through,
      json_array(inspection.batches, json_batch), json_array(inspection.state.sinks, json_sink));
}

std::string position_line(const Position& position) {
  if (position.place == Position::Place::AtRecord) {
    return fmt::format("{} {}", visible(title_of(*position.stream)), position.offset);
  }
  return fmt::format("byte {}, {}, of {}", position.offset, name_of(position.place),
                     visible(title_of(*position.stream)));
}

/// One behind its heading, of several each on a line of its own.
std::string position_lines(const Positions& positions) {
  const std::vector<Position> list = listed(positions);
  if (list.empty())
    return "position    none: the source cannot be read again, or has not been read\n";
  if (list.size() == 1) return fmt::format("position    {}\n", position_line(list.front()));
  std::string lines = fmt::format("positions   in {}\n", counted(list.size(), "stream"));
  for (const Position& position : list) lines += "  " + position_line(position) + '\n';
  return lines;
}

std::string batch_lines(const Inspection& inspection) {
  if (inspection.batches.empty()) return "  none is kept: every sink has taken them\n";
  std::string lines = fmt::format("  {:>8}  {:<27}  {:<27}  {:<6}  {:>10}  {:>12}\n", "id", "start",
                                  "end", "state", "lines", "words");
  for (const BatchRow& batch : inspection.batches) {
    lines += fmt::format("  {:>8}  {}  {}  {:<6}  {:>10}  {:>12}\n", batch.id,
                         to_text(batch.interval.start), to_text(batch.interval.end),
                         batch.is_open ? "open" : "closed", batch.line_count, batch.word_count);
  }
  return lines;
}

/// What a sink shows; a database has no format.
std::string shown_text(const SinkRecord& sink) {
  const FormatSpan& span = sink.formats.back();
  const std::string rows = span.top == kAllRows ? "all rows" : fmt::format("top {}", span.top);
  return span.format.empty() ? rows : fmt::format("{}, {}", span.format, rows);
}

std::string sink_line(const SinkRecord& sink, std::uint64_t last_closed) {
  std::string line = fmt::format("  {} ({}): ", visible(sink.name), shown_text(sink));
  if (sink.mark.applied == 0) {
    line += "no batch is marked as taken";
  } else {
    line += fmt::format("batches up to {} are marked as taken", sink.mark.applied);
  }
  line += fmt::format(", {} to be given", last_closed - sink.mark.applied);
  if (!sink.mark.title.empty()) line += "; " + visible(sink.mark.title);
  return line + '\n';
}

std::string for_people(const std::string& directory, const Inspection& inspection) {
  const JournalState& state = inspection.state;
  std::string text = fmt::format(
      "checkpoint  {}\njournal     {}\njob         {}\nbegan       {}\n"
      "epoch       {}, more with every start\n",
      visible(directory), to_text(state.meta.id), visible(state.meta.job),
      to_text(state.meta.began), state.meta.epoch);
  text += position_lines(inspection.positions);
  if (state.meta.base_through > 0) {
    text += fmt::format("totals      of all batches up to {}\n", state.meta.base_through);
  }
  text += fmt::format("batches     {} so far; kept are\n", state.meta.last_batch);
  text +=
      batch_lines(inspection) + (inspection.state.sinks.empty() ? "sinks       none\n" : "sinks\n");
  for (const SinkRecord& sink : state.sinks) text += sink_line(sink, state.last_closed());
  return text;
}

}  // namespace

Result<std::string> inspect(const Inspect& wanted, Files& files, Storage& storage) {
  std::string directory = files.absolute(wanted.directory);
  if (!wanted.backup.empty()) {
    const std::string copy = files.absolute(wanted.backup);
    const Result<std::unique_ptr<Poller>> poller = make_real_poller();
    if (!poller) return fail(poller);
    const RealClock clock;
    const SteadyTime end = clock.steady() + kCopyPatience;
    const auto wait_a_moment = [&] {
      (*poller)->wait(clock.steady() + kPause);
      return clock.steady() < end;
    };
    const auto size = back_up_journal(files, storage, directory, copy, wait_a_moment);
    if (!size) return fail(size);
    directory = copy;
  }
  const Result<Inspection> inspection = inspect_journal(storage, directory);
  if (!inspection) return fail(inspection);
  return wanted.as_json ? to_json(directory, *inspection) : for_people(directory, *inspection);
}

}  // namespace wordstream
