#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace wordstream {

void check_failed(const char* file, int line, const char* expected, std::string_view doing) {
  std::fprintf(stderr, "wordstream: a bug: %s:%d: expected %s while %.*s\n", file, line, expected,
               static_cast<int>(doing.size()), doing.data());
  std::abort();
}

}  // namespace wordstream
