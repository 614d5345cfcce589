// The last task, one for each sink: gives it one emission after the other, has it make whole
// batches last, and notes how far it has come. Alone it may block in a write; it notices when
// nobody reads any more even while there is nothing to write.
#pragma once

#include <memory>

#include "engine/delivery_loop.h"
#include "engine/sink_progress.h"
#include "runtime/control.h"
#include "runtime/task.h"
#include "sink/sink.h"

namespace wordstream {

class Writer final : public Task {
 public:
  Writer(std::unique_ptr<Sink> sink, EmissionChannel& emissions, SinkProgress& progress,
         Control& control, Poller& poller);
  ~Writer() override;

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  Next give(const Emission& emission);
  Next give(EndOfBatch end);
  Next flush();
  void watch_sink();

  std::unique_ptr<Sink> sink_;
  EmissionChannel& emissions_;
  SinkProgress& progress_;
  Control& control_;
  Poller& poller_;
  bool is_flushing_ = false;
  bool is_finished_ = false;
};

}  // namespace wordstream
