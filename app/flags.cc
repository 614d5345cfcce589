#include "app/flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <deque>
#include <limits>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "app/source_argument.h"
#include "base/units.h"
#include "words/case_fold.h"

namespace wordstream {
namespace {

constexpr Millis kBatchMin{10};
constexpr Millis kBatchMax{24 * 60 * 60 * 1000};
constexpr std::uint64_t kLineBytesMax = 1ULL << 30;

/// What was typed, each flag by itself; what flags mean together is decided afterwards.
struct Typed {
  Config config;
  Verbosity verbosity = Verbosity::Normal;
  std::optional<std::string> host;
  std::optional<std::uint16_t> port;
  std::optional<Endpoint> listen;
  bool follow = false;
  std::optional<SplitMode> split;
  std::optional<std::size_t> top;
};

/// One flag: its names as CLI11 takes them, the name of its value (none: a switch), what --help
/// says, and what it does.
struct Flag {
  std::string names;
  std::string value;
  std::string help;
  Status (*apply)(Typed& typed, const std::string& value);
};

/// Flags that belong together, in the order of --help.
struct FlagGroup {
  std::string title;
  std::vector<Flag> flags;
};

auto wrong(std::string message) { return fail(ErrorCode::InvalidArgument, std::move(message)); }

Result<std::uint64_t> parse_count(const std::string& text) {
  std::uint64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stop != end || count == 0) {
    return wrong(fmt::format("'{}' is not a whole number from 1 up", text));
  }
  return count;
}

Result<Millis> parse_positive_duration(const std::string& text) {
  Result<Millis> duration = parse_duration(text);
  if (duration && *duration <= Millis(0)) {
    return wrong(fmt::format("'{}' is no time at all: write at least 1ms", text));
  }
  return duration;
}

template <class T>
Status choose(T& target, const std::string& text,
              std::initializer_list<std::pair<std::string_view, T>> choices) {
  std::string names;
  for (const auto& [name, choice] : choices) {
    if (name == text) {
      target = choice;
      return {};
    }
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  }
  return wrong(fmt::format("'{}' is none of {}", text, names));
}

/// Puts a parsed value in its place, or hands its error on.
template <class T, class U>
Status store(T& target, Result<U> parsed) {
  if (!parsed) return fail(parsed);
  target = std::move(*parsed);
  return {};
}

Status set_batch(Typed& typed, const std::string& text) {
  const Result<Millis> batch = parse_duration(text);
  if (!batch) return fail(batch);
  if (*batch < kBatchMin || *batch > kBatchMax) {
    return wrong(fmt::format("'{}' is out of range: a batch takes from {} to {}", text,
                             to_text(kBatchMin), to_text(kBatchMax)));
  }
  typed.config.batch = *batch;
  return {};
}

Status set_line_max(Typed& typed, const std::string& text) {
  const Result<std::uint64_t> size = parse_size(text);
  if (!size) return fail(size);
  if (*size == 0 || *size > kLineBytesMax) {
    return wrong(fmt::format("'{}' is out of range: a line may have from 1B to {}", text,
                             size_to_text(kLineBytesMax)));
  }
  typed.config.line_bytes_max = *size;
  return {};
}

Status set_top(Typed& typed, const std::string& text) {
  if (text == "all") {
    typed.top = kAllRows;
    return {};
  }
  const Result<std::uint64_t> count = parse_count(text);
  if (!count) return wrong(fmt::format("{}, nor all", count.error().message));
  typed.top = *count;
  return {};
}

Status set_split(Typed& typed, const std::string& text) {
  return choose(typed.split.emplace(), text,
                {{"space", SplitMode::Space},
                 {"python", SplitMode::Python},
                 {"whitespace", SplitMode::Whitespace}});
}

Status set_format(Typed& typed, const std::string& text) {
  return choose(typed.config.format, text,
                {{"print", FormatKind::Print},
                 {"python", FormatKind::Python},
                 {"tsv", FormatKind::Tsv},
                 {"csv", FormatKind::Csv},
                 {"json", FormatKind::Json}});
}

Status set_host(Typed& typed, const std::string& text) {
  return store(typed.host, parse_host(text));
}

const std::string kHelpFlag = "-h,--help";
const std::string kVersionFlag = "-V,--version";

const std::vector<FlagGroup>& flag_groups() {
  static const std::vector<FlagGroup> groups{
      {"Where lines come from",
       {{"--host", "HOST", "connect to this host [localhost]", set_host},
        {"-p,--port", "PORT", "connect to this port [9999]",
         [](Typed& typed, const std::string& text) { return store(typed.port, parse_port(text)); }},
        {"-l,--listen", "[ADDR:]PORT",
         "let clients connect instead, on 127.0.0.1 unless ADDR says otherwise; PORT 0: any",
         [](Typed& typed, const std::string& text) {
           return store(typed.listen, parse_listen_address(text));
         }},
        {"--follow", "", "keep reading the file PATH as it grows, is rotated or truncated",
         [](Typed& typed, const std::string&) {
           typed.follow = true;
           return Status();
         }},
        {"--max-line", "SIZE", "cut lines longer than this [1MiB]", set_line_max}}},
      {"What is counted",
       {{"-b,--batch", "D", "batch interval, 10ms to 24h [1s]", set_batch},
        {"--split", "MODE",
         "space: single spaces, as Scala's split(\" \") [the default]; python: as Python's "
         "split(\" \"); whitespace: runs of space, tab, VT, FF",
         set_split},
        {"--lower", "", "fold case before counting",
         [](Typed& typed, const std::string&) {
           typed.config.lower = true;
           return Status();
         }}}},
      {"What is printed",
       {{"-f,--format", "FORMAT",
         "print (Spark's print()), python (pprint(), and --split python), tsv, csv, json [print]",
         set_format},
        {"-n,--top", "N|all",
         "rows a batch shows, the most frequent first [10 for print and python, else all]",
         set_top}}},
      {"When it ends",
       {{"--until-eof", "", "at the end of the stream (a file or stdin always ends so)",
         [](Typed& typed, const std::string&) {
           typed.config.until_eof = true;
           return Status();
         }},
        {"--max-batches", "N", "after N batches",
         [](Typed& typed, const std::string& text) {
           return store(typed.config.batch_count_max, parse_count(text));
         }},
        {"--wait", "D", "give up when nothing has connected within D [never]",
         [](Typed& typed, const std::string& text) {
           return store(typed.config.wait, parse_positive_duration(text));
         }}}},
      {"What is told",
       {{"-v,--verbose", "", "tell more on stderr: batches, clients",
         [](Typed& typed, const std::string&) {
           typed.verbosity = Verbosity::Verbose;
           return Status();
         }},
        {"-q,--quiet", "", "tell errors alone",
         [](Typed& typed, const std::string&) {
           typed.verbosity = Verbosity::Quiet;
           return Status();
         }},
        {kVersionFlag, "", "print the version", nullptr},
        {kHelpFlag, "", "print this help", nullptr}}},
  };
  return groups;
}

constexpr std::string_view kHelpHead =
    R"(wordstream counts the words of a stream of lines, batch by batch.

Usage: wordstream [OPTIONS] [SOURCE]

SOURCE is one of
  tcp://HOST:PORT            connect to a server; --host and --port are the short form
  tcp-listen://[ADDR:]PORT   let clients connect; --listen is the short form
  PATH, file:PATH            a file or a named pipe
  -                          standard input
and without it standard input where that is a pipe or a file, else tcp://localhost:9999.
)";

