#include "app/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "app/flag_table.h"
#include "engine/kinds.h"

namespace wordstream {
namespace {

constexpr std::string_view kHelpHead =
    R"(wordstream counts the words of a stream of lines, batch by batch.
Usage: wordstream [OPTIONS] [SOURCE...]
       wordstream inspect DIR [--format text|json] [--backup TO]  what is kept
       wordstream send --to relp://HOST:PORT PATH...  send lines there: see send --help

SOURCE is one of
)";

constexpr std::string_view kHelpSource =
    R"(and without it standard input if it is a pipe, file or socket, else tcp://localhost:9999.
)";

constexpr std::string_view kHelpTail = R"(
D is a duration: 500ms, 1.5s, 2m, 1h. SIZE is 64KB, 1MiB, ...

Examples:
  nc -lk 9999                                      in one terminal: type lines here
  wordstream --port 9999 --batch 1s                in another: their counts every second
  tail -f app.log | wordstream -b 5s -n 3          the top words of a growing log
  wordstream --listen 9999 -f json | jq .word      many clients, rows for a program
  wordstream -p 9999 -w 60s --slide 5s -n 10       the top ten of the last minute
)";

constexpr std::string_view kSendHelpHead =
    R"(wordstream send: sends lines to another wordstream until it has answered each of them.

Usage: wordstream send --to relp://HOST:PORT [OPTIONS] [PATH...|-]

PATH is a file, also compressed, several, or '*.log' in quotes; without it standard input is sent.
A line is done with when the other side has answered it: then its count is durable there.
)";

constexpr std::string_view kSendHelpTail = R"(
D is a duration: 500ms, 1.5s, 2m, 1h. SIZE is 64KB, 1MiB, ...

Examples:
  wordstream --relp 20514 -m exactly-once --sink sqlite:counts.db      on one machine
  wordstream send --to relp://counter:20514 --follow /var/log/app.log  on another
  zcat old.gz | wordstream send --to relp://counter:20514              a pipe, while this lives
)";

constexpr std::size_t kHelpColumn = 29;
constexpr std::size_t kHelpWidth = 96;

/// `text` in lines of at most kHelpWidth columns, each but the first indented to kHelpColumn.
std::string wrapped(std::string_view text) {
  std::string out;
  std::size_t column = kHelpColumn;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (column != kHelpColumn && column + 1 + word.size() > kHelpWidth) {
      out += '\n' + std::string(kHelpColumn, ' ');
      column = kHelpColumn;
    }
    if (column != kHelpColumn) out += ' ', ++column;
    out += word;
    column += word.size();
  }
  return out;
}

std::string help_line(const Flag& flag) {
  std::string names = flag.names;
  if (const std::size_t comma = names.find(','); comma != std::string::npos) {
    names.insert(comma + 1, " ");
  } else {
    names.insert(0, "    ");
  }
  const std::string head = fmt::format("  {} {}", names, flag.value);
  return fmt::format("{:<{}}{}\n", head, kHelpColumn, wrapped(flag.help));
}

std::string flags_help(const std::vector<FlagGroup>& groups) {
  std::string text;
  for (const FlagGroup& group : groups) {
    text += fmt::format("\n{}:\n", group.title);
    for (const Flag& flag : group.flags) text += help_line(flag);
  }
  return text;
}

}  // namespace

std::string help() {
  std::string text(kHelpHead);
  for (const SourceKind& kind : source_kinds()) {
    text += fmt::format("{:<{}}{}\n", fmt::format("  {}", kind.form), kHelpColumn, kind.help);
  }
  return text + std::string(kHelpSource) + flags_help(flag_groups()) + std::string(kHelpTail);
}

std::string send_help() {
  return std::string(kSendHelpHead) + flags_help(send_flag_groups()) + std::string(kSendHelpTail);
}

}  // namespace wordstream
