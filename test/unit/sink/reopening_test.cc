// Files that are moved away while they are written to, or between two runs.
#include <algorithm>
#include <filesystem>
#include <string>

#include "catch.h"
#include "unit/sink/file_place.h"

using namespace wordstream;
using namespace wordstream::file_test;

namespace {

/// Asks for it, and has it done as far as it is due.
Status reopen(Place& place) {
  place.sink->reopen();
  return finish_turns(*place.sink, &Sink::turn);
}

void must_reopen(Place& place) {
  const Status reopened = reopen(place);
  if (!reopened) FAIL(reopened.error().message);
}

std::string text_of(const Place& place, const std::string& name) {
  return cli::read_file(place.folder / name);
}

std::uint64_t inode_of(const Place& place, const std::string& name) {
  return place.storage->open_file(place.folder / name).value()->info().value().inode;
}

/// The journal has what the sink waits for.
SinkMark keep_awaited(Place& place) {
  const SinkMark mark = place.sink->awaited_mark().value();
  place.sink->marked(mark);
  CHECK_FALSE(place.sink->awaited_mark().has_value());
  return mark;
}

}  // namespace

TEST_CASE("a file that was moved away is followed by a new one, with a header of its own",
          "[reopening]") {
  Place place;
  place.must_open(kCsv);
  place.must_give(1, "one");
  place.settle(1);
  place.folder.rename("out", "out.1");
  // Before anybody says so it goes on there.
  place.must_give(2, "two");
  place.settle(2);
  must_reopen(place);
  CHECK(place.count_told<event::OutputReopened>() == 1);
  CHECK(place.text().empty());
  place.must_give(3, "three");
  CHECK(text_of(place, "out.1") == kHeader + "1000,2000,one,1\n1000,2000,two,1\n");
  CHECK(place.text() == kHeader + "1000,2000,three,1\n");
}

TEST_CASE("a name that leads to the file as before is not opened again", "[reopening]") {
  Place place;
  place.must_open(kCsv, resume(Mode::ExactlyOnce, {}, 0));
  keep_awaited(place);
  place.must_give(1, "one");
  place.settle(1);
  must_reopen(place);
  CHECK(place.told.empty());
  CHECK_FALSE(place.sink->awaited_mark().has_value());
  place.must_give(2, "two");
  CHECK(place.text() == kHeader + "1000,2000,one,1\n1000,2000,two,1\n");
}

