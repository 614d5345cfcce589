// Threads of the door, which are waited for.
#include "env/thread.h"

#include <utility>

#include "catch.h"

using namespace wordstream;

TEST_CASE("a thread does its work, and is waited for by whoever has it last", "[thread]") {
  int done = 0;
  {
    Result<Thread> started = Thread::start([&done] { done = 1; });
    REQUIRE(started.has_value());
    const Thread kept = std::move(*started);
    started = fail(ErrorCode::Busy, "");
  }
  CHECK(done == 1);
}
