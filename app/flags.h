// The command line: every flag, as data, and what was typed, as a Config.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "app/inspect.h"
#include "app/log.h"
#include "app/send_argument.h"
#include "base/result.h"
#include "engine/config.h"

namespace wordstream {

/// A run as the user asked for it. No source: standard input or the default server, by what
/// standard input is.
struct Invocation {
  Config config;
  bool has_source = false;
  bool explain = false;  ///< print what is promised, and do not run
  LogChoice log = {};
  std::string warning = {};  ///< of --config; empty: none
  std::string on = {};       ///< a master of Spark's that counts; empty: this process does
};

/// Text to print on stdout instead of a run (--help, --version).
struct Answer {
  std::string text;
};

/// What a command line asks for.
using Request = std::variant<Invocation, Sending, Inspect, Answer>;

/// Reads the arguments. Fails with InvalidArgument and one line that names the flag, what is wrong
/// with it and what would be right; with NotFound where a server is written as if it were a file.
Result<Request> parse_command_line(int argc, const char* const* argv, Files& files);

}  // namespace wordstream
