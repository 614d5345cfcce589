// Draws the run on a terminal, again and again in the same place, and leaves the last picture
// behind.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "env/terminal.h"
#include "sink/live_view.h"
#include "sink/sink.h"

namespace wordstream {

class LiveSink final : public Sink {
 public:
  LiveSink(std::unique_ptr<Terminal> terminal, std::size_t row_count_max);

  void take(const Emission& emission) override;
  Result<bool> flush() override;
  const Pollable* output() const override { return terminal_.get(); }

  const Pollable* trigger() const override { return &terminal_->resized(); }
  void refresh(const RunStatus& status) override;
  std::optional<SinkMark> finish() override;

 private:
  /// Makes the bytes of a picture of what there is to show now.
  void redraw();

  std::unique_ptr<Terminal> terminal_;
  LiveOptions options_;
  LiveState state_;
  bool is_begun_ = false;
  bool is_over_ = false;
  std::string bytes_;
  std::size_t written_ = 0;  // of bytes_
};

}  // namespace wordstream
