#include "app/manual.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "app/flag_table.h"
#include "engine/kinds.h"

namespace wordstream {
namespace {

/// Text in which nothing is a request or an escape.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else {
      out += c;
    }
  }
  if (out.starts_with('.')) out.insert(0, "\\&");
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + plain(text) + "\\fR"; }

std::string item(const std::string& head, std::string_view text) {
  return fmt::format(".TP\n{}\n{}\n", head, plain(text));
}

std::string flag_item(const Flag& flag) {
  std::string head;
  for (const std::string& name : flag.all_names()) {
    head += (head.empty() ? "" : ", ") + bold(name);
  }
  if (!flag.value.empty()) head += " " + italic(flag.value);
  return item(head, flag.help);
}

std::string flags(const std::vector<FlagGroup>& groups) {
  std::string text;
  for (const FlagGroup& group : groups) {
    text += fmt::format(".SS {}\n", plain(group.title));
    for (const Flag& flag : group.flags) text += flag_item(flag);
  }
  return text;
}

/// As sysexits.h numbers them (app/exit_code.h).
constexpr std::pair<int, std::string_view> kExits[] = {
    {0, "done: the end of the stream, SIGTERM, a reader that has left"},
    {64, "the command line, the environment or the file of --config makes no sense"},
    {65, "what was kept is damaged, or is another job's"},
    {66, "the input is not there"},
    {69, "a peer is out of reach, a port is taken, a library is not installed"},
    {70, "a bug of the program"},
    {71, "over the limit of memory"},
    {73, "an output cannot be created"},
    {74, "reading or writing failed"},
    {75, "try again: the job runs elsewhere, or something was not delivered yet"},
    {77, "permission denied"},
    {78, "what is asked for cannot be promised"}};

}  // namespace

std::string manual() {
  std::string text = fmt::format(
      ".TH WORDSTREAM 1 \"\" \"wordstream {}\" \"User Commands\"\n"
      ".SH NAME\nwordstream \\- counts the words of a stream of lines, batch by batch\n"
      ".SH SYNOPSIS\n"
      ".B wordstream\n[\\fIOPTIONS\\fR] [\\fISOURCE\\fR...]\n.br\n"
      ".B wordstream send\n\\fB\\-\\-to\\fR \\fIrelp://HOST:PORT\\fR [\\fIOPTIONS\\fR] "
      "[\\fIPATH\\fR...]\n.br\n"
      ".B wordstream inspect\n\\fIDIR\\fR [\\fB\\-\\-format\\fR \\fItext|json\\fR] "
      "[\\fB\\-\\-backup\\fR \\fITO\\fR]\n.br\n"
      ".B wordstream completions\n\\fIbash|zsh|fish|man\\fR\n"
      ".SH DESCRIPTION\n"
      "Lines come in, words are counted per batch and per window, and counts are printed as Spark "
      "Streaming prints them, or written to files, databases and topics. What a crash may do to "
      "them is chosen with\n.BR \\-\\-mode .\n"
      ".PP\nD is a duration (500ms, 1.5s, 2m, 1h), SIZE is 64KB, 1MiB and so on.\n"
      ".SH SOURCES\nWithout one it is standard input where that is a pipe, a file or a socket, "
      "else "
      "tcp://localhost:9999.\n",
      WORDSTREAM_VERSION);
  for (const SourceKind& kind : source_kinds()) text += item(bold(kind.form), kind.help);
  text += ".SH OPTIONS\n" + flags(flag_groups());
  text += ".SH OPTIONS OF SEND\n" + flags(send_flag_groups());
  text += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : kExits) text += item(bold(fmt::format("{}", code)), meaning);
  text += ".SH ENVIRONMENT\n";
  text += item(bold("WORDSTREAM_OPT_NAME"),
               "sets --name, as WORDSTREAM_OPT_BATCH=5s; a switch is true or false. What is typed "
               "counts before it, and the file of --config behind it.");
  text += item(bold("XDG_STATE_HOME"), "below it checkpoints are kept that were given no place.");
  text += item(bold("TZ"), "the time zone in which print shows times.");
  text +=
      ".SH EXAMPLES\n.EX\nnc \\-lk 9999\nwordstream \\-\\-port 9999 \\-\\-batch 1s\n"
      "wordstream access.log \\-\\-field 1 \\-\\-window 1m \\-\\-top 10\n.EE\n"
      ".SH SEE ALSO\n.BR nc (1),\n.BR jq (1),\n.BR kcat (1)\n";
  return text;
}

}  // namespace wordstream
