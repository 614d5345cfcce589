#include "sink/stream_sink.h"

#include <string_view>
#include <utility>

namespace wordstream {

StreamSink::StreamSink(std::unique_ptr<Output> output, std::unique_ptr<Format> format)
    : output_(std::move(output)), format_(std::move(format)) {}

void StreamSink::take(const Emission& emission) {
  bytes_.clear();
  written_ = 0;
  format_->append(emission, bytes_);
}

Result<bool> StreamSink::flush() {
  while (written_ < bytes_.size()) {
    const Result<std::size_t> written = output_->write(std::string_view(bytes_).substr(written_));
    if (!written) return fail(written);
    if (*written == 0) return false;
    written_ += *written;
  }
  return true;
}

}  // namespace wordstream