constexpr std::string_view kHelpTail = R"(
D is a duration: 500ms, 1.5s, 2m, 1h. SIZE is 64KB, 1MiB, ...

Examples:
  nc -lk 9999                                      in one terminal: type lines here
  wordstream --port 9999 --batch 1s                in another: their counts every second
  tail -f app.log | wordstream -b 5s -n 3          the top words of a growing log
  wordstream -f tsv book.txt | sort -k4 -n         a file, counted once, in a pipe
  wordstream --listen 9999 -f json | jq .word      many clients, rows for a program
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

std::string help() {
  std::string text(kHelpHead);
  for (const FlagGroup& group : flag_groups()) {
    text += fmt::format("\n{}:\n", group.title);
    for (const Flag& flag : group.flags) text += help_line(flag);
  }
  return text + std::string(kHelpTail);
}

std::string version() {
  return fmt::format("wordstream {} (Unicode {})\n", WORDSTREAM_VERSION, unicode_version());
}

/// How many letters must be changed, added or left out to make `b` of `a` (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, change});
    }
  }
  return row.back();
}

/// The name of a flag without the comma list: "--batch" of "-b,--batch".
std::string_view long_name(const Flag& flag) {
  const std::string_view names = flag.names;
  return names.substr(names.find("--"));
}

