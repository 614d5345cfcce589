// Writes emissions, in one of the formats, to a stream: all rows of one together, never in parts.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "env/stream.h"
#include "format/format.h"
#include "sink/sink_choice.h"

namespace wordstream {

/// Standard output.
class ToStdout final : public SinkTarget {
 public:
  static constexpr SinkClass kPromise = SinkClass::Stream;
  /// Reads what stands behind "stdout": nothing, or parameters.
  static Result<ParsedTarget> parse(std::string_view text);

  std::string name(const Files& files) const override;
  SinkClass promise() const override;
  bool has_format() const override;
  bool wants_all(std::optional<FormatKind> format) const override;
  std::string path(const Files& files) const override;
  std::vector<std::string> notes(const Env& /*env*/) const override { return {}; }
  Result<std::unique_ptr<Sink>> open(const SinkContext& context) const override;
};

class StreamSink final : public Sink {
 public:
  StreamSink(std::unique_ptr<Output> output, std::unique_ptr<Format> format);

  void take(const Emission& emission) override;
  void settle(const BatchEnd& end, bool more_waiting) override;
  Result<Turn> turn(SteadyTime now) override;
  std::optional<SinkMark> mark() const override { return mark_; }
  const Pollable* output() const override { return output_.get(); }

 private:
  std::unique_ptr<Output> output_;
  std::unique_ptr<Format> format_;
  std::string bytes_;
  std::size_t written_ = 0;  // of bytes_
  std::optional<SinkMark> mark_;
};

}  // namespace wordstream
