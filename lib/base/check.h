// Checks of what only a bug can break. They stay on in release builds: a broken invariant ends the
// process (it aborts), and the next start is the recovery. Never for input, files or peers; those
// fail with a Status (base/result.h).
#pragma once

#include <string_view>

namespace wordstream {

/// Says on the standard error what was expected, where, and while doing what; then aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* expected,
                               std::string_view doing);

/// From now on `act` is called before anything is said: it makes room where it could be seen.
void before_last_words(void (*act)());

}  // namespace wordstream

/// Aborts unless `expected` holds; `doing` says in words what the code was about.
#define WS_CHECK(expected, doing)                                       \
  do {                                                                  \
    if (!(expected)) [[unlikely]]                                       \
      ::wordstream::check_failed(__FILE__, __LINE__, #expected, doing); \
  } while (false)
