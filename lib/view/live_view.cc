#include "view/live_view.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace wordstream {

LiveView::LiveView(std::unique_ptr<Terminal> terminal, std::size_t row_count_max)
    : terminal_(std::move(terminal)), options_{terminal_->traits(), row_count_max} {}

void LiveView::take(const Emission& emission) {
  const Label before = state_.emission ? state_.emission->interval.end : emission.interval.start;
  if (state_.emission) state_.counts_before = state_.emission->counts;
  state_.span = emission.interval.end - before;
  state_.emission = emission;
  redraw();
}

void LiveView::refresh(const RunStatus& status) {
  state_.status = status;
  redraw();
}

void LiveView::redraw() {
  bytes_.clear();
  written_ = 0;
  if (!std::exchange(is_begun_, true)) {
    terminal_->take_over();
    bytes_.append(kEnterScreen);
  }
  const ScreenSize size = terminal_->size();
  std::size_t number = 0;
  for (const ScreenLine& line : draw(state_, options_, size)) {
    bytes_.append(to_line(++number)).append(line.bytes());
    if (line.columns() < size.columns) bytes_.append(kEraseRestOfLine);
  }
  if (number < size.lines) bytes_.append(to_line(number + 1)).append(kEraseRestOfScreen);
}

void LiveView::finish() {
  if (!is_begun_) return;
  is_over_ = true;
  bytes_ = kLeaveScreen;
  written_ = 0;
  if (!state_.emission) return;
  // By carriage returns too: a terminal in raw mode adds none.
  bytes_.append(kStopWrapping);
  for (const ScreenLine& line : draw(state_, options_, terminal_->size())) {
    bytes_.append(line.bytes()).append("\r\n");
  }
  bytes_.append(kWrapAgain);
}

Result<bool> LiveView::flush() {
  while (written_ < bytes_.size()) {
    const Result<std::size_t> written = terminal_->write(std::string_view(bytes_).substr(written_));
    if (!written) return fail(written);
    if (*written == 0) return false;
    written_ += *written;
  }
  if (std::exchange(is_over_, false)) terminal_->give_back();
  return true;
}

Result<std::unique_ptr<LiveView>> open_live_view(Files& files, std::size_t row_count_max) {
  Result<std::unique_ptr<Terminal>> terminal = files.standard_terminal();
  if (terminal) return std::make_unique<LiveView>(std::move(*terminal), row_count_max);
  const Error& error = terminal.error();
  if (error.code != ErrorCode::InvalidArgument) return fail(terminal);
  return fail(error.code,
              fmt::format("--format live: {}; choose print, python, tsv, csv or json instead",
                          error.message));
}

}  // namespace wordstream
