// What two wordstreams say to each other, and what comes of it.
#include "source/relp_place.h"

#include <string>

#include "base/digest.h"
#include "catch.h"
#include "unit/source/relp_run.h"

using namespace wordstream;

namespace {

/// Both are wordstreams.
struct OwnRelp : OpenRelp {
  OwnRelp() {
    hear(client, relp(1, "open", "commands=syslog\nwordstream=1"));
    greeting = answers(client);
  }

  std::string where(std::uint32_t number, std::string_view producer) {
    hear(client, relp(number, "where", producer));
    return answers(client);
  }

  sim::Peer& client = join();
  std::string greeting;
};

ProducerTail tail_of(std::string_view bytes) { return {bytes.size(), bytes.size(), digest(bytes)}; }

std::string told(std::uint32_t number, const RelpPlace& place) {
  std::string text;
  append_relp_answer(number, to_relp_text(place), text);
  return text;
}

}  // namespace

TEST_CASE("a place that is written is read, and nothing else is", "[relp place]") {
  const RelpPlace place{1234, {1200, 64, digest("x")}, 0};
  const std::string text = to_relp_text(place);
  CHECK(text.starts_with("200 OK\nplace=1234\ntail=1200 64 "));
  const std::optional<RelpPlace> read = relp_place_of(text);
  REQUIRE(read);
  CHECK(read->offset == 1234U);
  CHECK(read->tail.end == 1200);
  CHECK(read->tail.length == 64);
  CHECK(read->tail.digest == digest("x"));
  CHECK(relp_place_of("200 OK")->offset == std::nullopt);
  CHECK(relp_place_of("200 OK\nothers=3")->other_count == 3);
  for (const char* const bad :
       {"200 OK\nplace=x", "200 OK\nplace=1 2", "200 OK\nplace=5\ntail=6 1 00",
        "200 OK\nplace=5\ntail=5 6 0123456789abcdef0123456789abcdef",
        "200 OK\ntail=1 1 0123456789abcdef0123456789abcdef"}) {
    INFO(bad);
    CHECK_FALSE(relp_place_of(bad));
  }
}

TEST_CASE("names of one path have all in common but the file", "[relp place]") {
  CHECK(relp_name_prefix("web1:/var/log/app.log:12:34#2") == "web1:/var/log/app.log:");
  CHECK(relp_name_prefix("me:12:34") == "me:");
  CHECK(relp_name_prefix("12:34") == "12:34");
  CHECK(relp_name_prefix("me") == "me");
  CHECK(relp_name_prefix("").empty());
}

TEST_CASE("who does not offer it is told of nothing but lines", "[relp place]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp(1, "open", "wordstream=2") + relp(2, "where", "a") +
                          relp(3, "lines", "a@0 one\ntwo\n"));
  const std::string answers = server.answers(client);
  CHECK(answers.starts_with("1 rsp 62 200 OK"));
  CHECK(answers.find("2 rsp 29 500 ") != std::string::npos);
  CHECK(answers.find("3 rsp 29 500 ") != std::string::npos);
  CHECK(server.lines().empty());
}

TEST_CASE("lines come as they stand in a file", "[relp place]") {
  OwnRelp server;
  CHECK(server.greeting.find("\nwordstream=1\n") != std::string::npos);
  server.hear(server.client, relp(2, "lines", "a@0 one\r\ntwo\rthree\nfo"));
  CHECK(server.lines() == Lines{"one", "two", "three", "fo"});
  CHECK(server.answers(server.client).empty());
  CHECK(server.kept_answers(server.client) == taken(2));
  // The last one has grown.
  server.hear(server.client, relp(3, "lines", "a@17 ur\n"));
  CHECK(server.lines() == Lines{"one", "two", "three", "fo", "ur"});
  CHECK(server.kept_answers(server.client) == taken(3));
}

