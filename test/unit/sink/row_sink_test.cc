// How a row sink gets on with a store whose connections are lost, and with others beside it.
#include "sink/row_sink.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "unit/sink/server_place.h"

using namespace wordstream;
using namespace wordstream::server_test;
using sim::LostCommit;

TEST_CASE("a batch whose commit was made is not written again when the answer is lost",
          "[row_sink]") {
  for (const LostCommit end : {LostCommit::Made, LostCommit::MadeLater}) {
    Place place;
    place.world.server.lost_commit = end;
    place.must_open(resume(1, 0, 0));
    place.lose_at("commit", 1);
    place.batch(1, {{"a", 1}, {"b", 2}});
    CHECK(place.count_acts("commit") == 1);
    CHECK(place.count_acts("write") == 1);
    CHECK(place.counts() == Lines{"1000 2000 a 1", "1000 2000 b 2"});
    CHECK(place.progress() == "1 1");
    place.batch(2, {{"c", 1}});
    CHECK(place.counts().size() == 3);
  }
}

TEST_CASE("a batch whose commit was not made is written again when the answer is lost",
          "[row_sink]") {
  for (const LostCommit end : {LostCommit::Undone, LostCommit::UndoneLater}) {
    Place place;
    place.world.server.lost_commit = end;
    place.must_open(resume(1, 0, 0));
    place.lose_at("commit", 1);
    place.batch(1, {{"a", 1}, {"b", 2}});
    CHECK(place.count_acts("commit") == 2);
    CHECK(place.counts() == Lines{"1000 2000 a 1", "1000 2000 b 2"});
    CHECK(place.progress() == "1 1");
  }
}

TEST_CASE("a batch that is given again is written again when the answer to its commit is lost",
          "[row_sink]") {
  for (const LostCommit end : {LostCommit::Made, LostCommit::Undone}) {
    Place place;
    place.world.server.lost_commit = end;
    place.must_open(resume(1, 0, 0));
    for (const std::uint64_t batch : {1U, 2U}) place.batch(batch, {{"a", batch}});
    place.must_open(resume(2, 0, 2, false));
    place.lose_at("commit", 1);
    place.batch(1, {{"a", 1}});
    CHECK(place.counts() == Lines{"1000 2000 a 1", "2000 3000 a 2"});
    CHECK(place.progress() == "2 2");
  }
}

TEST_CASE("a transaction that is lost on the way is made once more, with all of its parts",
          "[row_sink]") {
  for (const bool has_journal : {true, false}) {
    for (const std::string act : {"begin", "write", "note", "read progress"}) {
      for (const int number : {1, 2}) {
        Place place;
        place.must_open(has_journal ? std::optional(resume(1, 0, 0)) : std::nullopt);
        place.lose_at(act, number);
        CAPTURE(has_journal, act, number);
        place.must_give(1, {{"a", 1}});
        Emission more = emission(1, {{"b", 2}});
        CHECK(give(*place.sink, more, &place.world).has_value());
        CHECK(place.settle(1).value().applied == 1);
        CHECK(place.counts() == Lines{"1000 2000 a 1", "1000 2000 b 2"});
        CHECK(place.progress() == (has_journal ? "1 1" : ""));
      }
    }
  }
}

TEST_CASE("a connection that is lost again while the sink looks is taken up again", "[row_sink]") {
  for (const LostCommit end : {LostCommit::Made, LostCommit::Undone}) {
    Place place;
    place.world.server.lost_commit = end;
    place.must_open(resume(1, 0, 0));
    place.must_give(1, {{"a", 1}});
    int left = 3;
    place.world.disk.on_effect = [&](const sim::Effect& effect) {
      const bool is_lost = effect.description == "ask server: commit" ||
                           effect.description == "ask server: read progress";
      return is_lost && --left >= 0 ? sim::Fate{sim::Fate::Kind::Fails} : sim::Fate{};
    };
    CHECK(place.settle(1).value().applied == 1);
    CHECK(place.counts() == Lines{"1000 2000 a 1"});
    CHECK(place.progress() == "1 1");
  }
}

