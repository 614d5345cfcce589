#include "view/run_status.h"

#include "catch.h"

using namespace wordstream;

TEST_CASE("the status keeps what was said last of the source", "[run_status]") {
  RunStatus status;
  CHECK_FALSE(status.source);
  CHECK(status.take(event::Waiting{"localhost:9999", "refused"}));
  CHECK(status.take(event::Connected{"localhost:9999", "127.0.0.1:9999"}));
  REQUIRE(status.source);
  CHECK(std::holds_alternative<event::Connected>(*status.source));
}

TEST_CASE("clients come and go without touching the listener", "[run_status]") {
  RunStatus status;
  CHECK(status.take(event::Listening{"127.0.0.1:9999"}));
  CHECK(status.take(event::ClientJoined{"peer", 2}));
  CHECK(status.client_count == 2);
  CHECK(status.take(event::ClientLeft{"peer", 1}));
  CHECK(status.client_count == 1);
  CHECK(std::holds_alternative<event::Listening>(*status.source));
}

TEST_CASE("losses and gaps are added up", "[run_status]") {
  RunStatus status;
  for (int i = 0; i < 2; ++i) {
    CHECK(status.take(event::LineDropped{"peer", "reset", 5}));
    CHECK(status.take(event::LinesCut{3, Label()}));
    CHECK(status.take(event::TicksSkipped{4, Millis(400), Label()}));
    CHECK(status.take(event::Truncated{"app.log"}));
  }
  CHECK(status.dropped_line_count == 2);
  CHECK(status.cut_line_count == 6);
  CHECK(status.skipped_tick_count == 8);
  CHECK(status.truncation_count == 2);
}

TEST_CASE("a closed batch is no news", "[run_status]") {
  RunStatus status;
  CHECK_FALSE(status.take(event::BatchClosed{1, 2, 3, Label()}));
}
