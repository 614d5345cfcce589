// A place where counts go, as somebody has chosen it: all that is to be known of it before it is
// opened. Each kind of sink says each of these things itself; nothing has a default, so that a kind
// that forgets what it can promise does not compile. It never changes.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/env.h"
#include "format/format.h"
#include "model/events.h"
#include "model/promise_class.h"
#include "runtime/control.h"
#include "runtime/patience.h"
#include "sink/resume.h"
#include "sink/sink.h"

namespace wordstream {

/// What a sink is opened with.
struct SinkContext {
  const Env& env;
  Observer& observer;
  const Control& control;  ///< asked, while the sink waits for others, whether to go on with that
  /// Emissions are running totals.
  bool is_total;
  std::optional<FormatKind> format;         ///< none where the sink has rows and no format
  std::size_t top;                          ///< rows an emission shows at most; kAllRows for all
  const std::optional<SinkResume>& resume;  ///< nothing without a journal
  std::optional<Patience> patience = {};    ///< with one not open yet; none: as long as it takes
  std::string kafka_config = {};            ///< a file of librdkafka's properties; empty: none
  std::size_t number = 0;                   ///< the sink's, among those of the run
};

class SinkTarget {
 public:
  virtual ~SinkTarget() = default;

  /// "stdout", "file:/tmp/counts.tsv". For people, and what the journal knows it by: it never
  /// changes. It holds no secret: where there is one, *** stands in its place.
  virtual std::string name(const Files& files) const = 0;
  virtual SinkClass promise() const = 0;
  /// Whether rows are shown in a format; else they go as they are.
  virtual bool has_format() const = 0;
  /// Whether it wants all rows that there are; else those alone that have changed.
  virtual bool wants_all(std::optional<FormatKind> format) const = 0;
  /// The file that it writes, absolute; empty where it writes to none that has a name.
  virtual std::string path(const Files& files) const = 0;
  /// What --explain has to say of it beside its promise: what is loaded for it, and such.
  virtual std::vector<std::string> notes(const Env& env) const = 0;
  /// Opens the sink. All that the context refers to outlives it. Fails when the output cannot be
  /// had.
  virtual Result<std::unique_ptr<Sink>> open(const SinkContext& context) const = 0;
};

/// All files that it writes, absolute; not each is always there: a database has some beside it.
std::vector<std::string> files_of(const SinkTarget& target, const Files& files);

using ChosenTarget = std::shared_ptr<const SinkTarget>;

/// A target as its kind has read it off the command line.
struct ParsedTarget {
  ChosenTarget target;
  std::string parameters = {};            ///< what stands behind it for all: "format=tsv&top=3"
  std::optional<FormatKind> format = {};  ///< that which its name asks for
};

/// A path, and what stands behind its last "?": so the kinds that have paths are read. Fails with
/// InvalidArgument.
struct ParsedPath {
  std::string path;
  std::string parameters;
};
Result<ParsedPath> parse_path(std::string_view text);

/// One place where counts go, and how they are shown there.
struct SinkChoice {
  ChosenTarget target;
  std::optional<FormatKind> format = FormatKind::Print;  ///< none where the target has none
  std::size_t top = 10;                                  ///< kAllRows for all

  bool wants_all() const { return target->wants_all(format); }
};

}  // namespace wordstream
