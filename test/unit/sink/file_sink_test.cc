#include "sink/file_sink.h"

#include <algorithm>
#include <filesystem>
#include <string>

#include "catch.h"
#include "unit/sink/file_place.h"

using namespace wordstream;
using namespace wordstream::file_test;

TEST_CASE("a file is appended to, and a line that somebody left unfinished is ended first",
          "[file_sink]") {
  Place place;
  place.write("theirs\nunfinished");
  place.must_open();
  CHECK(place.text() == "theirs\nunfinished");
  place.must_give(1, "one");
  place.must_give(2, "two");
  CHECK(place.text() == "theirs\nunfinished\n" + row("one") + row("two"));
  CHECK(place.told.empty());
}

TEST_CASE("a csv file has one header, at its beginning", "[file_sink]") {
  Place place;
  place.must_open(kCsv);
  CHECK(place.text().empty());
  place.must_give(1, "one");
  place.must_open(kCsv);
  place.must_give(1, "two");
  CHECK(place.text() == kHeader + "1000,2000,one,1\n1000,2000,two,1\n");
}

TEST_CASE("a file that another sink holds is busy", "[file_sink]") {
  Place place;
  place.must_open();
  const auto second = FileSink::open(*place.storage, place.path(), kTsv, {}, place);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == ErrorCode::Busy);
}

TEST_CASE("without a journal a file sink settles and remembers nothing", "[file_sink]") {
  Place place;
  place.must_open();
  place.must_give(1, "one");
  CHECK(place.settle(1) == SinkMark{1});
}

TEST_CASE("a settled batch is marked with the file and its length, where it must last",
          "[file_sink]") {
  Place place;
  place.write("theirs\n");
  place.must_open(kTsv, resume(Mode::AtLeastOnce, {}, 0));
  const SinkMark begun = place.sink->mark().value();
  CHECK(begun.applied == 0);
  CHECK(file_in(begun).length == 7);
  place.must_give(1, "one");
  const SinkMark mark = place.settle(1);
  CHECK(mark.applied == 1);
  CHECK(file_in(mark).inode == file_in(begun).inode);
  CHECK(file_in(mark).length == place.text().size());
  // What a power loss may take is not known of.
  place.must_open(kTsv, resume(Mode::AtMostOnce, mark, 1));
  place.must_give(2, "two");
  CHECK(place.settle(2) == SinkMark{2, mark.place, mark.title});
}

TEST_CASE("at least once, whole lines beyond the mark stay and a half one is cut", "[file_sink]") {
  for (const Mode mode : {Mode::AtLeastOnce, Mode::AtMostOnce}) {
    Place place;
    const SinkMark mark = kill_after_two_batches(place, mode);
    place.folder.append("out", row("two").substr(0, 13));
    place.must_open(kTsv, resume(mode, mark, 2));
    CHECK(place.text() == row("one") + row("two"));
    CHECK(place.count_told<event::OutputMended>() == 1);
    place.must_give(2, "two");
    CHECK(place.text() == row("one") + row("two") + row("two"));
  }
}

TEST_CASE("at least once, what a line of somebody else's lacks is not cut away", "[file_sink]") {
  Place place;
  place.write("theirs\nunfinished");
  place.must_open(kTsv, resume(Mode::AtLeastOnce, {}, 0));
  SinkMark mark = place.sink->mark().value();
  place.must_open(kTsv, resume(Mode::AtLeastOnce, mark, 0));
  CHECK(place.count_told<event::OutputMended>() == 0);
  place.must_give(1, "one");
  CHECK(place.text() == "theirs\nunfinished\n" + row("one"));
  // The same, killed after the first bytes.
  place.folder.write("out", "theirs\nunfinished\n10");
  place.must_open(kTsv, resume(Mode::AtLeastOnce, mark, 1));
  place.must_give(1, "one");
  CHECK(place.text() == "theirs\nunfinished\n" + row("one"));
}

TEST_CASE("exactly once, a kill at any byte leaves no trace", "[file_sink]") {
  for (const FormatOptions& options : {kTsv, kCsv}) {
    Place place;
    const SinkMark mark = kill_after_two_batches(place, Mode::ExactlyOnce, options);
    const std::string all = place.text();
    for (std::size_t size = file_in(mark).length; size <= all.size(); ++size) {
      place.write(all.substr(0, size));
      SinkResume second = resume(Mode::ExactlyOnce, mark, 2);
      second.shown_before = options;
      place.must_open(options, second);
      CHECK(place.text().size() == size);
      place.must_give(2, "two");
      CHECK(place.text() == all);
      const SinkMark settled = place.settle(2);
      CHECK(settled.applied == 2);
      CHECK(file_in(settled).length == all.size());
      place.must_give(3, "three");
      CHECK(place.text().size() > all.size());
      CHECK(place.told.empty());
    }
  }
}

