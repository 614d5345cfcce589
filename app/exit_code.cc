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
    case ErrorCode::BadData:
    case ErrorCode::AlreadyThere:
      return ExitCode::BadData;
    case ErrorCode::CannotCreate:
      return ExitCode::CannotCreate;
    case ErrorCode::Busy:
    case ErrorCode::NoSpace:
      return ExitCode::TryAgain;
    case ErrorCode::OverMemory:
      return ExitCode::NoMemory;
    case ErrorCode::CannotPromise:
      return ExitCode::CannotPromise;
  }
  return ExitCode::Bug;
}

}  // namespace wordstream
