// libpq's functions, found when they are first asked for: whoever names no server needs no libpq.
#pragma once

#include <libpq-fe.h>

#include <string>

namespace wordstream {

// clang-format off
#define WS_LIBPQ(X) \
  X(PQconnectStartParams) X(PQconnectPoll) X(PQstatus) X(PQsocket) X(PQerrorMessage) \
  X(PQfinish) X(PQsetnonblocking) X(PQsendQuery) X(PQsendQueryParams) X(PQflush) \
  X(PQconsumeInput) X(PQisBusy) X(PQgetResult) X(PQresultStatus) X(PQresultErrorField) \
  X(PQresultErrorMessage) X(PQntuples) X(PQnfields) X(PQgetvalue) X(PQgetlength) X(PQclear) \
  X(PQsetErrorVerbosity) X(PQsetNoticeProcessor) X(PQtransactionStatus) \
  X(PQparameterStatus) X(PQbackendPID) X(PQconninfoParse) X(PQconninfoFree) X(PQfreemem) \
  X(PQconnectionNeedsPassword)
// clang-format on

/// Each by its own name: `libpq().PQstatus(connection)`.
struct Libpq {
// A name that is declared cannot stand in parentheses. NOLINTNEXTLINE(bugprone-macro-parentheses)
#define WS_MEMBER(name) decltype(&::name) name = nullptr;
  WS_LIBPQ(WS_MEMBER)
#undef WS_MEMBER
  std::string missing = {};  ///< why it could not be loaded; empty when it was
};

/// Loads it once, for good. Safe from any thread. Requires, of a call: nothing is missing.
const Libpq& libpq();

}  // namespace wordstream
