#include "journal/inspection.h"

#include <unistd.h>

#include "catch.h"
#include "unit/journal/checkpoint.h"

using namespace wordstream;

namespace {

Result<Inspection> inspect(Checkpoint& checkpoint) {
  return inspect_journal(checkpoint.storage(), checkpoint.directory());
}

}  // namespace

TEST_CASE("a stopped journal tells what it holds, and stays as it is", "[journal]") {
  Checkpoint checkpoint;
  Opening opening = checkpoint.opening();
  opening.sinks = {{"stdout", "print", 10}, {"file:/out", "tsv", 5}};
  auto journal = checkpoint.open(opening);
  Record record = batch(1, counts("to=2 be=1"));
  record.positions.set(position(9));
  record.marks = {{1, SinkMark{1, "place", "title"}}};
  write(*journal, record);
  write(*journal, open_slice(2, counts("or=1")));
  journal.reset();
  const std::string before = cli::read_file(checkpoint.path());

  const Result<Inspection> inspection = inspect(checkpoint);
  REQUIRE(inspection.has_value());
  const JournalState& state = inspection->state;
  CHECK(state.meta.id == opening.new_id);
  CHECK(state.meta.job == "job");
  CHECK(state.meta.epoch == 1);
  CHECK(state.meta.began == at(0));
  CHECK(state.last_closed() == 1);
  CHECK(inspection->positions == Positions(position(9)));
  REQUIRE(state.sinks.size() == 2);
  CHECK(state.sinks[0].name == "file:/out");
  CHECK(state.sinks[0].mark == SinkMark{1, "place", "title"});
  CHECK(state.sinks[1].mark == SinkMark{});
  REQUIRE(inspection->batches.size() == 2);
  CHECK(inspection->batches[0].word_count == 3);
  CHECK(inspection->batches[0].row_count == 2);
  CHECK_FALSE(inspection->batches[0].is_open);
  CHECK(inspection->batches[1].is_open);
  CHECK(inspection->batches[1].interval.end == at(2000));
  CHECK(cli::read_file(checkpoint.path()) == before);
}

TEST_CASE("a journal in use is not looked into, and its owner is named", "[journal]") {
  Checkpoint checkpoint;
  const auto journal = checkpoint.open();
  const Result<Inspection> inspection = inspect(checkpoint);
  REQUIRE_FALSE(inspection.has_value());
  CHECK(inspection.error().code == ErrorCode::Busy);
  CHECK(inspection.error().message.find("process " + std::to_string(::getpid())) !=
        std::string::npos);
}

TEST_CASE("where no journal is there is nothing to look into", "[journal]") {
  Checkpoint checkpoint;
  CHECK(inspect(checkpoint).error().code == ErrorCode::NotFound);
  REQUIRE(checkpoint.storage().make_directory(checkpoint.directory()).has_value());
  CHECK(inspect(checkpoint).error().code == ErrorCode::NotFound);
  checkpoint.folder().write("state/journal.db", "");
  CHECK(inspect(checkpoint).error().code == ErrorCode::NotFound);
  CHECK(cli::read_file(checkpoint.path()).empty());
}

TEST_CASE("a commit that a crash cut short is undone before it is looked at", "[journal]") {
  Checkpoint checkpoint;
  auto journal = checkpoint.open();
  write(*journal, batch(1, counts("to=2")));
  // Both files as they stand in the middle of a commit: too large for SQLite's memory, what was
  // changed is in the file, and what stood there before in the rollback journal.
  const auto database = Database::open(checkpoint.folder() / "copy.db", {});
  journal.reset();
  checkpoint.folder().write("copy.db", cli::read_file(checkpoint.path()));
  REQUIRE((*database)
              ->execute("PRAGMA cache_size = 1; BEGIN; UPDATE meta SET job = 'half';"
                        "INSERT INTO base VALUES (1, 1, 0, zeroblob(1000000))")
              .has_value());
  checkpoint.folder().write("state/journal.db", cli::read_file(checkpoint.folder() / "copy.db"));
  checkpoint.folder().write("state/journal.db-journal",
                            cli::read_file(checkpoint.folder() / "copy.db-journal"));
  const Result<Inspection> inspection = inspect(checkpoint);
  REQUIRE(inspection.has_value());
  CHECK(inspection->state.meta.job == "job");
  CHECK(inspection->batches.size() == 1);
}
