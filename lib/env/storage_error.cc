#include "env/storage_error.h"

#include <fmt/format.h>

#include <cerrno>

#include "env/descriptor.h"

namespace wordstream {
namespace {

ErrorCode disk_code_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case EEXIST:
    case ELOOP:
    case ENAMETOOLONG:
      return ErrorCode::CannotCreate;
    default:
      return storing_code_of(error, ErrorCode::Io);
  }
}

}  // namespace

ErrorCode storing_code_of(int error, ErrorCode otherwise) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::NoSpace;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::NotPermitted;
    case ENOMEM:
      return ErrorCode::OverMemory;
    case EMFILE:
    case ENFILE:
      return ErrorCode::Io;
    default:
      return otherwise;
  }
}

std::string_view storing_advice(ErrorCode code) {
  switch (code) {
    case ErrorCode::NoSpace:
      return "make room there, and start again";
    case ErrorCode::NotPermitted:
      return "name a place where you may write";
    case ErrorCode::CannotCreate:
      return "name a place that there is";
    case ErrorCode::OverMemory:
      return "see that there is memory left, and start again";
    default:
      return "see that the disk is well, and start again";
  }
}

tl::unexpected<Error> fail_storing(std::string_view what, int error) {
  const ErrorCode code = disk_code_of(error);
  const bool is_number = error == EMFILE || error == ENFILE;
  return fail(code, fmt::format("{}: {}; {}", what, errno_text(error),
                                is_number ? kDescriptorAdvice : storing_advice(code)));
}

}  // namespace wordstream
