// How the program ends, as sysexits.h numbers it. Scripts and supervisors decide by these.
#pragma once

#include "base/result.h"

namespace wordstream {

enum class ExitCode {
  Done = 0,
  Usage = 64,
  BadData = 65,
  NoInput = 66,
  Unavailable = 69,
  Bug = 70,
  NoMemory = 71,
  CannotCreate = 73,
  IoError = 74,
  TryAgain = 75,
  NotPermitted = 77,
  CannotPromise = 78,
};

/// The exit code for an error of the library.
ExitCode exit_code_of(ErrorCode code);

}  // namespace wordstream
