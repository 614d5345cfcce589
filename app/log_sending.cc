#include "app/log_sending.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/units.h"

namespace wordstream {

void Log::SendingRender::operator()(const event::SendsPlain& e) const {
  log.info(fmt::format(
      "{} is no wordstream that listens with --relp: it is sent a line at a time, and what a crash "
      "has sent twice it takes twice",
      e.server));
}

void Log::SendingRender::operator()(const event::SendRefused& e) const {
  log.warning(fmt::format("{} has answered: {}; sending again", e.server, e.text));
}

void Log::SendingRender::operator()(const event::SentAgain& e) const {
  log.warning(
      fmt::format("{} is not there beyond {}, though it was answered up to {}: sending it again",
                  e.producer, e.from, e.to));
}

void Log::SendingRender::operator()(const event::NotSentAgain& e) const {
  log.warning(
      fmt::format("{} is not there beyond {}, and what lies between that and {} is not to be "
                  "had here any more: it is lost",
                  e.producer, e.from, e.to));
}

void Log::SendingRender::operator()(const event::HasMore& e) const {
  log.info(fmt::format("{} is there up to {} already, and not only to {}: going on behind that",
                       e.producer, e.to, e.from));
}

void Log::SendingRender::operator()(const event::SendsAnew& e) const {
  log.warning(
      fmt::format("what is there of it is not what stands in the file: sent from its start, as {}",
                  e.producer));
}

void Log::SendingRender::operator()(const event::SendProgress& e) const {
  std::string text = fmt::format("{} answered", rounded_size(e.answered_bytes));
  if (e.percent) text += fmt::format(", {} %", *e.percent);
  log.show_progress(fmt::format("{}, {}/s, {} on the way", text, rounded_size(e.bytes_per_second),
                                rounded_size(e.unanswered_bytes)));
}

void Log::SendingRender::operator()(const event::SendTotals& e) const {
  std::string text = fmt::format("{} answered", counted(e.lines, "line"));
  if (e.unanswered_bytes != 0) {
    text += fmt::format(", {} not", counted(e.unanswered_bytes, "byte"));
  }
  if (e.cut_lines != 0) text += fmt::format("; {} cut", counted(e.cut_lines, "line"));
  log.info(text);
}

}  // namespace wordstream
