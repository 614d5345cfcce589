// Everything that a user can choose of a run, checked and complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "delivery/promise.h"
#include "env/network.h"
#include "sink/format.h"
#include "source/source.h"
#include "window/sliding_window.h"
#include "words/order.h"
#include "words/splitter.h"

namespace wordstream {

/// Connect to a server.
struct ConnectTo {
  Endpoint server;
};
/// Let clients connect.
struct ListenOn {
  Endpoint address;
};
/// Read a file or pipe to its end; "-" is standard input.
struct ReadFrom {
  std::string path;
};
/// Read a file for ever.
struct Follow {
  std::string path;
};
/// A source that is none of the program's own: whoever has the library run it brings it along.
struct BroughtSource {
  std::string name;
  SourceKind kind;
  std::function<std::unique_ptr<Source>(const SourceContext&)> make;
};
using SourceChoice = std::variant<ConnectTo, ListenOn, ReadFrom, Follow, BroughtSource>;

/// Every batch by itself.
struct PerBatch {};
/// Running totals of all batches.
struct Totals {
  std::optional<Millis> idle_after;  ///< words that were not seen for so long are dropped
};
using FoldChoice = std::variant<PerBatch, WindowShape, Totals>;

/// Standard output.
struct ToStdout {};
/// A file that is appended to.
struct ToFile {
  std::string path;  ///< absolute, once a run begins
};
/// Tables in a database.
struct ToSqlite {
  std::string path;  ///< as above
};
using SinkTarget = std::variant<ToStdout, ToFile, ToSqlite>;

/// One place where counts go, and how they are shown there.
struct SinkChoice {
  SinkTarget target;
  FormatKind format = FormatKind::Print;  ///< of a database Tsv, which has the same rows
  std::size_t top = 10;                   ///< kAllRows for all
};

/// The sizes of what stands between the tasks. The simulation makes them small.
struct Limits {
  std::size_t block_bytes = 1024 * 1024;
  std::size_t block_count_max = 8;                    ///< waiting to be counted
  std::size_t batch_count_max = 4;                    ///< closed, waiting to be delivered
  std::size_t emission_count_max = 1;                 ///< waiting for each sink
  std::size_t piece_bytes = 16 * 1024;                ///< counted between two looks at the clock
  std::size_t partial_bytes_max = 256 * 1024 * 1024;  ///< all unfinished lines together
};

struct Config {
  SourceChoice source = ConnectTo{{"localhost", 9999}};
  Millis batch{1000};
  FoldChoice fold;
  SplitMode split = SplitMode::Space;
  bool lower = false;
  std::vector<SinkChoice> sinks = {SinkChoice{}};  ///< at least one
  Mode mode = Mode::AtMostOnce;
  std::optional<std::string> checkpoint;  ///< the journal's directory; none: no journal
  std::optional<Millis> commit_interval;  ///< where it is shorter than the batch
  bool until_eof = false;
  std::optional<Millis> wait;
  std::optional<std::uint64_t> batch_count_max;
  std::uint64_t line_bytes_max = 1024 * 1024;
  std::uint64_t memory_bytes_max = UINT64_MAX;
  std::size_t worker_count = 0;  ///< threads that count; 0: the counting loop's own does
  Limits limits;
};

}  // namespace wordstream
