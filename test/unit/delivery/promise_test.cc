// The table of promises: complete, and refused where nothing can be promised.
#include "delivery/promise.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"

using namespace wordstream;

namespace {

Result<std::vector<const Promise*>> ask(Mode mode, SourceClass source,
                                        const std::vector<SinkClass>& sinks) {
  return promises_for(mode, true, source, sinks, "file:PATH or sqlite:PATH");
}

}  // namespace

TEST_CASE("every combination has one row", "[promise]") {
  for (const Mode mode : {Mode::AtMostOnce, Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    for (const SourceClass source : {SourceClass::Passing, SourceClass::Replayable,
                                     SourceClass::Acknowledged, SourceClass::Unkeyed}) {
      const auto found = ask(mode, source, {SinkClass::Ledger});
      REQUIRE(found);
      REQUIRE(found->size() == 1);
      CHECK(found->front()->mode == mode);
      CHECK(found->front()->source == source);
      CHECK(found->front()->has_journal);
    }
  }
  CHECK(promises().size() == 16);
}

TEST_CASE("at-most-once needs no journal", "[promise]") {
  const std::array sinks{SinkClass::Stream};
  const auto found = promises_for(Mode::AtMostOnce, false, SourceClass::Passing, sinks, "");
  REQUIRE(found);
  CHECK_FALSE(found->front()->has_journal);
  CHECK(found->front()->scope == "within the run");
}

TEST_CASE("what a source cannot give again is promised from ingest", "[promise]") {
  for (const Mode mode : {Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    CHECK(ask(mode, SourceClass::Passing, {SinkClass::Ledger})->front()->scope == "from ingest");
    for (const SourceClass source : {SourceClass::Replayable, SourceClass::Acknowledged}) {
      CHECK(ask(mode, source, {SinkClass::Ledger})->front()->scope == "end to end");
    }
  }
}

TEST_CASE("a stream alone is never exactly-once", "[promise]") {
  const auto refused = ask(Mode::ExactlyOnce, SourceClass::Replayable, {SinkClass::Stream});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::CannotPromise);
  CHECK(refused.error().message.find("sqlite:PATH") != std::string::npos);
}

TEST_CASE("a stream beside a sink that takes part gets at-least-once", "[promise]") {
  const auto found =
      ask(Mode::ExactlyOnce, SourceClass::Replayable, {SinkClass::Stream, SinkClass::Ledger});
  REQUIRE(found);
  CHECK((*found)[0]->mode == Mode::AtLeastOnce);
  CHECK((*found)[1]->mode == Mode::ExactlyOnce);
}

TEST_CASE("a promise is said in one line", "[promise]") {
  const auto found = ask(Mode::ExactlyOnce, SourceClass::Replayable, {SinkClass::Ledger});
  CHECK(to_text(*found->front(), "file") ==
        "exactly-once, end to end: every line of the file is in the output exactly once. A crash "
        "loses nothing; it repeats nothing.");
  CHECK(to_text(*found->front(), "topic").find("line of the topic is") != std::string::npos);
}

TEST_CASE("docs/delivery.md has every promise in the program's own words", "[promise]") {
  const std::string docs = cli::read_file(WORDSTREAM_SOURCE_DIR "/docs/delivery.md");
  for (const Promise& promise : promises()) {
    const std::string row =
        fmt::format("\n| `{}` | {} | {} | {} | {} | {} | {} |\n", to_text(promise.mode),
                    promise.has_journal ? "yes" : "no", to_text(promise.source), promise.scope,
                    promise.kept, promise.lost, promise.repeated);
    INFO(row);
    CHECK(docs.find(row) != std::string::npos);
  }
}