TEST_CASE("behind a line that was cut goes on what is behind its rest", "[relp place]") {
  OwnRelp server;
  server.hear(server.client, relp(2, "cut", "a@0 100 long") + relp(3, "lines", "a@104 next\n"));
  CHECK(server.lines() == Lines{"long", "next"});
  CHECK(server.kept_answers(server.client) == taken(2) + taken(3));
  server.hear(server.client, relp(4, "cut", "a@109 7 ") + relp(5, "lines", "a@116 more\n"));
  CHECK(server.lines() == Lines{"long", "next", "more"});
  CHECK(server.kept_answers(server.client) == taken(4) + taken(5));
}

TEST_CASE("what comes again of many lines is dropped up to the place", "[relp place]") {
  OwnRelp server;
  server.hear(server.client, relp(2, "lines", "a@0 one\ntwo\n"));
  server.hear(server.client, relp(3, "lines", "a@4 two\nthree\n"));
  CHECK(server.lines() == Lines{"one", "two", "three"});
  CHECK(server.kept_answers(server.client) == taken(2) + taken(3));
}

TEST_CASE("what is on its way from an earlier process of a sender is not taken", "[relp place]") {
  OpenRelp server;
  sim::Peer& dead = server.join();
  sim::Peer& other = server.join();
  sim::Peer& next = server.join();
  server.hear(dead, relp(1, "open", "wordstream=1\njournal=j"));
  server.hear(other, relp(1, "open", "wordstream=1\njournal=k"));
  server.hear(dead, relp(2, "lines", "a@0 one\n"));
  server.hear(next, relp(1, "open", "wordstream=1\njournal=j"));
  server.hear(dead, relp(3, "lines", "a@4 two\n"));
  server.hear(other, relp(2, "lines", "b@0 three\n"));
  CHECK(server.lines() == Lines{"one", "three"});
  CHECK(server.kept_answers(dead).ends_with(taken(2)));
  CHECK(dead.is_abandoned());
  CHECK(server.kept_answers(other).ends_with(taken(2)));
  CHECK_FALSE(other.is_abandoned());
}

TEST_CASE("senders without a journal know nothing of each other", "[relp place]") {
  OwnRelp server;
  sim::Peer& other = server.join();
  server.hear(other, relp(1, "open", "wordstream=1"));
  server.hear(server.client, relp(2, "lines", "a@0 one\n"));
  CHECK(server.lines() == Lines{"one"});
}

TEST_CASE("what is waited for is committed at once, and answered behind it", "[relp place]") {
  OwnRelp server;
  server.hear(server.client, relp(2, "lines", "a@0 one\n"));
  CHECK(server.awaited_count() == 0);
  server.hear(server.client, "3 sync 0\n");
  CHECK(server.awaited_count() == 1);
  CHECK(server.answers(server.client).empty());
  CHECK(server.kept_answers(server.client) == taken(2) + taken(3));
}

TEST_CASE("a producer is where all of it is durable", "[relp place]") {
  OwnRelp server;
  CHECK(server.where(2, "web:/a:1:1") == told(2, {}));
  server.hear(server.client, relp(3, "lines", "web:/a:1:1@0 one\ntwo\n"));
  CHECK(server.awaited_count() == 0);
  // It was counted, and is not durable: who is told of less may send it under another name.
  sim::Peer& other = server.join();
  server.hear(other, relp(1, "open", "wordstream=1") + relp(2, "where", "web:/a:1:1"));
  CHECK(server.answers(other) == server.greeting);
  CHECK(server.awaited_count() == 1);
  CHECK(server.kept_answers(other) == told(2, {8, tail_of("one\ntwo\n"), 0}));
  CHECK(server.answers(server.client) == taken(3));
  CHECK(server.where(5, "web:/a:1:1") == told(5, {8, tail_of("one\ntwo\n"), 0}));
  CHECK(server.where(6, "web:/a:2:2") == told(6, {std::nullopt, {}, 1}));
  CHECK(server.where(7, "web:/b:2:2") == told(7, {}));
}
