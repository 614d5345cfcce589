#include "unit/source/producers.h"

#include <string>

#include "catch.h"

using namespace wordstream;

namespace {

using Kind = Producers::Kind;
using std::chrono::seconds;

}  // namespace

TEST_CASE("a producer that is not known begins where it begins", "[known producers]") {
  Producers producers;
  const ProducerVerdict verdict = producers.hear("a", 500, "one");
  CHECK(verdict.kind == Kind::Fresh);
  CHECK(verdict.is_new);
  CHECK(verdict.gap == 0);
  CHECK(place_of(verdict) == 504);
  CHECK_FALSE(producers.hear("a", 504, "two").is_new);
  CHECK(producers.hear("b", 0, "one").is_new);
  CHECK(producers.known.count() == 2);
}

TEST_CASE("what comes next is taken, and what was there is not", "[known producers]") {
  Producers producers;
  producers.hear("a", 0, "one");
  CHECK(producers.kind_of("a", 4, "two") == Kind::Fresh);
  CHECK(producers.kind_of("a", 4, "two") == Kind::Repeated);
  CHECK(producers.kind_of("a", 0, "one") == Kind::Repeated);
  CHECK(producers.kind_of("a", 4, "two") == Kind::Repeated);
  CHECK(producers.kind_of("a", 8, "three") == Kind::Fresh);
  CHECK(producers.taken == "one\ntwo\nthree\n");
}

TEST_CASE("of a frame of which half was there the rest is taken", "[known producers]") {
  Producers producers;
  producers.hear("a", 0, "one\ntwo");
  const ProducerVerdict verdict = producers.hear("a", 4, "two\nthree");
  CHECK(verdict.kind == Kind::Fresh);
  CHECK_FALSE(verdict.is_anew);
  CHECK(place_of(verdict) == 14);
  CHECK(producers.taken == "one\ntwo\nthree\n");
}

TEST_CASE("producers do not know of each other", "[known producers]") {
  Producers producers;
  producers.hear("a", 0, "one");
  CHECK(producers.kind_of("b", 0, "one") == Kind::Fresh);
  CHECK(producers.kind_of("b", 500, "one") == Kind::Gap);
  CHECK(producers.kind_of("a", 4, "two") == Kind::Fresh);
}

TEST_CASE("other connections go on for a producer", "[known producers]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  CHECK(producers.kind_of("a", 0, "one", 2) == Kind::Repeated);
  CHECK(producers.kind_of("a", 4, "two", 2) == Kind::Fresh);
  CHECK(producers.kind_of("a", 4, "two", 1) == Kind::Repeated);
  CHECK(producers.kind_of("a", 8, "three", 1) == Kind::Fresh);
}

// --- Gaps ---

TEST_CASE("one byte that is missing was an empty line", "[known producers]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  const ProducerVerdict verdict = producers.hear("a", 5, "two", 2);
  CHECK(verdict.kind == Kind::Fresh);
  CHECK(verdict.gap == 1);
  CHECK(place_of(verdict) == 9);
}

TEST_CASE("what is missing between two frames of a connection is taken to 256 bytes",
          "[known producers]") {
  const std::uint64_t gap = GENERATE(values<std::uint64_t>({1, 2, 17, 255, 256}));
  CAPTURE(gap);
  Producers producers;
  producers.hear("a", 0, "one");
  const ProducerVerdict verdict = producers.hear("a", 4 + gap, "two");
  CHECK(verdict.kind == Kind::Fresh);
  CHECK(verdict.gap == gap);
  CHECK(place_of(verdict) == 8 + gap);
}

TEST_CASE("more than 256 bytes that are missing are a gap", "[known producers]") {
  Producers producers;
  producers.hear("a", 0, "one");
  const ProducerVerdict verdict = producers.hear("a", 4 + 257, "two");
  CHECK(verdict.kind == Kind::Gap);
  CHECK(verdict.gap == 257);
  CHECK(place_of(verdict) == 4);
  CHECK(producers.kind_of("a", 4, "two") == Kind::Fresh);
}

