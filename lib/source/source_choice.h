// A source as somebody has chosen it: all that is to be known of it before it is opened. Each kind
// of source says each of these things itself; nothing has a default, so that a kind that forgets
// what it can promise does not compile. It never changes, and may be asked by any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/env.h"
#include "model/promise_class.h"
#include "source/source.h"

namespace wordstream {

/// A file that a source reads.
struct SourceFile {
  std::string path = {};                 ///< absolute; empty where it has no name
  std::optional<FileInfo> regular = {};  ///< the file, if it is a regular one and there
};

class SourceChoice {
 public:
  virtual ~SourceChoice() = default;

  /// "tcp://localhost:9999", "file:/var/log/x". For people, and to find a checkpoint by. It holds
  /// no secret: where there is one, *** stands in its place.
  virtual std::string name(const Files& files) const = 0;
  /// Whether the name is enough to find a checkpoint by: another run that has it reads the same.
  virtual bool has_lasting_name(Files& files) const = 0;
  /// What must be the same for a checkpoint to be gone on with. It is in journals: it never
  /// changes.
  virtual std::string fingerprint(const Files& files) const = 0;
  virtual SourceClass promise(Files& files) const = 0;
  /// What its lines stand in, for people: "file", "topic", "stream".
  virtual std::string_view medium() const = 0;
  /// What else they should know before it is read, a line each: a library that is loaded for it.
  virtual std::vector<std::string> notes(const Env& env) const = 0;
  /// The files that are named; a pattern names none.
  virtual std::vector<SourceFile> named_files(Files& files) const = 0;
  /// Whether it has a start and an end, of which one can be chosen to begin at.
  virtual bool has_ends() const = 0;
  /// What it may miss by its nature, whatever the mode promises: for people; empty where that is
  /// nothing.
  virtual std::string may_miss() const = 0;
  /// The same, followed as it grows; null where that makes no sense.
  virtual std::shared_ptr<const SourceChoice> followed() const = 0;
  /// Makes the source. `env` outlives it.
  virtual std::unique_ptr<Source> make(const Env& env, const SourceContext& context) const = 0;
};

using ChosenSource = std::shared_ptr<const SourceChoice>;

}  // namespace wordstream
