#include "env/descriptor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

namespace wordstream {
namespace {

ErrorCode code_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
    case ESTALE:
      return ErrorCode::NotFound;
    case EACCES:
    case EPERM:
      return ErrorCode::NotPermitted;
    case ECONNREFUSED:
    case ECONNRESET:
    case ECONNABORTED:
    case ETIMEDOUT:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case EADDRINUSE:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
      return ErrorCode::Unavailable;
    case ENOBUFS:
    case ENOMEM:
      return ErrorCode::OverMemory;
    default:
      return ErrorCode::Io;
  }
}

}  // namespace

Descriptor::~Descriptor() {
  if (is_open()) ::close(fd_);
}

std::string errno_text(int error) { return std::generic_category().message(error); }

tl::unexpected<Error> fail_errno(std::string_view what, int error, std::string_view advice) {
  if (error == EMFILE || error == ENFILE) advice = kDescriptorAdvice;
  return fail(code_of(error), fmt::format("{}: {}{}{}", what, errno_text(error),
                                          advice.empty() ? "" : "; ", advice));
}

}  // namespace wordstream