TEST_CASE("exactly once, a kill before the first mark leaves no trace", "[file_sink]") {
  Place place;
  kill_after_two_batches(place, Mode::ExactlyOnce, kCsv);
  const std::string all = place.text();
  for (std::size_t size = 0; size <= all.size(); ++size) {
    place.write(all.substr(0, size));
    SinkResume second = resume(Mode::ExactlyOnce, {}, 2);
    second.shown_before = kCsv;
    place.must_open(kCsv, second);
    place.must_give(1, "one");
    place.must_give(2, "two");
    CHECK(place.text() == all);
  }
}

TEST_CASE("exactly once, zeros that a power loss left are written again", "[file_sink]") {
  Place place;
  const SinkMark mark = kill_after_two_batches(place, Mode::ExactlyOnce);
  const std::string all = place.text();
  for (std::size_t from = file_in(mark).length; from < all.size(); ++from) {
    for (std::size_t to = from + 1; to <= all.size(); ++to) {
      std::string lost = all;
      lost.replace(from, to - from, to - from, '\0');
      place.write(lost);
      place.must_open(kTsv, resume(Mode::ExactlyOnce, mark, 3));
      place.must_give(2, "two");
      place.must_give(3, "three");
      REQUIRE(place.text() == all + row("three"));
      REQUIRE(place.count_told<event::OutputMended>() == 1);
      REQUIRE(std::get<event::OutputMended>(place.told.front()).offset == from);
    }
  }
}

TEST_CASE("exactly once, zeros are left alone until the whole tail is known", "[file_sink]") {
  Place place;
  const SinkMark mark = kill_after_two_batches(place, Mode::ExactlyOnce);
  const std::string lost = place.text() + std::string(row("three").size(), '\0');
  place.write(lost);
  place.must_open(kTsv, resume(Mode::ExactlyOnce, mark, 3));
  place.must_give(2, "two");
  CHECK(place.settle(2) == mark);
  CHECK(place.text() == lost);
  place.must_give(3, "three");
  CHECK(place.settle(3).applied == 3);
  CHECK(place.text() == row("one") + row("two") + row("three"));

  // One zero more than what is given again.
  place.write(lost + std::string(1, '\0'));
  place.must_open(kTsv, resume(Mode::ExactlyOnce, mark, 3));
  place.must_give(2, "two");
  place.must_give(3, "three");
  CHECK(is_bad_data(fail(place.try_settle(3)), "from byte " + std::to_string(lost.size())));
  CHECK(place.text() == lost + std::string(1, '\0'));
}

TEST_CASE("exactly once, any other byte in the tail is somebody else's, and nothing is changed",
          "[file_sink]") {
  Place place;
  const SinkMark mark = kill_after_two_batches(place, Mode::ExactlyOnce);
  const std::string all = place.text();
  for (std::size_t at = file_in(mark).length; at < all.size(); ++at) {
    std::string changed = all;
    ++changed[at];
    place.write(changed);
    place.must_open(kTsv, resume(Mode::ExactlyOnce, mark, 2));
    CHECK(is_bad_data(place.give(emission(2, "two")), "from byte " + std::to_string(at)));
    CHECK(place.text() == changed);
  }
}

TEST_CASE("exactly once, what goes on behind all that is given again is refused", "[file_sink]") {
  Place place;
  const SinkMark mark = kill_after_two_batches(place, Mode::ExactlyOnce);
  const std::string all = place.text();
  place.folder.append("out", "x");
  place.must_open(kTsv, resume(Mode::ExactlyOnce, mark, 2));
  place.must_give(2, "two");
  CHECK(is_bad_data(fail(place.try_settle(2)), "from byte " + std::to_string(all.size())));
  // With nothing to be given again, at once.
  FileMark file = file_in(mark);
  file.length = all.size();
  file.tail = all.substr(all.size() - std::min<std::size_t>(all.size(), 64));
  const SinkMark second{2, encode(file)};
  CHECK(is_bad_data(place.open(kTsv, resume(Mode::ExactlyOnce, second, 2)),
                    "from byte " + std::to_string(all.size())));
  CHECK(place.text() == all + "x");
}

TEST_CASE("exactly once, a new journal wants a file without rows", "[file_sink]") {
  Place place;
  place.write("theirs\n");
  CHECK(is_bad_data(place.open(kTsv, resume(Mode::ExactlyOnce, {}, 0)), "holds something already"));
  // A sink that was added to an older journal is as new.
  CHECK(
      is_bad_data(place.open(kTsv, resume(Mode::ExactlyOnce, SinkMark{7}, 7)), "holds something"));
  place.write("");
  place.must_open(kTsv, resume(Mode::ExactlyOnce, {}, 0));
  CHECK(place.told.empty());
}

