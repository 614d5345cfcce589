#include "app/log_keys.h"

#include <fmt/format.h>

#include <string>

#include "base/units.h"

namespace wordstream {
namespace {

std::string told(const event::LinesLookedAt& e) {
  const std::string lines = counted(e.line_count - e.left_out_count, "line");
  const bool all_gave = e.keyless_count == 0 && e.wordless_count != 0;
  std::string text =
      all_gave ? lines : fmt::format("{} of {} gave nothing", e.keyless_count, lines);
  if (e.left_out_count != 0) text += fmt::format(", {} more left out", e.left_out_count);
  if (e.wordless_count != 0) text += fmt::format("; --split found nothing in {}", e.wordless_count);
  return text;
}

}  // namespace

void Log::KeyRender::operator()(const event::LinesLookedAt& e) const {
  log.line_count_ += e.line_count;
  log.skipped_line_count_ += e.left_out_count;
  log.keyless_line_count_ += e.keyless_count;
  log.wordless_count_ += e.wordless_count;
  log.detail(fmt::format("batch that ended at {} ms: {}", e.batch_end.time_since_epoch().count(),
                         told(e)));
}

void Log::KeyRender::operator()(const event::SlowExpressions& e) const {
  // Each thread says so.
  if (log.is_slowness_told_.exchange(true)) return;
  log.warning(
      fmt::format("--match, --grep and --skip let {} a second through, of a thread: expressions "
                  "that repeat less, or less far ('.{{300}}'), take less time",
                  rounded_size(e.bytes_per_second)));
}

void Log::KeyRender::operator()(const event::NothingSelected& e) const {
  // Each thread says so.
  if (log.is_keyless_told_.exchange(true)) return;
  log.warning(
      fmt::format("the first {} gave nothing to count: look whether --field, --match or --json "
                  "is meant for such lines (JSON must be one value a line: jq -c . makes it so)",
                  counted(e.line_count, "line")));
}

/// What was to be selected and was not there.
void Log::sum_up_lines() {
  if (keyless_line_count_ == 0 && wordless_count_ == 0) return;
  info("in this run: " +
       told({line_count_, skipped_line_count_, keyless_line_count_, wordless_count_, {}}));
}

}  // namespace wordstream
