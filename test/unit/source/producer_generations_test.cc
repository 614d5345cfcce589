#include "unit/source/producers.h"

#include <string>

#include "catch.h"

using namespace wordstream;

namespace {

using Kind = Producers::Kind;
using std::chrono::seconds;

}  // namespace

// --- New generations ---

TEST_CASE("a repeat whose first 64 bytes differ begins a new generation",
          "[producer generations]") {
  Producers producers;
  const std::uint64_t end = producers.hear_lines("a", 0, 100, 'x');
  REQUIRE(end > 64);
  std::uint64_t offset = 0;
  int dropped = 0;
  while (producers.hear("a", offset, fmt::format("y{}", dropped)).kind == Kind::Repeated) {
    offset += fmt::format("y{}", dropped).size() + 1;
    ++dropped;
  }
  CHECK(offset < 64);
  const ProducerVerdict next = producers.hear("a", offset, fmt::format("y{}", dropped));
  CHECK(next.kind == Kind::Repeated);
  CHECK(next.producer->place().generation == 1);
}

TEST_CASE("a new generation goes on behind the frame that has shown it", "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, std::string(99, 'x'));
  CHECK(producers.kind_of("a", 0, std::string(29, 'y')) == Kind::Repeated);
  CHECK(producers.kind_of("a", 30, std::string(29, 'y')) == Kind::Repeated);
  producers.taken.clear();
  const ProducerVerdict verdict = producers.hear("a", 60, std::string(29, 'y'));
  CHECK(verdict.kind == Kind::Fresh);
  CHECK(verdict.is_anew);
  CHECK(verdict.lost_lines == 2);
  CHECK(verdict.producer->place() == ProducerPlace{1, 90});
  CHECK(producers.taken == std::string(29, 'y') + "\n");
  CHECK(producers.kind_of("a", 90, "next") == Kind::Fresh);
  CHECK(producers.kind_of("a", 0, std::string(29, 'y')) == Kind::Repeated);
}

TEST_CASE("a new generation is known by the bytes before the place, too",
          "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "one");
  producers.hear("a", 4, "two");
  CHECK(producers.kind_of("a", 0, "six") == Kind::Repeated);
  const ProducerVerdict verdict = producers.hear("a", 4, "two");
  CHECK(verdict.is_anew);
  CHECK(verdict.lost_lines == 1);
  CHECK(verdict.producer->place() == ProducerPlace{1, 8});
}

TEST_CASE("a frame that differs before the place and reaches beyond is wholly of a new generation",
          "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "one");
  producers.taken.clear();
  const ProducerVerdict verdict = producers.hear("a", 0, "another");
  CHECK(verdict.is_anew);
  CHECK(verdict.lost_lines == 0);
  CHECK(producers.taken == "another\n");
}

TEST_CASE("a frame with the place in the midst of a line is wholly of a new generation",
          "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "0123456789");
  producers.taken.clear();
  // What came again is less than what a digest is of, so that it cannot be compared.
  const ProducerVerdict verdict = producers.hear("a", 5, "abcdefghij");
  CHECK(verdict.is_anew);
  CHECK(producers.taken == "abcdefghij\n");
}

TEST_CASE("a frame with the place at the end of a line is cut there", "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "0123456789");
  producers.taken.clear();
  CHECK_FALSE(producers.hear("a", 5, "56789\nabc").is_anew);
  CHECK(producers.taken == "abc\n");
}

TEST_CASE("a new generation is known though its beginning came in a connection that is gone",
          "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, std::string(99, 'x'));
  CHECK(producers.kind_of("a", 0, std::string(39, 'y'), 2) == Kind::Repeated);
  producers.gone.insert(2);
  producers.gone.insert(1);
  const ProducerVerdict verdict = producers.hear("a", 40, std::string(39, 'y'), 3);
  CHECK(verdict.is_anew);
  CHECK(verdict.lost_lines == 1);
  CHECK(verdict.producer->place() == ProducerPlace{1, 80});
}

TEST_CASE("of a line that has grown since it was counted the rest counts",
          "[producer generations]") {
  const std::uint64_t from = GENERATE(std::uint64_t{0}, std::uint64_t{4});
  Producers producers;
  producers.hear("a", 0, "one two");
  producers.taken.clear();
  CHECK_FALSE(producers.hear("a", from, std::string("one two three").substr(from)).is_anew);
  CHECK(producers.taken == "three\n");
}

TEST_CASE("a line that has grown over a restart is known when all of its tail comes again",
          "[producer generations]") {
  Producers before;
  const Positions known = kept(before.hear("a", 0, "one two"));
  Producers producers;
  REQUIRE(producers.known.restore(known).has_value());
  CHECK_FALSE(producers.hear("a", 0, "one two three").is_anew);
  CHECK(producers.taken == "three\n");
}

