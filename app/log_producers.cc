#include "app/log_producers.h"

#include <fmt/format.h>

#include <string>

#include "base/units.h"

namespace wordstream {

void Log::ProducerRender::operator()(const event::OpenToOthers& e) const {
  log.warning(fmt::format(
      "anybody who reaches {} can have words counted: nothing is asked of who sends, and "
      "nothing is encrypted",
      e.address));
}

void Log::ProducerRender::operator()(const event::ProducerBegins& e) const {
  const std::string text = fmt::format("{} is new: it begins at {}", e.producer, e.offset);
  e.offset == 0 ? log.detail(text) : log.info(text);
}

void Log::ProducerRender::operator()(const event::ProducerAnew& e) const {
  const std::string text =
      fmt::format("{} sends other lines than before: a new generation of it begins", e.producer);
  if (e.lost_line_count == 0) return log.info(text);
  log.warning(fmt::format("{}; {} of it were taken for repeats before that was seen, and are lost",
                          text, counted(e.lost_line_count, "line")));
}

void Log::ProducerRender::operator()(const event::ProducerContested& e) const {
  log.warning(
      fmt::format("{} and {} both send for {}, and not the same: {} is closed; give each sender a "
                  "name of its own in its template",
                  e.peer, e.other_peer, e.producer, e.peer));
}

void Log::ProducerRender::operator()(const event::GapRefused& e) const {
  log.warning(fmt::format(
      "{}: {} was expected and {} came, from {}: not answered, and closed; have the "
      "sender send again from there (rsyslog: stop it, delete its imfile-state file, start "
      "it), or take the loss with ?gaps=take",
      e.producer, e.from, e.to, e.peer));
}

void Log::ProducerRender::operator()(const event::BatchesMissing& e) const {
  log.warning(fmt::format(
      "{}: batch {} was expected and {} came, from {}: not answered, and closed; have the sender "
      "send again from there",
      e.producer, e.from, e.to, e.peer));
}

void Log::ProducerRender::operator()(const event::BatchTaken& e) const {
  log.detail(fmt::format("took batch {} of {}: {}, counted from {} to {}", e.batch, e.producer,
                         counted(e.row_count, "word"), e.start.count(), e.end.count()));
}

void Log::ProducerRender::operator()(const event::ProducerForgotten& e) const {
  log.info(
      e.was_silent
          ? fmt::format("{} was silent for long: it is forgotten how far it had come", e.producer)
          : fmt::format("more than {}: forgot how far {}, the longest silent, had come",
                        counted(e.producer_count_max, "producer"), e.producer));
}

void Log::ProducerRender::operator()(const event::LineWithoutKey& e) const {
  log.warning(fmt::format(
      "{} sent a line without a key: closed; have it sent with the template "
      "\"%hostname%:%$!metadata!filename%@%$!metadata!fileoffset% %msg%\", or listen with "
      "?key=none",
      e.peer));
}

void Log::ProducerRender::operator()(const event::RelpRefused& e) const {
  log.warning(fmt::format("{}: {}: closed", e.peer, e.why));
}

void Log::ProducerRender::operator()(const event::RelpTotals& e) const {
  std::string text = fmt::format("answered {}", counted(e.answered, "frame"));
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count != 0) text += fmt::format(", {}", counted(count, what));
  };
  add(e.repeats, "repeat");
  if (e.gaps_taken != 0) {
    text += fmt::format(", {} taken with {}", counted(e.gaps_taken, "gap"),
                        counted(e.skipped_bytes, "skipped byte"));
  }
  if (e.gaps_refused != 0) text += fmt::format(", {} refused", counted(e.gaps_refused, "gap"));
  add(e.bad_frames, "bad frame");
  if (e.without_key != 0) text += fmt::format(", {} without a key", counted(e.without_key, "line"));
  add(e.new_generations, "new generation");
  if (e.lost_lines != 0) text += fmt::format(", {} lost with them", counted(e.lost_lines, "line"));
  if (e.forgotten != 0) text += fmt::format(", {} forgotten", counted(e.forgotten, "producer"));
  log.info(text);
}

}  // namespace wordstream
