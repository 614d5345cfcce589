// The last task, one for each sink: gives it one emission after the other, has it make whole
// batches last, and notes how far it has come. Alone it may block in a write; it notices when
// nobody reads any more even while there is nothing to write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/emission_channel.h"
#include "engine/run_context.h"
#include "engine/sink_progress.h"
#include "runtime/task.h"
#include "sink/sink.h"

namespace wordstream {

class Writer final : public Task {
 public:
  /// The sink is the one of that number in the configuration.
  Writer(const RunContext& run, std::unique_ptr<Sink> sink, EmissionChannel& emissions,
         SinkProgress& progress, Poller& poller, std::size_t number = 0);
  ~Writer() override;

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  /// Asks the sink for the next thing. Returns false when there is nothing to ask for.
  bool ask();
  /// A turn of the sink at what it was asked for.
  Next work();
  /// Notes how far the sink has come, and tells it.
  void note(SinkMark mark);
  /// Watches the output for what the writer waits for now: room, or its reader's leaving.
  void watch_output();

  RunContext run_;
  std::unique_ptr<Sink> sink_;
  EmissionChannel& emissions_;
  SinkProgress& progress_;
  Poller& poller_;
  std::size_t number_;      // of the sink, in the configuration
  std::uint64_t told_ = 0;  // the batch that it took last, as was told
  bool is_busy_ = false;    // the sink has something to do
  std::optional<BatchEnd> put_off_ =
      {};                           // its last batch may have been; it has ended no other since
  std::uint64_t reopen_count_ = 0;  // so often the sink was asked to
  bool is_finished_ = false;
};

}  // namespace wordstream