TEST_CASE("what is missing where a connection begins is a gap", "[known producers]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  CHECK(producers.kind_of("a", 6, "two", 2) == Kind::Gap);
  CHECK(producers.kind_of("a", 6, "two", 1) == Kind::Fresh);
}

TEST_CASE("what is missing behind what another connection has sent is a gap", "[known producers]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  producers.hear("a", 4, "two", 2);
  CHECK(producers.kind_of("a", 10, "three", 1) == Kind::Gap);
  CHECK(producers.kind_of("a", 10, "three", 2) == Kind::Fresh);
}

TEST_CASE("what is missing behind a repeat that ends at the place lies between two frames",
          "[known producers]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  producers.hear("a", 4, "two", 1);
  producers.hear("a", 0, "one", 2);
  CHECK(producers.kind_of("a", 10, "three", 2) == Kind::Gap);
  producers.hear("a", 4, "two", 2);
  CHECK(producers.kind_of("a", 10, "three", 2) == Kind::Fresh);
}

TEST_CASE("what was refused is between no frames", "[known producers]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  CHECK(producers.kind_of("a", 6, "two", 2) == Kind::Gap);
  CHECK(producers.kind_of("a", 6, "two", 2) == Kind::Gap);
}

TEST_CASE("where gaps are refused one byte is one", "[known producers]") {
  Producers producers(GapRule::Refuse);
  producers.hear("a", 0, "one");
  CHECK(producers.kind_of("a", 5, "two") == Kind::Gap);
  CHECK(producers.kind_of("a", 6, "two") == Kind::Gap);
  CHECK(producers.kind_of("a", 4, "two") == Kind::Fresh);
}

TEST_CASE("where gaps are taken all are", "[known producers]") {
  Producers producers(GapRule::Take);
  producers.hear("a", 0, "one", 1);
  const ProducerVerdict verdict = producers.hear("a", 5'000'000, "two", 2);
  CHECK(verdict.kind == Kind::Fresh);
  CHECK(verdict.gap == 4'999'996);
  CHECK(place_of(verdict) == 5'000'004);
  CHECK(producers.kind_of("a", 5'000'257 + 5, "three", 3) == Kind::Fresh);
}

// --- Forgetting ---

TEST_CASE("too many producers are forgotten, the longest silent first", "[known producers]") {
  Producers producers(GapRule::Small, 2);
  for (const char* const name : {"a", "b"}) producers.commit(producers.hear(name, 0, "one"));
  CHECK(producers.forgotten().empty());
  producers.commit(producers.hear("a", 4, "two"));
  for (const char* const name : {"c", "d"}) producers.commit(producers.hear(name, 0, "one"));
  CHECK(producers.known.is_over_full());
  CHECK(producers.forgotten() == "b a ");
  CHECK_FALSE(producers.known.is_over_full());
  CHECK(producers.hear("c", 4, "two").is_new == false);
  CHECK(producers.hear("a", 50, "two").is_new);
}

TEST_CASE("who is silent for long enough is forgotten", "[known producers]") {
  Producers producers;
  const SteadyTime begin = producers.now;
  producers.commit(producers.hear("a", 0, "one"));
  producers.now += seconds(1);
  producers.commit(producers.hear("b", 0, "one"));
  CHECK(producers.known.silent_since() == begin);
  CHECK(producers.forgotten(begin - Nanos(1)).empty());
  CHECK(producers.forgotten(begin) == "a ");
  CHECK(producers.known.silent_since() == producers.now);
  CHECK(producers.forgotten(producers.now) == "b ");
  CHECK(producers.known.silent_since() == std::nullopt);
}

TEST_CASE("who repeats is not silent", "[known producers]") {
  Producers producers;
  const SteadyTime begin = producers.now;
  producers.commit(producers.hear("a", 0, "one"));
  producers.now += seconds(1);
  producers.hear("a", 0, "one");
  CHECK(producers.forgotten(begin).empty());
}

