#include "contract/contract.h"
#include "env/files.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

/// One of the two that are read as they come.
std::unique_ptr<File> passing_input(Outside& outside) {
  const bool is_pipe = GENERATE(true, false);
  std::unique_ptr<File> input = (is_pipe ? outside.input_pipe() : outside.input_socket()).value();
  CHECK(input->info().value().kind == (is_pipe ? FileInfo::Kind::Pipe : FileInfo::Kind::Socket));
  return input;
}

}  // namespace

CONTRACT("a standard input that is a pipe or a socket is waited for and read to its end",
         "[streams]") {
  TestType outside;
  const std::unique_ptr<File> input = passing_input(outside);
  outside.meanwhile([&] { outside.write_input("hello"); });
  REQUIRE(becomes_ready(outside, *input, Interest::Read));
  CHECK(read_all(outside, *input, 5).bytes == "hello");
  outside.settle();
  outside.end_input();
  REQUIRE(becomes_ready(outside, *input, Interest::Read));
  CHECK(read_all(outside, *input).has_ended);
}

CONTRACT("a pipe and a socket have no places to go to", "[streams]") {
  TestType outside;
  const std::unique_ptr<File> input = passing_input(outside);
  std::string part(1, '-');
  CHECK_FALSE(input->offset().has_value());
  CHECK_FALSE(input->seek(0).has_value());
  CHECK_FALSE(input->read_at(0, part).has_value());
}

CONTRACT("a standard input that is a file is read like one", "[streams]") {
  TestType outside;
  outside.append("file", "hello");
  const std::unique_ptr<File> input = outside.input_file("file", 0).value();
  CHECK(input->info().value().kind == FileInfo::Kind::Regular);
  CHECK(input->info().value().size == 5);
  CHECK_FALSE(outside.make_poller()->watch(*input, Interest::Read, 1));
  CHECK(read_all(outside, *input).bytes == "hello");
}

CONTRACT("a standard input that somebody has begun to read is read on from there", "[streams]") {
  TestType outside;
  outside.append("file", "hello world");
  const std::unique_ptr<File> input = outside.input_file("file", 6).value();
  CHECK(input->offset() == 6);
  CHECK(read_all(outside, *input).bytes == "world");
  std::string part(5, '-');
  CHECK(input->read_at(0, part) == 5);
  CHECK(part == "hello");
}

CONTRACT("a standard input that was closed at the start is an error", "[streams]") {
  TestType outside;
  const Result<std::unique_ptr<File>> input = outside.input_closed();
  REQUIRE_FALSE(input.has_value());
  CHECK(input.error().code == ErrorCode::Io);
}

CONTRACT("what is written to the standard output arrives", "[streams]") {
  TestType outside;
  const std::unique_ptr<Output> output = outside.output_pipe().value();
  CHECK_FALSE(output->is_terminal());
  REQUIRE(becomes_ready(outside, *output, Interest::Write));
  std::string_view left = "counted";
  while (!left.empty()) left.remove_prefix(output->write(left).value());
  CHECK(outside.take_output() == "counted");
}

CONTRACT("a full standard output is ready again when its reader has read", "[streams]") {
  TestType outside;
  const std::unique_ptr<Output> output = outside.output_pipe().value();
  // As much as a pipe is ready for: less would have to be written than fits, or it blocks.
  const std::string page(256, 'x');
  while (is_ready(outside, *output, Interest::Write)) {
    REQUIRE(output->write(page).has_value());
  }
  while (!outside.take_output().empty()) continue;
  CHECK(becomes_ready(outside, *output, Interest::Write));
}

CONTRACT("a standard output whose reader has gone hangs up and is closed", "[streams]") {
  TestType outside;
  const std::unique_ptr<Output> output = outside.output_pipe().value();
  CHECK_FALSE(is_ready(outside, *output, Interest::Hangup));
  outside.meanwhile([&] { outside.leave_output(); });
  REQUIRE(becomes_ready(outside, *output, Interest::Hangup));
  outside.settle();
  const Result<std::size_t> written = output->write("counted");
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().code == ErrorCode::Closed);
}

CONTRACT("a standard output that was closed at the start is an error", "[streams]") {
  TestType outside;
  const Result<std::unique_ptr<Output>> output = outside.output_closed();
  REQUIRE_FALSE(output.has_value());
  CHECK(output.error().code == ErrorCode::Io);
}
