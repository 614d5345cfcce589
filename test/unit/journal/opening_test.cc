#include "journal/opening.h"

#include <sys/stat.h>
#include <unistd.h>

#include "catch.h"
#include "unit/journal/checkpoint.h"

using namespace wordstream;

namespace {

Error refused(Checkpoint& checkpoint, const Opening& opening) {
  const auto journal = checkpoint.try_open(opening);
  if (journal) FAIL("it was not refused");
  return journal.error();
}

Error refused(Checkpoint& checkpoint) { return refused(checkpoint, checkpoint.opening()); }

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string formats_of(const SinkRecord& sink) {
  std::string text;
  for (const FormatSpan& span : sink.formats)
    text += std::to_string(span.first_batch) + ":" + span.format + std::to_string(span.top) + " ";
  return text;
}

}  // namespace

TEST_CASE("an id is given once, an epoch with each opening", "[journal]") {
  Checkpoint checkpoint;
  Opening opening = checkpoint.opening();
  const JournalId id = checkpoint.open(opening)->id();
  CHECK(id == opening.new_id);
  opening.new_id = {{9}};
  opening.now += std::chrono::hours(1);
  const auto again = checkpoint.open(opening);
  CHECK_FALSE(again->is_new());
  CHECK(again->id() == id);
  CHECK(again->epoch() == 2);
  CHECK(again->began() == at(0));
}

TEST_CASE("a journal remembers the epochs of its last thousand openings", "[journal]") {
  Checkpoint checkpoint;
  Opening opening = checkpoint.opening();
  CHECK(checkpoint.open(opening)->epochs_before().empty());
  opening.epoch_step = 10;
  CHECK(checkpoint.open(opening)->epochs_before() == std::vector<std::uint64_t>{1});
  CHECK(checkpoint.open(opening)->epochs_before() == std::vector<std::uint64_t>{1, 11});
  for (int i = 0; i < 1000; ++i) checkpoint.open(opening);
  const auto journal = checkpoint.open(opening);
  CHECK(journal->epochs_before().size() == 1000);
  CHECK(journal->epochs_before().front() == 31);
  CHECK(journal->epochs_before().back() + 10 == journal->epoch());
}

TEST_CASE("a journal is made with the directories above it", "[journal]") {
  Checkpoint checkpoint;
  Opening opening = checkpoint.opening();
  opening.directory = checkpoint.folder() / "a/b/c";
  CHECK(checkpoint.try_open(opening).has_value());
}

TEST_CASE("a second process on a checkpoint is told who has it", "[journal]") {
  Checkpoint checkpoint;
  const auto journal = checkpoint.open();
  const Error error = refused(checkpoint);
  CHECK(error.code == ErrorCode::Busy);
  CHECK(has(error.message, checkpoint.directory()));
  CHECK(has(error.message, std::to_string(::getpid())));
}

TEST_CASE("a journal that another program reads is busy", "[journal]") {
  Checkpoint checkpoint;
  checkpoint.open().reset();
  const auto reader = Database::open(checkpoint.path(), {});
  REQUIRE((*reader)->execute("BEGIN; SELECT * FROM meta").has_value());
  const Error error = refused(checkpoint);
  CHECK(error.code == ErrorCode::Busy);
  CHECK(has(error.message, "database is locked; end the program that has it open"));
}

TEST_CASE("a journal of another job is refused, with both", "[journal]") {
  Checkpoint checkpoint;
  checkpoint.open().reset();
  Opening opening = checkpoint.opening();
  opening.fingerprint = "another";
  const Error error = refused(checkpoint, opening);
  CHECK(error.code == ErrorCode::BadData);
  CHECK(has(error.message, "made for 'job', and this is 'another'"));
  CHECK(checkpoint.open()->epoch() == 2);  // the one refused has not counted
}

TEST_CASE("a journal may be ten minutes ahead of the clock, and no more", "[journal]") {
  Checkpoint checkpoint;
  Record record = batch(1, counts("a=1"));
  record.slice->interval.end = at(3'600'000);
  write(*checkpoint.open(), record);
  Opening opening = checkpoint.opening();
  opening.now = at(3'000'000 - 1);
  const Error error = refused(checkpoint, opening);
  CHECK(error.code == ErrorCode::Busy);
  CHECK(has(error.message,
            "it has come to 2013-01-01 03:47:10.000 UTC, "
            "and the clock says 2013-01-01 03:37:09.999 UTC"));
  opening.now = at(3'000'000);
  CHECK(checkpoint.try_open(opening).has_value());
}

