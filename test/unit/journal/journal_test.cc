#include "journal/journal.h"

#include "catch.h"
#include "journal/inspection.h"
#include "unit/journal/checkpoint.h"

using namespace wordstream;

TEST_CASE("a new journal holds nothing", "[journal]") {
  Checkpoint checkpoint;
  const auto journal = checkpoint.open();
  CHECK(journal->is_new());
  CHECK(journal->epoch() == 1);
  CHECK(journal->began() == at(0));
  CHECK(journal->last_batch() == 0);
  CHECK(journal->last_closed() == 0);
  CHECK(journal->first_kept() == 1);
  CHECK(journal->last_end() == Label::min());
  CHECK(journal->positions().empty());
  CHECK_FALSE(journal->open_batch().has_value());
  CHECK(journal->base_through() == 0);
}

TEST_CASE("a batch is read as it was written, at once and after a restart", "[journal]") {
  Checkpoint checkpoint;
  const auto check = [](Journal& journal) {
    CHECK(journal.last_batch() == 1);
    CHECK(journal.last_closed() == 1);
    CHECK(journal.last_end() == at(400));
    const StoredBatch stored = read(journal, 1);
    CHECK(stored.id == 1);
    CHECK(stored.interval.start == at(0));
    CHECK(stored.interval.end == at(400));
    CHECK(stored.interval.is_partial);
    CHECK(stored.line_count == 7);
    CHECK(stored.byte_count == 99);
    CHECK_FALSE(stored.is_open);
    CHECK(stored.ends_run);
    REQUIRE(stored.slices.size() == 1);
    CHECK(to_text(*stored.slices[0]) == "to=2 be=1");
  };
  auto journal = checkpoint.open();
  write(*journal, {.slice = SliceRecord{.batch = 1,
                                        .interval = {at(0), at(400), true},
                                        .line_count = 7,
                                        .byte_count = 99,
                                        .counts = counts("to=2 be=1"),
                                        .closes = true,
                                        .ends_run = true}});
  check(*journal);
  journal.reset();
  check(*checkpoint.open());
}

TEST_CASE("a position is kept until the next one", "[journal]") {
  Checkpoint checkpoint;
  auto journal = checkpoint.open();
  Record record = batch(1, counts("a=1"));
  const Positions cut(position(7, Position::Place::InsideCutLine));
  record.positions = cut;
  write(*journal, record);
  write(*journal, batch(2, counts("a=1")));
  CHECK(journal->positions() == cut);
  journal.reset();
  journal = checkpoint.open();
  CHECK(journal->positions() == cut);
  CHECK(journal->positions().find("x")->stream->title == "file:/x");
  const Positions far(position(~std::uint64_t{0}, Position::Place::BehindCr));
  write(*journal, {.positions = far});
  journal.reset();
  CHECK(checkpoint.open()->positions() == far);
}

TEST_CASE("an open batch grows slice by slice, over restarts", "[journal]") {
  Checkpoint checkpoint;
  write(*checkpoint.open(), open_slice(1, counts("to=1")));
  auto journal = checkpoint.open();
  REQUIRE(journal->open_batch().has_value());
  CHECK(journal->open_batch()->interval.end == at(1000));
  CHECK(journal->last_batch() == 1);
  CHECK(journal->last_closed() == 0);
  write(*journal, open_slice(1, counts("to=1 be=1")));
  CHECK(read(*journal, 1).is_open);
  CHECK(read(*journal, 1).slices.size() == 2);
  write(*journal, batch(1, counts("or=1")));
  CHECK_FALSE(journal->open_batch().has_value());
  journal.reset();
  journal = checkpoint.open();
  CHECK_FALSE(journal->open_batch().has_value());
  const StoredBatch stored = read(*journal, 1);
  CHECK(stored.line_count == 3);
  CHECK(stored.byte_count == 8);
  REQUIRE(stored.slices.size() == 3);
  CHECK(to_text(*stored.slices[1]) == "to=1 be=1");
  CHECK(to_text(*stored.slices[2]) == "or=1");
}

TEST_CASE("the end of an open batch may be all that is written of it", "[journal]") {
  Checkpoint checkpoint;
  const auto journal = checkpoint.open();
  write(*journal, open_slice(1, counts("to=1")));
  Record end = batch(1, nullptr);
  end.slice->interval.end = at(300);
  write(*journal, end);
  const StoredBatch stored = read(*journal, 1);
  CHECK_FALSE(stored.is_open);
  CHECK(stored.interval.end == at(300));
  CHECK(stored.slices.size() == 1);
  CHECK(journal->last_end() == at(300));
}

TEST_CASE("the step of the clock before a batch is kept with it, and gone with it", "[journal]") {
  Checkpoint checkpoint;
  auto journal = checkpoint.open();
  for (std::uint64_t id = 1; id <= 3; ++id) {
    Record record = id < 3 ? batch(id, counts("a=1")) : open_slice(id, counts("a=1"));
    if (id > 1) record.slice->interval.clock_step = Millis(id == 2 ? 3'600'000 : -5000);
    write(*journal, record);
  }
  journal.reset();
  journal = checkpoint.open();
  CHECK(read(*journal, 1).interval.clock_step == Millis(0));
  CHECK(read(*journal, 2).interval.clock_step == Millis(3'600'000));
  CHECK(journal->open_batch()->interval.clock_step == Millis(-5000));
  Record record = mark(0, 2);
  record.prune_through = 2;
  write(*journal, record);
  journal.reset();
  CHECK(checkpoint.query("SELECT batch || ' ' || step_ms FROM clock_step") == "3 -5000\n");
}

