// Everything that a user can choose of a run, checked and complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "delivery/promise.h"
#include "keys/key_choice.h"
#include "sink/stream_sink.h"
#include "source/tcp_client.h"
#include "window/sliding_window.h"
#include "words/order.h"

namespace wordstream {

/// Every batch by itself.
struct PerBatch {};
/// Running totals of all batches.
struct Totals {
  std::optional<Millis> idle_after;  ///< words that were not seen for so long are dropped
};
using FoldChoice = std::variant<PerBatch, WindowShape, Totals>;

/// The sizes of what stands between the tasks. The simulation makes them small.
struct Limits {
  std::size_t block_bytes = 1024 * 1024;
  std::size_t block_count_max = 8;                    ///< waiting to be counted
  std::size_t batch_count_max = 4;                    ///< closed, waiting to be delivered
  std::size_t emission_count_max = 1;                 ///< waiting for each sink
  std::size_t light_emission_count_max = 64;          ///< the same, where they have few words:
  std::size_t light_word_count_max = 20'000;          ///< all of them together
  std::size_t piece_bytes = 16 * 1024;                ///< counted between two looks at the clock
  std::size_t partial_bytes_max = 256 * 1024 * 1024;  ///< all unfinished lines together
};

/// The live view on standard output.
struct LiveChoice {
  std::size_t row_count_max;  ///< kAllRows: what the screen has room for
};

/// The page, the metrics and the health check.
struct HttpChoice {
  Endpoint address;
  std::vector<std::string> hosts;  ///< what else this machine may be called
};

struct Config {
  ChosenSource source = std::make_shared<const ConnectTo>(Endpoint{"localhost", 9999});
  Millis batch{1000};
  FoldChoice fold;
  KeyChoice keys;
  /// At least one, where there is no live view.
  std::vector<SinkChoice> sinks = {SinkChoice{std::make_shared<const ToStdout>()}};
  std::optional<LiveChoice> live;
  std::optional<HttpChoice> http;
  std::string version;          ///< of the program, for who looks
  bool tells_progress = false;  ///< how far what has an end was read, once a second
  Mode mode = Mode::AtMostOnce;
  std::optional<std::string> checkpoint;  ///< the journal's directory; none: no journal
  std::optional<Millis> commit_interval;  ///< where it is shorter than the batch
  bool until_eof = false;
  std::optional<Millis> wait;
  std::optional<From> from;
  std::optional<Millis> poll;        ///< look at followed files so often
  std::vector<FileInfo> redirected;  ///< the files that stdout and stderr go to
  std::string kafka_config;          ///< a file of librdkafka's properties; empty: none
  std::vector<std::string> rotated;  ///< patterns of what is a rotated file, too
  std::optional<std::uint64_t> batch_count_max;
  std::uint64_t line_bytes_max = 1024 * 1024;
  std::uint64_t memory_bytes_max = UINT64_MAX;
  std::size_t worker_count = 0;  ///< threads that count; 0: the counting loop's own does
  Limits limits;
};

}  // namespace wordstream