TEST_CASE("totals are cleared once more where the transaction that has done it is lost",
          "[row_sink]") {
  for (const std::string act : {"clear totals", "write"}) {
    Place place;
    place.is_total = true;
    place.must_open();
    place.batch(1, {{"old", 1}});
    place.must_open();
    place.lose_at(act, 1);
    place.batch(1, {{"new", 1}});
    CHECK(place.totals() == Lines{"0 0 new 1"});
    place.batch(2, {{"newer", 1}});
    CHECK(place.totals().size() == 2);
  }
}

TEST_CASE("without a journal nobody knows of a batch whose commit was not answered", "[row_sink]") {
  Place place;
  place.must_open();
  place.lose_at("commit", 1);
  place.must_give(1, {{"a", 1}});
  CHECK(failed_as(status_of(place.settle(1)), ErrorCode::Io,
                  {"server", "was lost", "nobody can tell"}));
}

TEST_CASE("a transaction that the server has undone is made once more, on the same connection",
          "[row_sink]") {
  for (const std::string act : {"write", "note", "commit"}) {
    Place place;
    place.must_open(resume(1, 0, 0));
    place.world.server.undoes = act;
    place.batch(1, {{"a", 1}, {"b", 2}});
    CHECK(place.counts() == Lines{"1000 2000 a 1", "1000 2000 b 2"});
    CHECK(place.progress() == "1 1");
    CHECK(place.count_acts("begin") == 2);
    CHECK(place.count_acts("read progress") == 0);
    CHECK(place.count_told<event::OutputAway>() == 0);
  }
}

TEST_CASE("a look that is undone after a lost commit is made once more, before anything is written",
          "[row_sink]") {
  Place place;
  place.world.server.lost_commit = LostCommit::Made;
  place.must_open(resume(1, 0, 0));
  place.lose_at("commit", 1);
  place.world.server.undoes = "read progress";
  place.batch(1, {{"a", 1}, {"b", 2}});
  CHECK(place.world.server.undoes.empty());
  CHECK(place.count_acts("begin") == 1);
  CHECK(place.count_acts("commit") == 1);
  CHECK(place.counts() == Lines{"1000 2000 a 1", "1000 2000 b 2"});
}

TEST_CASE("a take-over that is lost is not taken for done when the look behind it is slow",
          "[row_sink]") {
  for (const LostCommit end : {LostCommit::Made, LostCommit::Undone}) {
    Place place;
    place.world.server.lost_commit = end;
    place.world.server.answers_after = Millis(80);
    place.lose_at("take over", 1);
    place.must_open(resume(1, 0, 0));
    place.batch(1, {{"a", 1}});
    CHECK(place.counts() == Lines{"1000 2000 a 1"});
    CHECK(place.progress() == "1 1");
  }
}

TEST_CASE("batches that wait are written together, when nothing comes after all", "[row_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  for (const std::uint64_t batch : {1U, 2U, 3U}) {
    place.must_give(batch, {{"a", batch}});
    CHECK(place.settle(batch, true).value().applied == 0);
  }
  CHECK(place.acts.empty());
  CHECK(place.counts().empty());
  CHECK(place.settle(3).value().applied == 3);
  CHECK(place.count_acts("commit") == 1);
  CHECK(place.counts() == Lines{"1000 2000 a 1", "2000 3000 a 2", "3000 4000 a 3"});
  CHECK(place.progress() == "3 1");
  CHECK(place.settle(3).value().applied == 3);
  CHECK(place.count_acts("commit") == 1);
}

TEST_CASE("batches that were written together are there together when the answer is lost",
          "[row_sink]") {
  for (const LostCommit end : {LostCommit::Made, LostCommit::Undone}) {
    Place place;
    place.world.server.lost_commit = end;
    place.must_open(resume(1, 0, 0));
    place.lose_at("commit", 1);
    for (const std::uint64_t batch : {1U, 2U, 3U}) {
      place.must_give(batch, {{"a", batch}});
      CHECK(place.settle(batch, batch < 3).has_value());
    }
    CHECK(place.counts() == Lines{"1000 2000 a 1", "2000 3000 a 2", "3000 4000 a 3"});
    CHECK(place.progress() == "3 1");
  }
}

TEST_CASE("sixty-four batches wait for others, and no more", "[row_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  for (std::uint64_t batch = 1; batch <= 130; ++batch) {
    place.must_give(batch, {{"a", batch}});
    CHECK(place.settle(batch, true).value().applied == batch / 64 * 64);
  }
  CHECK(place.count_acts("commit") == 2);
  CHECK(place.progress() == "128 1");
}