TEST_CASE("a file that is not the one that was written to is refused", "[file_sink]") {
  for (const Mode mode : {Mode::AtMostOnce, Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    Place place;
    place.must_open(kTsv, resume(Mode::AtLeastOnce, {}, 0));
    place.must_give(1, "one");
    const SinkMark mark = place.settle(1);
    place.folder.write("out", row("one").substr(1));
    CHECK(is_bad_data(place.open(kTsv, resume(mode, mark, 1)), "shorter"));
    place.folder.write("out", "");
    CHECK(is_bad_data(place.open(kTsv, resume(mode, mark, 1)), "shorter, 0 bytes"));
    place.folder.write("other", row("one"));
    place.sink.reset();
    place.folder.rename("other", "out");
    CHECK(is_bad_data(place.open(kTsv, resume(mode, mark, 1)), "another one"));
  }
}

TEST_CASE("what was changed before the end of our rows is seen", "[file_sink]") {
  for (const Mode mode : {Mode::AtMostOnce, Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    Place place;
    place.must_open(kTsv, resume(Mode::AtLeastOnce, {}, 0));
    for (std::uint64_t batch = 1; batch <= 9; ++batch) place.must_give(batch, "word");
    const SinkMark mark = place.settle(9);
    std::string changed = place.text();
    ++changed[changed.size() - 64];
    place.write(changed);
    CHECK(is_bad_data(place.open(kTsv, resume(mode, mark, 9)),
                      "before its byte " + std::to_string(changed.size())));
    CHECK(place.text() == changed);
  }
}

TEST_CASE("a file of another file system that has the same inode is another one", "[file_sink]") {
  Place place;
  place.must_open(kTsv, resume(Mode::AtLeastOnce, {}, 0));
  place.must_give(1, "one");
  FileMark file = file_in(place.settle(1));
  file.birth += Nanos(1);
  CHECK(is_bad_data(place.open(kTsv, resume(Mode::ExactlyOnce, SinkMark{1, encode(file)}, 1)),
                    "another one"));
}

TEST_CASE("a file that is gone, or empty and another one, is begun anew and told of",
          "[file_sink]") {
  for (const Mode mode : {Mode::AtMostOnce, Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    Place place;
    const SinkMark mark = kill_after_two_batches(place, Mode::ExactlyOnce);
    place.folder.rename("out", "moved");
    place.must_open(kCsv, resume(mode, mark, 1));
    CHECK(place.count_told<event::OutputNew>() == 1);
    place.must_give(2, "two");
    CHECK(place.text() == kHeader + "1000,2000,two,1\n");
    place.sink.reset();
    place.folder.write("empty", "");
    place.folder.rename("empty", "out");
    place.must_open(kTsv, resume(mode, mark, 1));
    CHECK(place.count_told<event::OutputNew>() == 1);
  }
}

TEST_CASE("a file that is removed while it is written to ends what a journal has promised",
          "[file_sink]") {
  for (const Mode mode : {Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    Place place;
    place.must_open(kTsv, resume(mode, {}, 0));
    place.must_give(1, "one");
    place.folder.rename("out", "moved");
    CHECK(place.settle(1).applied == 1);
    std::filesystem::remove(place.folder / "moved");
    place.must_give(2, "two");
    const Result<SinkMark> settled = place.try_settle(2);
    REQUIRE(!settled);
    CHECK(settled.error().message.find("out was removed while") != std::string::npos);
  }
}

TEST_CASE("what is given again is shown as it was first asked for", "[file_sink]") {
  Place place;
  place.must_open(kCsv, resume(Mode::ExactlyOnce, {}, 2));
  place.must_give(1, "one");
  place.must_give(2, "two");
  place.must_give(3, "three");
  CHECK(place.text() == row("one") + row("two") + "1000,2000,three,1\n");
}

TEST_CASE("a header is shown once when the format changes", "[format]") {
  const auto shown = [](const FormatOptions& before, const FormatOptions& now) {
    const auto format = make_changing_format(before, 1, now);
    std::string text;
    for (const std::uint64_t batch : {0U, 1U, 0U, 2U, 0U}) {
      format->append(emission(batch, std::to_string(batch)), text);
    }
    return text;
  };
  CHECK(shown(kCsv, kTsv) ==
        kHeader + "1000,2000,0,1\n1000,2000,1,1\n1000,2000,0,1\n" + row("2") + row("0"));
  CHECK(shown(kTsv, kCsv) == row("0") + row("1") + row("0") + "1000,2000,2,1\n1000,2000,0,1\n");
}