TEST_CASE("a batch ends in the file in which it has begun", "[reopening]") {
  for (const Mode mode : {Mode::AtMostOnce, Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    Place place;
    place.must_open(kTsv, resume(mode, {}, 0));
    place.must_give(1, "one");
    place.folder.rename("out", "out.1");
    must_reopen(place);
    CHECK_FALSE(std::filesystem::exists(place.path()));
    place.must_give(1, "two");
    place.settle(1);
    place.must_give(2, "three");
    CHECK(text_of(place, "out.1") == row("one") + row("two"));
    CHECK(place.text() == row("three"));
  }
}

TEST_CASE("an emission without a batch is not waited for", "[reopening]") {
  Place place;
  place.must_open();
  place.must_give(0, "one");
  place.folder.rename("out", "out.1");
  must_reopen(place);
  place.must_give(0, "two");
  CHECK(text_of(place, "out.1") == row("one"));
  CHECK(place.text() == row("two"));
}

TEST_CASE("a file that holds something is left alone, and told of", "[reopening]") {
  Place place;
  place.must_open(kTsv, resume(Mode::ExactlyOnce, {}, 0));
  keep_awaited(place);
  place.must_give(1, "one");
  place.settle(1);
  place.folder.rename("out", "out.1");
  place.write("theirs\n");
  must_reopen(place);
  CHECK(place.count_told<event::OutputForeign>() == 1);
  place.must_give(2, "two");
  place.settle(2);
  CHECK(place.text() == "theirs\n");
  CHECK(text_of(place, "out.1") == row("one") + row("two"));
  // An empty one, as some rotations make it, is taken.
  place.folder.rename("out", "theirs");
  place.write("");
  must_reopen(place);
  place.must_give(3, "three");
  CHECK(place.text() == row("three"));
}

TEST_CASE("nothing is written to a new file before the journal knows it", "[reopening]") {
  for (const Mode mode : {Mode::AtMostOnce, Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    Place place;
    place.must_open(kTsv, resume(mode, {}, 0));
    const SinkMark first = keep_awaited(place);
    CHECK(first.applied == 0);
    CHECK(file_in(first).length == 0);
    place.must_give(1, "one");
    CHECK(place.settle(1).applied == 1);
    place.folder.rename("out", "out.1");
    must_reopen(place);
    const SinkMark second = place.sink->awaited_mark().value();
    CHECK(second.applied == 1);
    CHECK(file_in(second).length == 0);
    CHECK(file_in(second).inode != file_in(first).inode);
    // Of the file before it.
    place.sink->marked(first);
    CHECK(keep_awaited(place) == second);
    place.sink.reset();
    CHECK(file_in(second).inode == inode_of(place, "out"));
    CHECK(file_in(first).inode == inode_of(place, "out.1"));
    // The next run finds a file that its journal knows.
    place.must_open(kTsv, resume(mode, second, 1));
    CHECK_FALSE(place.sink->awaited_mark().has_value());
  }
}

TEST_CASE("a name that cannot be opened ends the run, and what was written stays", "[reopening]") {
  Place place;
  place.must_open(kTsv, resume(Mode::ExactlyOnce, {}, 0));
  place.must_give(1, "one");
  const SinkMark mark = place.settle(1);
  place.folder.rename("out", "out.1");
  std::filesystem::create_directory(place.path());
  const Status reopened = reopen(place);
  REQUIRE_FALSE(reopened.has_value());
  CHECK(reopened.error().code == ErrorCode::CannotCreate);
  CHECK(text_of(place, "out.1") == row("one"));
  CHECK(place.sink->mark().value() == mark);
}

TEST_CASE("exactly once, a kill at any byte of a file that is moved then leaves no trace",
          "[reopening]") {
  for (const std::string moved : {"out.1", "out-20261126", "outside"}) {
    Place place;
    const SinkMark mark = kill_after_two_batches(place, Mode::ExactlyOnce, kCsv);
    const std::string all = place.text();
    place.folder.rename("out", moved);
    for (std::size_t size = file_in(mark).length; size <= all.size(); ++size) {
      std::filesystem::remove(place.path());
      place.folder.write(moved, all.substr(0, size));
      SinkResume second = resume(Mode::ExactlyOnce, mark, 2);
      second.shown_before = kCsv;
      place.must_open(kCsv, second);
      CHECK(place.count_told<event::OutputMoved>() == 1);
      if (place.sink->awaited_mark()) keep_awaited(place);
      place.must_give(2, "two");
      const SinkMark settled = place.settle(2);
      CHECK(settled.applied == 2);
      if (place.sink->awaited_mark()) keep_awaited(place);
      place.must_give(3, "three");
      place.settle(3);
      // Where nothing was there to be completed the new file has begun before.
      const std::string third = "1000,2000,three,1\n";
      const bool is_begun = size == file_in(mark).length;
      CHECK(text_of(place, moved) == (is_begun ? all.substr(0, size) : all));
      CHECK(place.text() == kHeader + (is_begun ? "1000,2000,two,1\n" : "") + third);
    }
  }
}

TEST_CASE("at least once, a half line is cut in the file that was moved", "[reopening]") {
  for (const Mode mode : {Mode::AtLeastOnce, Mode::AtMostOnce}) {
    Place place;
    const SinkMark mark = kill_after_two_batches(place, mode);
    place.folder.append("out", row("two").substr(0, 13));
    place.folder.rename("out", "out.1");
    place.must_open(kTsv, resume(mode, mark, 2));
    CHECK(text_of(place, "out.1") == row("one") + row("two"));
    CHECK(place.count_told<event::OutputMended>() == 1);
    CHECK(place.count_told<event::OutputReopened>() == 1);
    CHECK(place.count_told<event::OutputNew>() == 0);
    place.must_give(2, "two");
    CHECK(place.text() == row("two"));
  }
}

TEST_CASE("exactly once, a file that is nowhere and may lack something is missed", "[reopening]") {
  Place place;
  const SinkMark mark = kill_after_two_batches(place, Mode::ExactlyOnce);
  place.folder.rename("out", "moved");
  CHECK(is_bad_data(place.open(kTsv, resume(Mode::ExactlyOnce, mark, 2)), "is gone"));
  // Asked again, it has not become right.
  CHECK(is_bad_data(place.open(kTsv, resume(Mode::ExactlyOnce, mark, 2)), "is gone"));
  place.must_open(kTsv, resume(Mode::AtLeastOnce, mark, 2));
  CHECK(place.count_told<event::OutputNew>() == 1);
  place.sink.reset();
  place.folder.rename("moved", "out");
  place.must_open(kTsv, resume(Mode::ExactlyOnce, mark, 2));
  place.must_give(2, "two");
  CHECK(place.text() == row("one") + row("two"));
}

TEST_CASE("a file that was moved and changed, or replaced by another, is refused", "[reopening]") {
  for (const Mode mode : {Mode::AtMostOnce, Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    Place place;
    const SinkMark mark = kill_after_two_batches(place, mode);
    if (mode == Mode::AtMostOnce) continue;  // its mark knows no byte
    place.folder.rename("out", "out.1");
    place.folder.write("out.1", "x");
    CHECK(is_bad_data(place.open(kTsv, resume(mode, mark, 2)), "out.1 is not the file"));
    place.folder.write("out.1", row("one"));
    place.write("theirs\n");
    CHECK(is_bad_data(place.open(kTsv, resume(mode, mark, 2)), "another one stands in its place"));
    CHECK(place.text() == "theirs\n");
    CHECK(text_of(place, "out.1") == row("one"));
  }
}

TEST_CASE("where nobody knows when a file was made, it is found under rotated names alone",
          "[reopening]") {
  Place place;
  SinkMark mark = kill_after_two_batches(place, Mode::ExactlyOnce);
  FileMark file = file_in(mark);
  file.birth = {};
  mark.place = encode(file);
  place.folder.rename("out", "outside");
  CHECK(is_bad_data(place.open(kTsv, resume(Mode::ExactlyOnce, mark, 2)), "is gone"));
  place.folder.rename("outside", "out.1");
  place.must_open(kTsv, resume(Mode::ExactlyOnce, mark, 2));
  place.must_give(2, "two");
  place.settle(2);
  CHECK(text_of(place, "out.1") == row("one") + row("two"));
}
