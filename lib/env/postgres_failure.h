// What libpq says of an attempt to connect that has failed. It is text alone, also from the server,
// and has SQLSTATE codes only when libpq is told to be verbose: "connection to server at "h"
// (1.2.3.4), port 5432 failed: FATAL:  28P01: password ...", a line or more for each address. Pure
// functions.
#pragma once

#include <string>
#include <string_view>

#include "env/postgres.h"

namespace wordstream {

/// Several lines as one, without where in the server's source they come from.
std::string one_line(std::string_view text);

/// Refused where no other attempt would do as things are, else Lost. `has_begun`: somebody was
/// asked for the connection; before that, what was asked for makes no sense. `needs_password`:
/// there was none to be had.
PostgresReply read_failure(std::string message, bool has_begun, bool needs_password);

}  // namespace wordstream
