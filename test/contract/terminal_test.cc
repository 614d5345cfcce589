// A standard output that is drawn on.
#include <string>

#include "contract/contract.h"
#include "env/terminal.h"

using namespace wordstream;
using namespace wordstream::contract;

CONTRACT("a terminal tells its size", "[terminal]") {
  TestType outside;
  const std::unique_ptr<Terminal> terminal = outside.output_terminal().value();
  CHECK(terminal->is_terminal());
  CHECK(terminal->size() == ScreenSize{80, 24});
}

CONTRACT("a change of size is told until the size is asked", "[terminal]") {
  TestType outside;
  const std::unique_ptr<Terminal> terminal = outside.output_terminal().value();
  terminal->size();
  CHECK_FALSE(is_ready(outside, terminal->resized(), Interest::Read));
  outside.meanwhile([&] { outside.resize({40, 10}); });
  REQUIRE(becomes_ready(outside, terminal->resized(), Interest::Read));
  outside.settle();
  CHECK(is_ready(outside, terminal->resized(), Interest::Read));
  CHECK(terminal->size() == ScreenSize{40, 10});
  CHECK_FALSE(is_ready(outside, terminal->resized(), Interest::Read));
}

CONTRACT("many changes of size are one", "[terminal]") {
  TestType outside;
  const std::unique_ptr<Terminal> terminal = outside.output_terminal().value();
  outside.resize({40, 10});
  outside.resize({20, 5});
  CHECK(terminal->size() == ScreenSize{20, 5});
  CHECK_FALSE(is_ready(outside, terminal->resized(), Interest::Read));
}

CONTRACT("a change of size does not disturb who asks for hang-ups alone", "[terminal]") {
  TestType outside;
  const std::unique_ptr<Terminal> terminal = outside.output_terminal().value();
  outside.resize({40, 10});
  CHECK_FALSE(is_ready(outside, terminal->resized(), Interest::Hangup));
  terminal->size();
}

CONTRACT("what is drawn on a terminal arrives", "[terminal]") {
  TestType outside;
  const std::unique_ptr<Terminal> terminal = outside.output_terminal().value();
  terminal->take_over();
  REQUIRE(becomes_ready(outside, *terminal, Interest::Write));
  std::string_view left = kEnterScreen;
  while (!left.empty()) left.remove_prefix(terminal->write(left).value());
  CHECK(outside.take_output() == kEnterScreen);
  terminal->give_back();
}

CONTRACT("a terminal that is closed hangs up and is closed", "[terminal]") {
  TestType outside;
  const std::unique_ptr<Terminal> terminal = outside.output_terminal().value();
  terminal->take_over();
  CHECK_FALSE(is_ready(outside, *terminal, Interest::Hangup));
  outside.leave_output();
  REQUIRE(becomes_ready(outside, *terminal, Interest::Hangup));
  const Result<std::size_t> written = terminal->write("counted");
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().code == ErrorCode::Closed);
}

CONTRACT("a pipe is no terminal", "[terminal]") {
  TestType outside;
  const Result<std::unique_ptr<Terminal>> terminal = outside.pipe_as_terminal();
  REQUIRE_FALSE(terminal.has_value());
  CHECK(terminal.error().code == ErrorCode::InvalidArgument);
}

namespace {

/// Everything that the terminal has been sent so far.
std::string taken(RealOutside& outside) { return outside.take_output(); }

}  // namespace

TEST_CASE("a terminal that goes while it is drawn on is given back", "[terminal]") {
  RealOutside outside;
  std::unique_ptr<Terminal> terminal = outside.output_terminal().value();
  terminal->take_over();
  terminal.reset();
  CHECK(taken(outside) == kLeaveScreen);
}

TEST_CASE("a terminal is given back once, and not drawn on afterwards", "[terminal]") {
  RealOutside outside;
  const std::unique_ptr<Terminal> terminal = outside.output_terminal().value();
  restore_terminal();
  CHECK(taken(outside).empty());
  terminal->take_over();
  restore_terminal();
  restore_terminal();
  CHECK(terminal->write("late").value() == 4);
  CHECK(taken(outside) == kLeaveScreen);
}

TEST_CASE("a terminal that was given back for a while is drawn on again", "[terminal]") {
  RealOutside outside;
  const std::unique_ptr<Terminal> terminal = outside.output_terminal().value();
  terminal->take_over();
  terminal->size();
  CHECK(restore_terminal());
  CHECK(taken(outside) == kLeaveScreen);
  retake_terminal();
  CHECK(taken(outside) == kEnterScreen);
  CHECK(is_ready(outside, terminal->resized(), Interest::Read));
  CHECK(terminal->write("again").value() == 5);
  CHECK(taken(outside) == "again");
  CHECK(restore_terminal());
}

TEST_CASE("a terminal that was given back in order is left alone", "[terminal]") {
  RealOutside outside;
  const std::unique_ptr<Terminal> terminal = outside.output_terminal().value();
  terminal->take_over();
  terminal->give_back();
  CHECK_FALSE(restore_terminal());
  retake_terminal();
  CHECK(taken(outside).empty());
}
