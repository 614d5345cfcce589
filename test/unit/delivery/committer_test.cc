// The three orders: what the journal knows of a sink after each step.
#include "delivery/committer.h"

#include "unit/delivery/kept_journal.h"

using namespace wordstream;

namespace {

/// What the journal knows of its only sink.
std::uint64_t applied(const KeptJournal& kept) { return kept.journal->sinks()[0].mark.applied; }

Committer committer_of(KeptJournal& kept, Mode mode) {
  return Committer(*kept.journal, {{.mode = mode}}, Retention());
}

}  // namespace

TEST_CASE("at-most-once: the sink is marked before it is given a batch", "[committer]") {
  KeptJournal kept;
  Committer committer = committer_of(kept, Mode::AtMostOnce);
  REQUIRE(committer.before_output(KeptJournal::closing(1, "a"), {}));
  CHECK(kept.journal->last_closed() == 1);
  CHECK(applied(kept) == 1);
}

TEST_CASE("the other modes: the sink is marked with the commit after it has taken a batch",
          "[committer]") {
  for (const Mode mode : {Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    KeptJournal kept;
    Committer committer = committer_of(kept, mode);
    REQUIRE(committer.before_output(KeptJournal::closing(1, "a"), {}));
    CHECK(applied(kept) == 0);
    committer.after_output(0, SinkMark{1});
    CHECK(applied(kept) == 0);
    REQUIRE(committer.before_output(KeptJournal::closing(2, "b"), {}));
    CHECK(applied(kept) == 1);
    committer.after_output(0, SinkMark{2});
    REQUIRE(committer.keep_marks());
    CHECK(applied(kept) == 2);
  }
}

TEST_CASE("marks and batches outlive the run", "[committer]") {
  KeptJournal kept;
  Committer committer = committer_of(kept, Mode::AtLeastOnce);
  REQUIRE(committer.before_output(KeptJournal::closing(1, "a"), {}));
  committer.after_output(0, SinkMark{1, "place", "title"});
  REQUIRE(committer.before_output(KeptJournal::closing(2, "b"), {}));
  kept.reopen();
  CHECK(kept.journal->last_closed() == 2);
  CHECK(kept.journal->sinks()[0].mark == SinkMark{1, "place", "title"});
}

TEST_CASE("a batch is kept until every sink has taken it", "[committer]") {
  KeptJournal kept({{"stdout", "tsv", 10}, {"file:/x", "tsv", 10}});
  Committer committer(*kept.journal, {{.mode = Mode::AtLeastOnce}, {.mode = Mode::ExactlyOnce}},
                      Retention());
  REQUIRE(committer.before_output(KeptJournal::closing(1, "a"), {}));
  committer.after_output(0, SinkMark{1});
  REQUIRE(committer.before_output(KeptJournal::closing(2, "b"), {}));
  CHECK(kept.journal->first_kept() == 1);
  committer.after_output(1, SinkMark{1});
  REQUIRE(committer.before_output(KeptJournal::closing(3, "c"), {}));
  CHECK(kept.journal->first_kept() == 2);
}

TEST_CASE("without a journal nothing is kept, and nothing fails", "[committer]") {
  Committer committer(1);
  CHECK(committer.before_output(KeptJournal::closing(1, "a"), {}));
  committer.after_output(0, SinkMark{1});
  CHECK(committer.keep_marks());
}

namespace {

Positions at(std::uint64_t offset) {
  return Positions({std::make_shared<const Stream>(Stream{"stream", ""}), offset});
}

/// A slice that leaves its batch open.
SliceRecord open_slice(std::uint64_t batch) {
  SliceRecord slice = KeptJournal::closing(batch, "a");
  slice.closes = false;
  return slice;
}

}  // namespace

TEST_CASE("the source is told of a record when that is durable, and of none that failed",
          "[committer]") {
  KeptJournal kept;
  Committer committer = committer_of(kept, Mode::AtLeastOnce);
  Positions told;
  committer.acknowledge_to([&](const Positions& moves) { told.merge(moves); });
  // Nobody is told while anything is still on its way to the disk.
  Positions told_before;
  kept.world.disk.on_effect = [&](const sim::Effect&) {
    CHECK(told == told_before);
    return sim::Fate{};
  };
  REQUIRE(committer.keep(open_slice(1), at(1)));
  CHECK(told == at(1));
  told_before = told;
  REQUIRE(committer.keep(at(2)));
  CHECK(told == at(2));
  told_before = told;
  REQUIRE(committer.before_output(KeptJournal::closing(1, "a"), at(3)));
  CHECK(told == at(3));

  kept.world.disk.on_effect = [](const sim::Effect&) { return sim::Fate{sim::Fate::Kind::Fails}; };
  CHECK_FALSE(committer.before_output(KeptJournal::closing(2, "b"), at(4)).has_value());
  CHECK(told == at(3));
  kept.world.disk.on_effect = nullptr;
}

TEST_CASE("where nothing has moved nothing is written", "[committer]") {
  KeptJournal kept;
  Committer committer = committer_of(kept, Mode::AtLeastOnce);
  const std::uint64_t effect_count = kept.world.disk.effect_count();
  CHECK(committer.keep(Positions()));
  CHECK(committer.keep_marks());
  CHECK(kept.world.disk.effect_count() == effect_count);
}

TEST_CASE("a mark that a sink waits for is written by itself, be it the one that it began with",
          "[committer]") {
  KeptJournal kept;
  const SinkMark begun{0, "place", "title"};
  Committer committer(*kept.journal, {{.mode = Mode::ExactlyOnce, .taken = begun}}, Retention());
  REQUIRE(committer.keep_marks());
  CHECK(kept.journal->sinks()[0].mark == SinkMark());
  CHECK(committer.kept_mark(0) == SinkMark());
  committer.want_kept(0);
  REQUIRE(committer.keep_marks());
  CHECK(kept.journal->sinks()[0].mark == begun);
  CHECK(committer.kept_mark(0) == begun);
}

TEST_CASE("a sink that has lost batches is marked when it has them again", "[committer]") {
  KeptJournal kept;
  Committer first = committer_of(kept, Mode::AtMostOnce);
  REQUIRE(first.before_output(KeptJournal::closing(1, "a"), {}));
  REQUIRE(first.before_output(KeptJournal::closing(2, "b"), {}));
  Committer committer(*kept.journal, {{.mode = Mode::ExactlyOnce}}, Retention());
  committer.after_output(0, SinkMark{1});
  REQUIRE(committer.keep_marks());
  CHECK(applied(kept) == 2);
  committer.after_output(0, SinkMark{1, "awaited", ""});
  committer.want_kept(0);
  REQUIRE(committer.keep_marks());
  CHECK(kept.journal->sinks()[0].mark == SinkMark{2, "awaited", ""});
  committer.after_output(0, SinkMark{2, "place", ""});
  REQUIRE(committer.keep_marks());
  CHECK(kept.journal->sinks()[0].mark == SinkMark{2, "place", ""});
}

TEST_CASE("an empty batch is kept for a sink that must be able to show it again", "[committer]") {
  KeptJournal kept;
  Emission empty;
  empty.counts = empty.changed = std::make_shared<const WordCounts>();
  const auto keeps = [&](Mode mode, bool shows_empty) {
    return Committer(*kept.journal, {{.mode = mode, .shows_empty = shows_empty}}, Retention())
        .must_keep(empty);
  };
  CHECK(keeps(Mode::ExactlyOnce, true));
  CHECK_FALSE(keeps(Mode::ExactlyOnce, false));
  CHECK_FALSE(keeps(Mode::AtLeastOnce, true));
}
