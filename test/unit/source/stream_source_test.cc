#include "source/stream_source.h"
#include "source/log_source.h"

#include "catch.h"
#include "plain_split.h"
#include "unit/source/source_run.h"

using namespace wordstream;

namespace {

/// A file or standard input that is read to its end.
struct Reading : SourceRun {
  Status read_file(const std::string& text) {
    world.disk.append("in.txt", text);
    return start<LogSource>("in.txt", false, world.files);
  }
  Status read_pipe() {
    world.files.pipe_stdin();
    return start<StreamSource>("-", world.files);
  }
  void say(std::string_view bytes) {
    world.files.write_stdin(bytes);
    settle();
  }
  void end_pipe() {
    world.files.end_stdin();
    settle();
  }
};

}  // namespace

TEST_CASE("a file is over when it has been read", "[stream source]") {
  Reading stream;
  CHECK(stream.read_file("one\ntwo\n").has_value());
  CHECK(stream.lines() == Lines{"one", "two"});
  CHECK(stream.has_ended());
}

TEST_CASE("a file's last line counts without an end", "[stream source]") {
  Reading stream;
  CHECK(stream.read_file("one\ntwo").has_value());
  CHECK(stream.lines() == Lines{"one", "two"});
}

TEST_CASE("a pipe's last line counts when its writer has gone", "[stream source]") {
  Reading stream;
  CHECK(stream.read_pipe().has_value());
  stream.say("one\ntw");
  CHECK(stream.lines() == Lines{"one"});
  stream.say("o");
  stream.end_pipe();
  CHECK(stream.lines() == Lines{"one", "two"});
  CHECK(stream.has_ended());
}

TEST_CASE("an empty pipe ends without a line", "[stream source]") {
  Reading stream;
  CHECK(stream.read_pipe().has_value());
  CHECK_FALSE(stream.has_ended());
  stream.end_pipe();
  CHECK(stream.lines().empty());
  CHECK(stream.has_ended());
}

TEST_CASE(
    "a byte order mark at the start of a pipe is no part of a word, in whatever pieces it comes",
    "[stream source]") {
  for (const std::string text :
       {"one\ntwo\n", "one\n", "\n", "", "\xef\xbb\xbfone\n", "\xef\xbb\n"}) {
    for (std::size_t first = 0; first <= 4; ++first) {
      for (std::size_t second = first; second <= 4; ++second) {
        const std::string bytes = "\xef\xbb\xbf" + text;
        Reading stream;
        CHECK(stream.read_pipe().has_value());
        for (const std::string& piece :
             {bytes.substr(0, first), bytes.substr(std::min(first, bytes.size()), second - first),
              bytes.substr(std::min(second, bytes.size()))}) {
          if (!piece.empty()) stream.say(piece);
        }
        stream.end_pipe();
        Lines lines;
        for_each_line(text, [&](std::string_view line) { lines.emplace_back(line); });
        CHECK(stream.lines() == lines);
        CHECK(stream.has_ended());
      }
    }
  }
}

TEST_CASE("what begins like a byte order mark and is none is counted whole", "[stream source]") {
  for (const std::string text : {"\xef", "\xef\xbb", "\xef\xbb\xbe", "\xef\xbb\xbe one"}) {
    Reading stream;
    CHECK(stream.read_pipe().has_value());
    for (const char c : text) stream.say(std::string{c});
    stream.end_pipe();
    CHECK(stream.lines() == Lines{text});
  }
}

TEST_CASE("a byte order mark behind the start is a part of its word", "[stream source]") {
  Reading stream;
  CHECK(stream.read_pipe().has_value());
  stream.say("one\n\xef\xbb\xbftwo\n");
  CHECK(stream.lines() == Lines{"one", "\xef\xbb\xbftwo"});
}

TEST_CASE("a pipe that is no text is said to be none, once, and counted as it is",
          "[stream source]") {
  Reading stream;
  CHECK(stream.read_pipe().has_value());
  for (const char c : std::string("\x28\xb5\x2f\xfd\n\x28\xb5\x2f\xfd\n")) {
    stream.say(std::string{c});
  }
  const auto told = stream.told<event::NotText>();
  REQUIRE(told.size() == 1);
  CHECK(told.front().origin == "stdin");
  CHECK(told.front().what == "zstd");
  CHECK(told.front().command == "... | zstd -dc | wordstream");
  CHECK(stream.lines().size() == 2);
}

TEST_CASE("a connected socket on standard input is read like a pipe", "[stream source]") {
  Reading stream;
  stream.world.files.connect_stdin();
  CHECK(stream.start<StreamSource>("-", stream.world.files).has_value());
  stream.say("one\ntw");
  CHECK(stream.lines() == Lines{"one"});
  stream.say("o");
  stream.end_pipe();
  CHECK(stream.lines() == Lines{"one", "two"});
  CHECK(stream.has_ended());
}

TEST_CASE("a stop drops the half line of a pipe and tells of it", "[stream source]") {
  Reading stream;
  CHECK(stream.read_pipe().has_value());
  stream.say("one\nhalf");
  stream.stop();
  CHECK(stream.lines() == Lines{"one"});
  const auto dropped = stream.told<event::LineDropped>();
  REQUIRE(dropped.size() == 1);
  CHECK(dropped.front().origin == "stdin");
  CHECK(dropped.front().byte_count == 4);
}

TEST_CASE("a stop between two lines drops nothing", "[stream source]") {
  Reading stream;
  CHECK(stream.read_pipe().has_value());
  stream.say("one\n");
  stream.stop();
  CHECK(stream.told<event::LineDropped>().empty());
}

TEST_CASE("a line that is too long is cut and counted, also at the end of the file",
          "[stream source]") {
  Reading stream;
  stream.context.budget.line_bytes_max = 4;
  CHECK(stream.read_file("abcdefgh\nfine\nijklmnop").has_value());
  CHECK(stream.lines() == Lines{"abcd", "fine", "ijkl"});
  CHECK(stream.cut_line_count() == 2);
}

TEST_CASE("a file that cannot be read to its end fails and is no clean end", "[stream source]") {
  Reading stream;
  stream.world.disk.append("in.txt", "one\nhalf");
  stream.world.disk.break_disk("in.txt");
  const Status started = stream.start<LogSource>("in.txt", false, stream.world.files);
  REQUIRE_FALSE(started.has_value());
  CHECK(started.error().code == ErrorCode::Io);
  CHECK_FALSE(stream.has_ended());
}

TEST_CASE("a file that is not there fails before anything is read", "[stream source]") {
  Reading stream;
  const Status started = stream.start<LogSource>("in.txt", false, stream.world.files);
  REQUIRE_FALSE(started.has_value());
  CHECK(started.error().code == ErrorCode::NotFound);
}
