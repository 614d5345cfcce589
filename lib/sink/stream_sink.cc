#include "sink/stream_sink.h"

#include <string_view>
#include <utility>

namespace wordstream {
Result<ParsedTarget> ToStdout::parse(std::string_view text) {
  if (!text.empty()) text.remove_prefix(1);  // the "?"
  return ParsedTarget{std::make_shared<const ToStdout>(), std::string(text)};
}

std::string ToStdout::name(const Files& /*files*/) const { return "stdout"; }
SinkClass ToStdout::promise() const { return kPromise; }
bool ToStdout::has_format() const { return true; }
bool ToStdout::wants_all(std::optional<FormatKind> format) const { return shows_all(*format); }
std::string ToStdout::path(const Files& /*files*/) const { return ""; }

Result<std::unique_ptr<Sink>> ToStdout::open(const SinkContext& context) const {
  Result<std::unique_ptr<Output>> output = context.env.files.standard_output();
  if (!output) return fail(output);
  const std::optional<SinkResume>& resume = context.resume;
  FormatOptions now{*context.format, context.top, (*output)->is_terminal()};
  FormatOptions before = resume ? resume->shown_before : now;
  before.for_terminal = now.for_terminal;
  return std::make_unique<StreamSink>(
      std::move(*output), make_changing_format(before, resume ? resume->last_batch : 0, now));
}

StreamSink::StreamSink(std::unique_ptr<Output> output, std::unique_ptr<Format> format)
    : output_(std::move(output)), format_(std::move(format)) {}

void StreamSink::take(const Emission& emission) {
  bytes_.clear();
  written_ = 0;
  format_->append(emission, bytes_);
}

void StreamSink::settle(const BatchEnd& end, bool /*more_waiting*/) { mark_ = SinkMark{end.batch}; }

Result<Turn> StreamSink::turn(SteadyTime /*now*/) {
  while (written_ < bytes_.size()) {
    const Result<std::size_t> written = output_->write(std::string_view(bytes_).substr(written_));
    if (!written) return fail(written);
    if (*written == 0) return Turn::idle();
    written_ += *written;
  }
  return Turn::ended();
}

}  // namespace wordstream