TEST_CASE("a new generation is known though empty lines were passed over",
          "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, std::string(30, 'x'));
  producers.hear("a", 32, std::string(50, 'x'));
  SECTION("of the same bytes") {
    CHECK(producers.kind_of("a", 0, std::string(30, 'x')) == Kind::Repeated);
    CHECK(producers.kind_of("a", 32, std::string(50, 'x')) == Kind::Repeated);
  }
  SECTION("of others") {
    CHECK(producers.kind_of("a", 0, std::string(30, 'y')) == Kind::Repeated);
    CHECK(producers.hear("a", 32, std::string(50, 'x')).is_anew);
  }
}

TEST_CASE("the lines that were taken for repeats are counted over what is passed over",
          "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, std::string(399, 'x'));
  producers.hear("a", 0, std::string(19, 'y'));
  producers.hear("a", 30, std::string(19, 'y'));
  const ProducerVerdict verdict = producers.hear("a", 50, std::string(399, 'y'));
  CHECK(verdict.is_anew);
  CHECK(verdict.lost_lines == 2);
}

TEST_CASE("of several who repeat each is judged by what it sends", "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  producers.hear("a", 4, "two", 1);
  producers.gone = {1};
  CHECK(producers.kind_of("a", 0, "one", 2) == Kind::Repeated);
  CHECK(producers.kind_of("a", 0, "six", 3) == Kind::Repeated);
  CHECK(producers.kind_of("a", 4, "two", 2) == Kind::Repeated);
  producers.gone = {1, 2};
  CHECK(producers.hear("a", 4, "two", 3).is_anew);
}

TEST_CASE("places of a new generation are behind those of the old one", "[producer generations]") {
  Producers producers;
  const ProducerVerdict old = producers.hear("a", 0, std::string(99, 'x'));
  producers.commit(old);
  CHECK(old.producer->durable == ProducerPlace{0, 100});
  const ProducerVerdict verdict = producers.hear("a", 0, std::string(79, 'y'));
  REQUIRE(verdict.is_anew);
  CHECK(verdict.producer->durable < verdict.producer->place());
  producers.commit(verdict);
  CHECK(verdict.producer->durable == ProducerPlace{1, 80});
}

TEST_CASE("a new generation knows of itself what was taken for repeats", "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, std::string(99, 'x'));
  producers.hear("a", 0, std::string(29, 'y'));
  producers.hear("a", 30, std::string(29, 'y'));
  REQUIRE(producers.hear("a", 60, std::string(299, 'y')).is_anew);
  CHECK(producers.hear("a", 0, std::string(69, 'z')).is_anew);
}

TEST_CASE("what others have repeated of an old generation says nothing of a new one",
          "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  producers.hear("a", 4, "two", 1);
  producers.hear("a", 0, "one", 3);
  producers.now += seconds(10);
  producers.hear("a", 0, "six", 2);
  REQUIRE(producers.hear("a", 4, "two", 2).is_anew);
  CHECK(producers.kind_of("a", 4, "two", 3) == Kind::Repeated);
}

// --- Two connections ---

TEST_CASE("no generation begins while another connection sends", "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  producers.now += seconds(9);
  const ProducerVerdict verdict = producers.hear("a", 0, "six", 2);
  CHECK(verdict.kind == Kind::Contested);
  CHECK(verdict.other_connection == 1);
  CHECK(producers.kind_of("a", 4, "two", 1) == Kind::Fresh);
}

TEST_CASE("a generation begins when the other connection was silent for 10 s",
          "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  producers.now += seconds(10);
  CHECK(producers.hear("a", 0, "six", 2).is_anew);
}

TEST_CASE("a generation begins when the other connection is gone", "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  producers.gone = {1};
  CHECK(producers.hear("a", 0, "six", 2).is_anew);
}

TEST_CASE("who was refused may begin a generation when the other is gone",
          "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  CHECK(producers.kind_of("a", 0, "six", 2) == Kind::Contested);
  CHECK(producers.kind_of("a", 0, "six", 2) == Kind::Contested);
  producers.gone = {1};
  const ProducerVerdict verdict = producers.hear("a", 0, "six", 2);
  CHECK(verdict.is_anew);
  CHECK(verdict.producer->place() == ProducerPlace{1, 4});
}

TEST_CASE("any of those who have sent lately is in the way of a generation",
          "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  producers.hear("a", 4, "two", 2);
  producers.gone = {2};
  CHECK(producers.hear("a", 0, "another line", 3).other_connection == 1);
}

TEST_CASE("who sends all the time has sent lately", "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  producers.now += seconds(9);
  producers.hear("a", 4, "two", 1);
  producers.now += seconds(6);
  CHECK(producers.kind_of("a", 0, "another", 2) == Kind::Contested);
}

TEST_CASE("what was refused has not been read", "[producer generations]") {
  Producers producers;
  producers.hear("a", 0, "one", 1);
  producers.hear("a", 4, "two", 1);
  CHECK(producers.kind_of("a", 0, "six", 2) == Kind::Repeated);
  CHECK(producers.kind_of("a", 4, "two", 2) == Kind::Contested);
  CHECK(producers.kind_of("a", 4, "two", 2) == Kind::Contested);
}
