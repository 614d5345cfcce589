// The transcripts of a document: what its fenced blocks of the kind "console" say is typed, and
// what comes of it.
//
// In such a block "$ " begins a command, "^C" and "^\" are those keys with Ctrl, and every other
// line is what the command writes, or, where it is a listening nc, what is typed into it; below a
// block of print or python "⋮" says that its rows may come again, in blocks of their own. A first
// line "# terminal 2" names the terminal; a later block of the same name goes on where that
// terminal stood. Everything below one heading is one scenario, with a directory of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wordstream::e2e {

struct Act {
  enum class Kind { Command, Text, Interrupt, Quit };
  Kind kind;
  std::string text;  ///< Text: whole lines
  int line;          ///< of the document
};

struct Transcript {
  std::string terminal;  ///< empty: a terminal for this block alone
  std::vector<Act> acts;
};

struct Scenario {
  std::string title;
  std::vector<Transcript> transcripts;
};

/// The scenarios of a document that have any transcripts of this kind.
std::vector<Scenario> read_scenarios(std::string_view document, std::string_view kind = "console");

/// What stands in the only fenced block of a document that has this kind. Empty where there is
/// none.
std::string read_block(std::string_view document, std::string_view kind);

/// What two runs of the same commands have in common: times become "#", batches of print and python
/// without rows are left out (how many there are is up to the clock), `port` becomes 9999, and what
/// the shell says of a death by signal goes.
std::string timeless(const std::string& output, int port);

/// What was expected and what was seen, to be compared: both are timeless.
struct Shown {
  std::string expected;
  std::string seen;
};

/// Leaves out what "⋮" stands for: the repetitions of the block of print or python above it, and
/// "⋮" itself.
Shown without_repeats(std::string expected, std::string seen);

}  // namespace wordstream::e2e
