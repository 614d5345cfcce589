// The tables of kinds: every source and every sink that can be named, a row each. Whoever lists
// kinds, on the command line, in its help or in its errors, reads them off here. A file may be
// followed, too (--follow, source/log_source.h); that has no name of its own.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sink/sink_choice.h"
#include "source/source_choice.h"

namespace wordstream {

/// A kind of source. What stands behind its scheme and "://", or ":" where a path follows, is its
/// own.
struct SourceKind {
  std::string_view scheme;  ///< "tcp"; "file" for paths, which need no scheme; empty for "-"
  std::string_view form;    ///< as it is typed: "tcp://HOST:PORT"
  std::string_view help;
  /// Reads what stands behind the scheme. Fails with InvalidArgument and says what would be right.
  Result<ChosenSource> (*parse)(std::string_view text);

  /// Whether a path follows its scheme: "unix:PATH".
  bool takes_path() const { return form == std::string(scheme) + ":PATH"; }
};
std::span<const SourceKind> source_kinds();

/// A kind of sink. What stands behind its scheme and ":" is its own, parameters included.
struct SinkKind {
  std::string_view scheme;  ///< "sqlite"; "file" for paths, which need none; empty for "stdout"
  std::string_view form;    ///< as it is typed: "sqlite:PATH"
  std::string_view help;
  SinkClass promise;
  /// Reads what stands behind the scheme, or the word. Fails with InvalidArgument.
  Result<ParsedTarget> (*parse)(std::string_view text);
  std::string_view also = {};  ///< another scheme of the same meaning
};
std::span<const SinkKind> sink_kinds();

/// The forms of those sinks that can take part in exactly-once: "file:PATH or sqlite:PATH".
std::string exact_sink_forms();

/// "a, b or c".
std::string alternatives(std::span<const std::string_view> words);

}  // namespace wordstream
