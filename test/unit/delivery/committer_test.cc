// The three orders: what the journal knows of a sink after each step.
#include "delivery/committer.h"

#include "unit/delivery/kept_journal.h"

using namespace wordstream;

namespace {

/// What the journal knows of its only sink.
std::uint64_t applied(const KeptJournal& kept) { return kept.journal->sinks()[0].mark.applied; }

Committer committer_of(KeptJournal& kept, Mode mode) {
  return Committer(*kept.journal, {{mode, false}}, Retention());
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
    committer.after_output(0, SinkMark{1, {}});
    CHECK(applied(kept) == 0);
    REQUIRE(committer.before_output(KeptJournal::closing(2, "b"), {}));
    CHECK(applied(kept) == 1);
    committer.after_output(0, SinkMark{2, {}});
    REQUIRE(committer.finish());
    CHECK(applied(kept) == 2);
  }
}

TEST_CASE("marks and batches outlive the run", "[committer]") {
  KeptJournal kept;
  Committer committer = committer_of(kept, Mode::AtLeastOnce);
  REQUIRE(committer.before_output(KeptJournal::closing(1, "a"), {}));
  committer.after_output(0, SinkMark{1, FileMark{1, 2, 3}});
  REQUIRE(committer.before_output(KeptJournal::closing(2, "b"), {}));
  kept.reopen();
  CHECK(kept.journal->last_closed() == 2);
  CHECK(kept.journal->sinks()[0].mark == SinkMark{1, FileMark{1, 2, 3}});
}

TEST_CASE("a batch is kept until every sink has taken it", "[committer]") {
  KeptJournal kept({{"stdout", "tsv", 10}, {"file:/x", "tsv", 10}});
  Committer committer(*kept.journal, {{Mode::AtLeastOnce, false}, {Mode::ExactlyOnce, false}},
                      Retention());
  REQUIRE(committer.before_output(KeptJournal::closing(1, "a"), {}));
  committer.after_output(0, SinkMark{1, {}});
  REQUIRE(committer.before_output(KeptJournal::closing(2, "b"), {}));
  CHECK(kept.journal->first_kept() == 1);
  committer.after_output(1, SinkMark{1, {}});
  REQUIRE(committer.before_output(KeptJournal::closing(3, "c"), {}));
  CHECK(kept.journal->first_kept() == 2);
}

TEST_CASE("without a journal nothing is kept, and nothing fails", "[committer]") {
  Committer committer;
  CHECK(committer.before_output(KeptJournal::closing(1, "a"), {}));
  committer.after_output(0, SinkMark{1, {}});
  CHECK(committer.finish());
}

TEST_CASE("an empty batch is kept for a sink that must be able to show it again", "[committer]") {
  KeptJournal kept;
  Emission empty;
  empty.counts = empty.changed = std::make_shared<const WordCounts>();
  const auto keeps = [&](Mode mode, bool shows_empty) {
    return Committer(*kept.journal, {{mode, shows_empty}}, Retention()).must_keep(empty);
  };
  CHECK(keeps(Mode::ExactlyOnce, true));
  CHECK_FALSE(keeps(Mode::ExactlyOnce, false));
  CHECK_FALSE(keeps(Mode::AtLeastOnce, true));
}
