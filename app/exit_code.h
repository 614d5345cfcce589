// How the program ends, as sysexits.h numbers it. Scripts and supervisors decide by these.
#pragma once

#include "base/result.h"

namespace wordstream {

enum class ExitCode {
  Done = 0,
  Usage = 64,
  NoInput = 66,
  Unavailable = 69,
  Bug = 70,
  NoMemory = 71,
  IoError = 74,
  NotPermitted = 77,
};

/// The exit code for an error of the library.
ExitCode exit_code_of(ErrorCode code);

}  // namespace wordstream
