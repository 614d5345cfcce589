#include "app/exit_code.h"

namespace wordstream {

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return ExitCode::Usage;
    case ErrorCode::NotFound:
      return ExitCode::NoInput;
    case ErrorCode::Unavailable:
      return ExitCode::Unavailable;
    case ErrorCode::Io:
      return ExitCode::IoError;
    case ErrorCode::NotPermitted:
      return ExitCode::NotPermitted;
    case ErrorCode::Closed:
      return ExitCode::Done;  // whoever read us has seen enough
  }
  return ExitCode::Bug;
}

}  // namespace wordstream