TEST_CASE("whose lines are not durable is not forgotten", "[known producers]") {
  Producers producers(GapRule::Small, 1);
  const ProducerVerdict first = producers.hear("a", 0, "one");
  producers.commit(first);
  producers.hear("a", 4, "two");
  producers.commit(producers.hear("b", 0, "one"));
  CHECK(producers.forgotten(producers.now).empty());
  CHECK(producers.known.silent_since() == std::nullopt);
  producers.commit(first);
  CHECK(producers.forgotten(producers.now) == "a b ");
}

TEST_CASE("an old commit takes nothing back", "[known producers]") {
  Producers producers;
  const ProducerVerdict first = producers.hear("a", 0, "one");
  const Position early = first.producer->position();
  producers.commit(producers.hear("a", 4, "two"));
  producers.known.committed("a", early);
  producers.known.committed("a", std::nullopt);
  producers.known.committed("nobody", early);
  CHECK(first.producer->durable == ProducerPlace{0, 8});
}

// --- Going on ---

TEST_CASE("a later run goes on where a producer stands", "[known producers]") {
  Producers before;
  before.hear("a", 0, "one");
  const ProducerVerdict last = before.hear("a", 4, "two");

  Producers after;
  REQUIRE(after.known.restore(kept(last)).has_value());
  CHECK(after.known.count() == 1);
  CHECK(after.kind_of("a", 4, "two") == Kind::Repeated);
  CHECK(after.kind_of("a", 500, "two") == Kind::Gap);
  const ProducerVerdict next = after.hear("a", 8, "three");
  CHECK(next.kind == Kind::Fresh);
  CHECK_FALSE(next.is_new);
  CHECK(next.producer->durable == ProducerPlace{0, 8});
}

TEST_CASE("a later run knows new generations, and counts on", "[known producers]") {
  Producers before;
  before.hear("a", 0, std::string(99, 'x'));
  const ProducerVerdict second = before.hear("a", 0, std::string(99, 'y'));
  REQUIRE(second.producer->place() == ProducerPlace{1, 100});

  Producers after;
  REQUIRE(after.known.restore(kept(second)).has_value());
  CHECK(after.kind_of("a", 0, std::string(99, 'y')) == Kind::Repeated);
  const ProducerVerdict third = after.hear("a", 0, std::string(99, 'x'));
  CHECK(third.is_anew);
  CHECK(third.producer->place() == ProducerPlace{2, 100});
}

TEST_CASE("those that a later run knows are silent from its beginning on", "[known producers]") {
  Producers before;
  const ProducerVerdict last = before.hear("a", 0, "one");
  Producers after;
  REQUIRE(after.known.restore(kept(last)).has_value());
  after.now += seconds(100);
  after.known.begin(after.now);
  CHECK(after.forgotten(after.now - Nanos(1)).empty());
  CHECK(after.forgotten(after.now) == "a ");
}

TEST_CASE("a place within a line that was cut is one in a later run, but behind a gap",
          "[known producers]") {
  Producers before;
  Position position = before.hear("a", 0, "one").producer->position();
  position.place = Position::Place::InsideCutLine;
  Producers after;
  REQUIRE(after.known.restore(Positions(position)).has_value());
  SECTION("next") {
    CHECK(after.hear("a", 4, "two").producer->at == Position::Place::InsideCutLine);
  }
  SECTION("behind a gap") {
    CHECK(after.hear("a", 5, "two").producer->at == Position::Place::BehindLine);
  }
}

TEST_CASE("a place that is no producer's is refused", "[known producers]") {
  Producers producers;
  Position position = producers.hear("a", 0, "one").producer->position();
  position.proof = "?";
  const Status restored = Producers().known.restore(Positions(position));
  REQUIRE_FALSE(restored.has_value());
  CHECK(restored.error().code == ErrorCode::BadData);
  CHECK(restored.error().message.find("--checkpoint") != std::string::npos);
}