TEST_CASE("a row of a new batch that is there already is nobody's to replace", "[row_sink]") {
  Place place;
  place.must_open();
  place.batch(1, {{"a", 1}});
  place.must_open(resume(1, 0, 0));
  place.must_give(1, {{"a", 2}});
  CHECK(failed_as(status_of(place.settle(1)), ErrorCode::BadData,
                  {"server", "ends at", "not of this job"}));
  CHECK(place.counts() == Lines{"1000 2000 a 1"});
  CHECK(place.progress() == "0 1");
}

TEST_CASE("who is taken over in the middle of a run is told by whom", "[row_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  place.batch(1, {{"a", 1}});
  const StoreProgress taken{kJournalText, 1, 70, {"elsewhere", 4711}};
  CHECK(place.connect()->take_over({place.world.server.progress(), taken}).value().is_done());
  place.must_give(2, {{"b", 1}});
  CHECK(failed_as(status_of(place.settle(2)), ErrorCode::Busy,
                  {"server", "taken over", "process 4711 on elsewhere"}));
  CHECK(place.counts() == Lines{"1000 2000 a 1"});
  CHECK(place.progress() == "1 70");
}

namespace {

/// Somebody else writes this progress when the sink is about to take the store over.
void be_faster(Place& place, const StoreProgress& progress) {
  place.world.disk.on_effect = [&place, progress,
                                is_done = false](const sim::Effect& effect) mutable {
    if (effect.description == "ask server: take over" && !std::exchange(is_done, true)) {
      const TakeOver change{place.world.server.progress(), progress};
      CHECK(place.connect()->take_over(change).value().is_done());
    }
    return sim::Fate{};
  };
}

}  // namespace

TEST_CASE("who is overtaken before he takes over looks once more", "[row_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  be_faster(place, {kJournalText, 0, 70, {"elsewhere", 4711}});
  CHECK(failed_as(place.open(resume(2, 0, 0)), ErrorCode::Busy,
                  {"copy of this checkpoint", "process 4711 on elsewhere"}));
  CHECK(place.progress() == "0 70");
}

TEST_CASE("who finds that an earlier start has gone on meanwhile goes on behind that",
          "[row_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  be_faster(place, {kJournalText, 2, 1});
  place.must_open(resume(2, 0, 2));
  CHECK(place.sink->mark().value().applied == 2);
  CHECK(place.progress() == "2 2");
}

TEST_CASE("a process that was killed asks for nothing more", "[row_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  place.must_give(1, {{"a", 1}});
  place.world.storage.kill();
  CHECK_FALSE(place.settle(1).has_value());
  CHECK(place.acts.empty());
  CHECK(place.counts().empty());
  CHECK(place.connect()->begin().value().is_done());
}

TEST_CASE("a take-over whose answer is lost is the sink's own all the same", "[row_sink]") {
  for (const LostCommit end :
       {LostCommit::Made, LostCommit::MadeLater, LostCommit::Undone, LostCommit::UndoneLater}) {
    CAPTURE(static_cast<int>(end));
    Place place;
    place.world.server.lost_commit = end;
    place.lose_at("take over", 1);
    place.must_open(resume(1, 0, 0));
    place.batch(1, {{"a", 1}});
    place.lose_at("take over", 1);
    place.must_open(resume(2, 1, 1));
    place.batch(2, {{"b", 1}});
    CHECK(place.counts() == Lines{"1000 2000 a 1", "2000 3000 b 1"});
    CHECK(place.progress() == "2 2");
  }
}

TEST_CASE("a store is told of as new, and its totals are cleared, though the answer is lost",
          "[row_sink]") {
  for (const LostCommit end : {LostCommit::Made, LostCommit::Undone}) {
    Place place;
    place.is_total = true;
    place.must_open();
    place.batch(1, {{"old", 1}});
    place.world.server.lost_commit = end;
    place.lose_at("take over", 1);
    place.must_open(resume(4, 7, 9));
    CHECK(place.count_told<event::OutputNew>() == 1);
    CHECK(place.totals().empty());
  }
}