Error unknown_flag(std::string_view typed) {
  const std::string_view name = typed.substr(0, typed.find('='));
  constexpr std::size_t kTooFar = 4;
  std::size_t best = kTooFar;
  std::string_view nearest;
  for (const FlagGroup& group : flag_groups()) {
    for (const Flag& flag : group.flags) {
      const std::size_t distance = edit_distance(name, long_name(flag));
      if (distance < best && distance * 2 < name.size()) {
        best = distance;
        nearest = long_name(flag);
      }
    }
  }
  return Error{ErrorCode::InvalidArgument,
               nearest.empty()
                   ? fmt::format("{} is not a flag of wordstream; --help lists them all", name)
                   : fmt::format("{} is not a flag of wordstream; is it {}?", name, nearest)};
}

/// Decides where lines come from; nothing where nothing was named.
Result<std::optional<SourceChoice>> choose_source(const Typed& typed,
                                                  const std::vector<std::string>& sources) {
  std::vector<std::string> named;
  for (const std::string& source : sources) named.push_back(fmt::format("'{}'", source));
  if (typed.host || typed.port) named.emplace_back(typed.port ? "--port" : "--host");
  if (typed.listen) named.emplace_back("--listen");
  if (named.size() > 1) {
    return wrong(
        fmt::format("two sources are named, {} and {}: leave one out", named[0], named[1]));
  }
  std::optional<SourceChoice> choice;
  if (!sources.empty()) {
    const Result<SourceChoice> parsed = parse_source(sources.front());
    if (!parsed) return fail(parsed);
    choice = *parsed;
  } else if (typed.listen) {
    choice = ListenOn{*typed.listen};
  } else if (typed.host || typed.port) {
    choice = ConnectTo{Endpoint{typed.host.value_or("localhost"), typed.port.value_or(9999)}};
  }
  if (!typed.follow) return choice;
  const ReadFrom* const file = choice ? std::get_if<ReadFrom>(&*choice) : nullptr;
  if (file == nullptr || file->path == "-") {
    return wrong("--follow: there is no file to follow: name its PATH as the SOURCE");
  }
  if (typed.config.until_eof) {
    return wrong("--follow and --until-eof: a followed file never ends: leave one out");
  }
  return std::optional<SourceChoice>(Follow{file->path});
}

Result<Invocation> to_invocation(Typed typed, const std::vector<std::string>& sources) {
  const Result<std::optional<SourceChoice>> source = choose_source(typed, sources);
  if (!source) return fail(source);
  Config& config = typed.config;
  if (*source) config.source = **source;
  const bool is_python = config.format == FormatKind::Python;
  const bool is_block = is_python || config.format == FormatKind::Print;
  config.split = typed.split.value_or(is_python ? SplitMode::Python : SplitMode::Space);
  config.top = typed.top.value_or(is_block ? 10 : kAllRows);
  return Invocation{config, source->has_value(), typed.verbosity};
}

/// The flags as CLI11 knows them, with what was typed.
struct Parser {
  CLI::App app;
  std::deque<std::pair<const Flag*, CLI::Option*>> options;
  std::vector<std::string> sources;

  Parser() {
    app.set_help_flag();
    app.allow_extras();
    app.add_option("SOURCE", sources);
    for (const FlagGroup& group : flag_groups()) {
      for (const Flag& flag : group.flags) {
        CLI::Option* const option = flag.value.empty()
                                        ? app.add_flag(flag.names)->disable_flag_override()
                                        : app.add_option(flag.names)->expected(1)->take_last();
        options.emplace_back(&flag, option);
      }
    }
  }

  bool has(const std::string& names) const {
    return std::any_of(options.begin(), options.end(), [&](const auto& option) {
      return option.first->names == names && option.second->count() > 0;
    });
  }

  Status apply(Typed& typed) const {
    for (const auto& [flag, option] : options) {
      if (option->count() == 0 || flag->apply == nullptr) continue;
      const std::string value = flag->value.empty() ? "" : option->results().back();
      if (const Status applied = flag->apply(typed, value); !applied) {
        return wrong(fmt::format("{}: {}", long_name(*flag), applied.error().message));
      }
    }
    return {};
  }
};

}  // namespace

Result<std::variant<Invocation, Answer>> parse_command_line(int argc, const char* const* argv) {
  Parser parser;
  try {
    parser.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return wrong(fmt::format("{}; --help tells what each flag takes", error.what()));
  }
  if (parser.has(kHelpFlag)) return Answer{help()};
  if (parser.has(kVersionFlag)) return Answer{version()};
  if (const std::vector<std::string> unknown = parser.app.remaining(); !unknown.empty()) {
    const Error error = unknown_flag(unknown.front());
    return wrong(error.message);
  }
  Typed typed;
  if (const Status applied = parser.apply(typed); !applied) return fail(applied);
  Result<Invocation> invocation = to_invocation(std::move(typed), parser.sources);
  if (!invocation) return fail(invocation);
  return *invocation;
}

}  // namespace wordstream
