#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace wordstream {
namespace {

void (*make_room)() = nullptr;

}  // namespace

void before_last_words(void (*act)()) { make_room = act; }

void check_failed(const char* file, int line, const char* expected, std::string_view doing) {
  if (make_room != nullptr) make_room();
  std::fprintf(stderr, "wordstream: a bug: %s:%d: expected %s while %.*s\n", file, line, expected,
               static_cast<int>(doing.size()), doing.data());
  std::abort();
}

}  // namespace wordstream