TEST_CASE("the start of an open batch and of the journal count, too", "[journal]") {
  Checkpoint checkpoint;
  Opening opening = checkpoint.opening();
  checkpoint.open().reset();
  opening.now = at(-600'001);
  CHECK(refused(checkpoint, opening).code == ErrorCode::Busy);
  Record record = open_slice(1, counts("a=1"));
  record.slice->interval = {at(700'000), at(86'400'000)};
  write(*checkpoint.open(), record);
  opening.now = at(0);
  CHECK(refused(checkpoint, opening).code == ErrorCode::Busy);
  opening.now = at(700'000);  // however far its end may be
  CHECK(checkpoint.try_open(opening).has_value());
}

TEST_CASE("a sink that is new begins with the next batch", "[journal]") {
  Checkpoint checkpoint;
  auto journal = checkpoint.open();
  CHECK(journal->added_sinks().empty());
  write(*journal, batch(1, counts("a=1")));
  write(*journal, batch(2, counts("a=1")));
  write(*journal, open_slice(3, counts("a=1")));
  journal.reset();
  Opening opening = checkpoint.opening();
  opening.sinks = {{"file:/out", "tsv", 5}, {"stdout", "print", 10}};
  journal = checkpoint.open(opening);
  CHECK(journal->added_sinks() == std::vector<std::string>{"file:/out"});
  CHECK(journal->dropped_sinks().empty());
  REQUIRE(journal->sinks().size() == 2);
  CHECK(journal->sinks()[0].name == "file:/out");
  CHECK(journal->sinks()[0].mark.applied == 2);
  CHECK(formats_of(journal->sinks()[0]) == "3:tsv5 ");
  CHECK(journal->sinks()[1].mark.applied == 0);
  journal.reset();
  CHECK(checkpoint.open(opening)->added_sinks().empty());
}

TEST_CASE("a sink that is not wanted any more is forgotten", "[journal]") {
  Checkpoint checkpoint;
  Opening both = checkpoint.opening();
  both.sinks.push_back({"file:/out", "tsv", 5});
  auto journal = checkpoint.open(both);
  Record record = batch(1, counts("a=1"));
  record.marks = {{1, SinkMark{1, "place", "title"}}};
  write(*journal, record);
  write(*journal, batch(2, counts("a=1")));
  journal.reset();
  journal = checkpoint.open();
  REQUIRE(journal->dropped_sinks().size() == 1);
  CHECK(journal->dropped_sinks().front().name == "file:/out");
  CHECK(journal->sinks().size() == 1);
  // The run was refused before it had begun.
  journal.reset();
  CHECK(checkpoint.open(both)->sinks()[1].mark.applied == 1);
  journal = checkpoint.open();
  REQUIRE(journal->forget_dropped_sinks());
  CHECK(journal->dropped_sinks().empty());
  journal.reset();
  journal = checkpoint.open(both);
  CHECK(journal->added_sinks() == std::vector<std::string>{"file:/out"});
  CHECK(journal->sinks()[1].mark == SinkMark{2});
}

TEST_CASE("the live view, which was a sink once, can be forgotten", "[journal]") {
  Checkpoint checkpoint;
  Opening opening = checkpoint.opening();
  opening.sinks.push_back({"other", "live", 5});
  checkpoint.open(opening).reset();
  const auto journal = checkpoint.open();
  REQUIRE(journal->forget_dropped_sinks());
  CHECK(journal->dropped_sinks().empty());
  CHECK(journal->sinks().size() == 1);
}

TEST_CASE("a journal may be without sinks", "[journal]") {
  Checkpoint checkpoint;
  Opening opening = checkpoint.opening();
  opening.sinks.clear();
  auto journal = checkpoint.open(opening);
  write(*journal, batch(1, counts("a=1")));
  journal.reset();
  journal = checkpoint.open(opening);
  CHECK(journal->sinks().empty());
  CHECK(journal->last_closed() == 1);
}

TEST_CASE("batches that wait for a sink stay in the format in which they were asked for",
          "[journal]") {
  Checkpoint checkpoint;
  Opening opening = checkpoint.opening();
  const auto reopened = [&](const std::string& format, std::size_t top) {
    opening.sinks = {{"stdout", format, top}};
    return checkpoint.open(opening);
  };
  auto journal = reopened("print", 10);
  CHECK(formats_of(journal->sinks()[0]) == "1:print10 ");
  write(*journal, batch(1, counts("a=1")));
  write(*journal, batch(2, counts("a=1")));
  write(*journal, mark(0, 1));
  journal.reset();
  journal = reopened("tsv", 10);
  CHECK(formats_of(journal->sinks()[0]) == "1:print10 3:tsv10 ");
  write(*journal, batch(3, counts("a=1")));
  journal.reset();
  journal = reopened("tsv", 7);
  CHECK(formats_of(journal->sinks()[0]) == "1:print10 3:tsv10 4:tsv7 ");
  journal.reset();
  journal = reopened("json", 1);  // nothing was shown as tsv7
  CHECK(formats_of(journal->sinks()[0]) == "1:print10 3:tsv10 4:json1 ");
  write(*journal, mark(0, 2));
  journal.reset();
  journal = reopened("json", 1);
  CHECK(formats_of(journal->sinks()[0]) == "3:tsv10 4:json1 ");
  write(*journal, mark(0, 3));
  journal.reset();
  journal = reopened("json", 1);
  CHECK(formats_of(journal->sinks()[0]) == "4:json1 ");
}

TEST_CASE("a journal that a crash has left empty is new", "[journal]") {
  Checkpoint checkpoint;
  REQUIRE(checkpoint.storage().make_directory(checkpoint.directory()).has_value());
  checkpoint.folder().write("state/journal.db", "");
  CHECK(checkpoint.open()->is_new());
  CHECK_FALSE(checkpoint.open()->is_new());
}

TEST_CASE("a lock without a journal is fine", "[journal]") {
  Checkpoint checkpoint;
  REQUIRE(checkpoint.storage().make_directory(checkpoint.directory()).has_value());
  REQUIRE(checkpoint.storage().lock_directory(checkpoint.directory()).has_value());
  CHECK(checkpoint.open()->is_new());
}

TEST_CASE("a file that is no database is refused", "[journal]") {
  Checkpoint checkpoint;
  REQUIRE(checkpoint.storage().make_directory(checkpoint.directory()).has_value());
  const std::string text(20'000, 'x');
  checkpoint.folder().write("state/journal.db", text);
  const Error error = refused(checkpoint);
  CHECK(error.code == ErrorCode::BadData);
  CHECK(has(error.message, checkpoint.path() + ": file is not a database"));
  CHECK(cli::read_file(checkpoint.path()) == text);
}

TEST_CASE("somebody else's database is refused, and not touched", "[journal]") {
  Checkpoint checkpoint;
  checkpoint.open().reset();
  checkpoint.folder().write("state/journal.db", "");
  const char* sql =
      GENERATE("CREATE TABLE theirs(n)", "PRAGMA application_id = 7", "PRAGMA user_version = 1",
               "PRAGMA journal_mode = WAL; "
               "CREATE TABLE theirs(n)");
  checkpoint.run(sql);
  const std::string before = cli::read_file(checkpoint.path());
  const Error error = refused(checkpoint);
  CHECK(error.code == ErrorCode::BadData);
  CHECK(has(error.message, "no journal of wordstream"));
  CHECK(cli::read_file(checkpoint.path()) == before);
}

TEST_CASE("a journal of a version to come is refused, with both", "[journal]") {
  Checkpoint checkpoint;
  checkpoint.open().reset();
  checkpoint.run("PRAGMA user_version = 12");
  const std::string before = cli::read_file(checkpoint.path());
  const Error error = refused(checkpoint);
  CHECK(error.code == ErrorCode::BadData);
  CHECK(has(error.message, "a journal of version 12, and this program knows version 2"));
  CHECK(cli::read_file(checkpoint.path()) == before);
}

TEST_CASE("a directory that may not be written is not permitted", "[journal]") {
  if (::geteuid() == 0) return;  // root may do anything
  Checkpoint checkpoint;
  REQUIRE(checkpoint.storage().make_directory(checkpoint.directory()).has_value());
  REQUIRE(::chmod(checkpoint.directory().c_str(), 0500) == 0);
  CHECK(refused(checkpoint).code == ErrorCode::NotPermitted);
}

TEST_CASE("a checkpoint where a file stands cannot be made", "[journal]") {
  Checkpoint checkpoint;
  checkpoint.folder().write("state", "");
  CHECK(refused(checkpoint).code == ErrorCode::CannotCreate);
}
