// Standard input that is a file: where it is read from, and gone on with.
#include "catch.h"
#include "source/stream_source.h"
#include "source/tcp_client.h"
#include "source/tcp_server.h"
#include "unit/source/source_run.h"

using namespace wordstream;

namespace {

/// Standard input that is a file, of which somebody has read some before.
struct Input : SourceRun {
  Status read(std::size_t offset) {
    world.files.redirect_stdin("in.txt", offset);
    return start<StreamSource>("-", world.files);
  }
};

}  // namespace

TEST_CASE("standard input that is a file is read, and gone on with, where it stands",
          "[resuming]") {
  Input input;
  input.world.disk.append("in.txt", "header\none\ntwo\nthree\n");
  REQUIRE(input.read(7).has_value());
  CHECK(input.beginning().by_name().begin()->second->offset == 7);
  CHECK(input.lines() == Lines{"one", "two", "three"});
  CHECK(input.positions().front()->offset == 11);
  input.crash_behind(1);
  REQUIRE(input.read(7).has_value());
  CHECK(input.lines() == Lines{"one", "two", "three"});
}

TEST_CASE("a byte order mark at the start of standard input counts as bytes, and as no word",
          "[resuming]") {
  const std::string mark = "\xef\xbb\xbf";
  Input input;
  input.world.disk.append("in.txt", mark + "one\ntwo\n");
  REQUIRE(input.read(0).has_value());
  CHECK(input.beginning().by_name().begin()->second->offset == 0);
  CHECK(input.lines() == Lines{"one", "two"});
  CHECK(input.positions().front()->offset == 7);
  const std::size_t known_lines = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  input.crash_behind(known_lines);
  input.world.disk.append("in.txt", mark + "three\n");
  REQUIRE(input.read(0).has_value());
  CHECK(input.lines() == Lines{"one", "two", mark + "three"});
  CHECK(input.told<event::NotText>().empty());
}

TEST_CASE("standard input that is read from its middle begins with no mark", "[resuming]") {
  const std::string mark = "\xef\xbb\xbf";
  Input input;
  input.world.disk.append("in.txt", "one\n" + mark + "two\n");
  REQUIRE(input.read(4).has_value());
  CHECK(input.lines() == Lines{mark + "two"});
}

TEST_CASE("standard input that is a file and no text is said so with a command for files",
          "[resuming]") {
  Input input;
  input.world.disk.append("in.txt", "\xff\xfeo\n");
  REQUIRE(input.read(0).has_value());
  const auto told = input.told<event::NotText>();
  REQUIRE(told.size() == 1);
  CHECK(told.front().command == "iconv -f UTF-16 -t UTF-8 FILE | wordstream -");
}

TEST_CASE("a long way into standard input its beginning is known", "[resuming]") {
  const std::string header(5000, 'x');
  Input input;
  input.world.disk.append("in.txt", header + "\none\n");
  REQUIRE(input.read(5001).has_value());
  CHECK(file_of(*input.positions().front())->proof.head_length == 1024);
  input.crash();
  input.world.disk.append("in.txt", "two\n");
  REQUIRE(input.read(0).has_value());
  CHECK(input.lines() == Lines{"one", "two"});
}

TEST_CASE("another file on standard input is refused, be it a copy", "[resuming]") {
  Input input;
  input.world.disk.append("in.txt", "one\ntwo\n");
  REQUIRE(input.read(0).has_value());
  input.crash_behind(1);
  input.world.disk.append("copy.txt", "one\ntwo\n");
  input.world.disk.rename("copy.txt", "in.txt");
  const Status status = input.read(0);
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code == ErrorCode::BadData);
  CHECK(status.error().message.starts_with("stdin is not the file that was read"));
}

TEST_CASE("standard input that was truncated or rewritten is refused", "[resuming]") {
  const std::string text = GENERATE("one\n", "other text\n");
  Input input;
  input.world.disk.append("in.txt", "one\ntwo\n");
  REQUIRE(input.read(0).has_value());
  input.crash();
  input.world.disk.truncate("in.txt", 0);
  input.world.disk.append("in.txt", text);
  const Status status = input.read(0);
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code == ErrorCode::BadData);
}

TEST_CASE("a pipe is refused where standard input was a file", "[resuming]") {
  Input input;
  input.world.disk.append("in.txt", "one\n");
  REQUIRE(input.read(0).has_value());
  input.crash();
  input.world.files.pipe_stdin();
  const Status status = input.start<StreamSource>("-", input.world.files);
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code == ErrorCode::BadData);
}

TEST_CASE("pipes and connections give no positions", "[resuming]") {
  Input pipe;
  pipe.world.files.pipe_stdin();
  pipe.world.files.write_stdin("one\n");
  REQUIRE(pipe.start<StreamSource>("-", pipe.world.files).has_value());
  CHECK(pipe.beginning().empty());
  REQUIRE(pipe.positions().size() == 1);
  CHECK_FALSE(pipe.positions().front());
  SourceRun client;
  REQUIRE(client.start<TcpClient>(Endpoint{"nowhere", 1}, client.world.network).has_value());
  CHECK(client.beginning().empty());
  SourceRun server;
  REQUIRE(server.start<TcpServer>(Endpoint{"127.0.0.1", 9000}, server.world.network).has_value());
  CHECK(server.beginning().empty());
}