TEST_CASE("a journal that has no table of steps yet is looked into, and goes on", "[journal]") {
  Checkpoint checkpoint;
  write(*checkpoint.open(), open_slice(1, counts("a=1")));
  checkpoint.run("DROP TABLE clock_step");
  CHECK(inspect_journal(checkpoint.storage(), checkpoint.directory()).has_value());
  auto journal = checkpoint.open();
  Record record = batch(1, counts("b=1"));
  record.slice->interval.clock_step = Millis(1000);
  write(*journal, record);
  CHECK(read(*journal, 1).interval.clock_step == Millis(1000));
}

TEST_CASE("a batch without words has no slices", "[journal]") {
  Checkpoint checkpoint;
  const auto journal = checkpoint.open();
  write(*journal, batch(1, nullptr));
  write(*journal, batch(2, std::make_shared<const WordCounts>()));
  CHECK(read(*journal, 1).slices.empty());
  CHECK(read(*journal, 2).slices.empty());
}

TEST_CASE("counts of several megabytes are kept in rows of one at most", "[journal]") {
  Checkpoint checkpoint;
  const auto big = many_counts(3'500'000);
  const auto edge = many_counts(18 * 58'254, 2);  // the last of its rows is nearly full
  auto journal = checkpoint.open();
  write(*journal, open_slice(1, big));
  write(*journal, batch(1, edge));
  journal.reset();
  journal = checkpoint.open();
  const StoredBatch stored = read(*journal, 1);
  REQUIRE(stored.slices.size() == 2);
  CHECK(stored.slices[0]->packed() == big->packed());
  CHECK(stored.slices[1]->packed() == edge->packed());
  journal.reset();
  CHECK(checkpoint.query("SELECT count(*) || ' ' || max(length(bytes)) FROM counts") ==
        "5 1048576\n");
}

TEST_CASE("marks are kept by sink", "[journal]") {
  Checkpoint checkpoint;
  Opening opening = checkpoint.opening();
  opening.sinks = {{"stdout", "print", 10}, {"file:/out", "tsv", 5}};
  auto journal = checkpoint.open(opening);
  write(*journal, batch(1, counts("a=1")));
  Record record = batch(2, counts("a=1"));
  const SinkMark taken{1, std::string("\0\xff", 2), "2 bytes"};
  record.marks = {{1, taken}, {0, SinkMark{2}}};  // with the batch itself, or behind it
  write(*journal, record);
  CHECK(journal->sinks()[0].mark == SinkMark{2});
  CHECK(journal->sinks()[1].mark == taken);
  journal.reset();
  journal = checkpoint.open(opening);
  CHECK(journal->sinks()[0].mark == SinkMark{2});
  CHECK(journal->sinks()[1].mark == taken);
}

TEST_CASE("batches that are pruned are gone, and ids go on", "[journal]") {
  Checkpoint checkpoint;
  auto journal = checkpoint.open();
  for (std::uint64_t id = 1; id <= 3; ++id) write(*journal, batch(id, counts("a=1")));
  Record record = mark(0, 3);
  record.prune_through = 2;
  write(*journal, record);
  CHECK(journal->first_kept() == 3);
  CHECK(read(*journal, 3).slices.size() == 1);
  write(*journal, {.prune_through = 3});
  CHECK(journal->first_kept() == 4);
  journal.reset();
  CHECK(checkpoint.query("SELECT (SELECT count(*) FROM batch) + (SELECT count(*) FROM counts)") ==
        "0\n");
  journal = checkpoint.open();
  CHECK(journal->first_kept() == 4);
  CHECK(journal->last_batch() == 3);
  CHECK(journal->last_end() == at(3000));
  write(*journal, batch(4, counts("a=1")));
  CHECK(journal->first_kept() == 4);
}

TEST_CASE("pruning what is gone already changes nothing", "[journal]") {
  Checkpoint checkpoint;
  const auto journal = checkpoint.open();
  write(*journal, batch(1, counts("a=1")));
  Record record = mark(0, 1);
  record.prune_through = 1;
  write(*journal, record);
  write(*journal, record);
  CHECK(journal->first_kept() == 2);
}

TEST_CASE("the file gives room back, some with each act", "[journal]") {
  Checkpoint checkpoint;
  const auto journal = checkpoint.open();
  const auto file_size = [&] { return cli::read_file(checkpoint.path()).size(); };
  write(*journal, batch(1, many_counts(20'000'000)));
  const std::size_t full = file_size();
  CHECK(full > 20'000'000);
  for (std::uint64_t id = 2; id <= 20; ++id) {
    Record record = batch(id, counts("a=1"));
    record.marks = {{0, SinkMark{id}}};
    record.prune_through = id - 1;
    write(*journal, record);
  }
  CHECK(file_size() < full / 2);
  CHECK(read(*journal, 20).slices.size() == 1);
}
