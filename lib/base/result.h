// Expected failures: a Result<T> holds a value or an Error, a Status holds nothing or an Error.
// Both must be looked at. What only a bug can cause is a WS_CHECK (base/check.h) instead.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace wordstream {

/// Why something failed. Each code is here because a caller branches on it.
enum class ErrorCode {
  InvalidArgument,  ///< what was asked for makes no sense
  NotFound,         ///< the input is not there, or is a directory
  Unavailable,      ///< a peer cannot be reached now: trying again may help
  Io,               ///< a read or write failed
  NotPermitted,     ///< the rights are missing
  Closed,           ///< whoever read our output has gone
  BadData,          ///< what was kept is damaged, or belongs to another job
  AlreadyThere,     ///< a row with this key is there
  CannotCreate,     ///< a file or directory cannot be made
  Busy,             ///< another process holds it
  NoSpace,          ///< the disk is full
  OverMemory,       ///< more is needed than may be taken
  CannotPromise,    ///< source and sink cannot keep the promise that was asked for
};

/// A code for the program and a message for people: what failed, on what, why.
struct Error {
  ErrorCode code;
  std::string message;
};

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

using Status = Result<void>;

/// An Error in the form that every Result and Status can be made from.
inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

/// What somebody has asked for makes no sense.
inline tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

/// Hands an Error of one Result on to another.
template <class T>
tl::unexpected<Error> fail(const Result<T>& failed) {
  return tl::unexpected<Error>(failed.error());
}

}  // namespace wordstream
