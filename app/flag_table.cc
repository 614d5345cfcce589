#include "app/flag_table.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>

#include "app/cluster.h"
#include "app/sink_argument.h"
#include "base/units.h"
#include "engine/kinds.h"
#include "env/endpoint.h"
#include "source/relp_choice.h"

namespace wordstream {
namespace {

constexpr Millis kPollMin{10};
constexpr Millis kPollMax{3'600'000};
constexpr Millis kBatchMin{10};
constexpr Millis kBatchMax{24 * 60 * 60 * 1000};
constexpr Millis kCommitIntervalMin{10};
constexpr std::uint64_t kLineBytesMax = 1ULL << 30;
constexpr std::uint64_t kThreadCountMax = 256;

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

/// The same with what a function makes of the text.
template <auto kMember, auto kParse>
Status set(Typed& typed, const std::string& text) {
  return store(typed.*kMember, kParse(text));
}

/// A window longer than this has an end that no clock will show.
constexpr Millis kWindowMax = std::chrono::hours(24 * 36525);

Result<Millis> parse_window_duration(const std::string& text) {
  Result<Millis> duration = parse_positive_duration(text);
  if (duration && *duration > kWindowMax) {
    return wrong(fmt::format("'{}' is more than a hundred years", text));
  }
  return duration;
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

Status set_from(Typed& typed, const std::string& text) {
  if (text != "start" && text != "end")
    return wrong(fmt::format("'{}' is neither start nor end", text));
  typed.config.from = text == "end" ? From::End : From::Start;
  return {};
}

Status set_poll(Typed& typed, const std::string& text) {
  const Result<Millis> poll = parse_duration(text);
  if (!poll) return fail(poll);
  if (*poll < kPollMin || *poll > kPollMax) {
    return wrong(fmt::format("'{}' is out of range: take {} to {}", text, to_text(kPollMin),
                             to_text(kPollMax)));
  }
  typed.config.poll = *poll;
  return {};
}

Status add_rotated(Typed& typed, const std::string& text) {
  if (text.empty()) return wrong("the pattern is empty: give one, as '*.old'");
  typed.config.rotated.push_back(text);
  return {};
}

Status set_kafka_config(Typed& typed, const std::string& text) {
  if (text.empty()) return wrong("the file's path is missing");
  typed.config.kafka_config = text;
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

Status set_memory_max(Typed& typed, const std::string& text) {
  const Result<std::uint64_t> size = parse_size(text);
  if (!size) return fail(size);
  if (*size == 0) return wrong(fmt::format("'{}' is nothing: take 1B or more", text));
  typed.memory_bytes_max = *size;
  return {};
}

Status set_threads(Typed& typed, const std::string& text) {
  typed.thread_count.reset();
  if (text == "auto") return {};
  const Result<std::uint64_t> count = parse_count(text);
  if (!count || *count > kThreadCountMax) {
    return wrong(
        fmt::format("'{}' is neither auto nor a number from 1 to {}", text, kThreadCountMax));
  }
  typed.thread_count = *count;
  return {};
}

Status set_split(Typed& typed, const std::string& text) {
  const auto* const name = std::ranges::find(kSplitNames, text);
  if (name == kSplitNames.end()) {
    return wrong(fmt::format("'{}' is none of {}", text, fmt::join(kSplitNames, ", ")));
  }
  typed.keys.split = static_cast<KeySplit>(name - kSplitNames.begin());
  return {};
}

template <auto kMember>
Status set_text(Typed& typed, const std::string& text) {
  if (text.empty()) return wrong("it is empty");
  typed.keys.*kMember = text;
  return {};
}

Status set_min_length(Typed& typed, const std::string& text) {
  const Result<std::uint64_t> count = parse_count(text);
  if (!count || *count == 0) {
    return wrong(fmt::format("'{}' is no number of characters: take 1 or more", text));
  }
  typed.keys.characters_min = *count;
  return {};
}

Status add_sink(Typed& typed, const std::string& text) {
  return store(typed.sinks.emplace_back(), parse_sink(text));
}

Status set_log_format(Typed& typed, const std::string& text) {
  return choose(typed.log.format, text, {{"text", LogFormat::Text}, {"json", LogFormat::Json}});
}

Status set_mode(Typed& typed, const std::string& text) {
  return choose(typed.config.mode, text,
                {{"at-most-once", Mode::AtMostOnce},
                 {"at-least-once", Mode::AtLeastOnce},
                 {"exactly-once", Mode::ExactlyOnce}});
}

Status set_checkpoint(Typed& typed, const std::string& text) {
  if (text.empty()) return wrong("the name of a directory is missing");
  typed.checkpoint = text;
  return {};
}

Status set_commit_interval(Typed& typed, const std::string& text) {
  const Result<Millis> interval = parse_duration(text);
  if (!interval) return fail(interval);
  if (*interval < kCommitIntervalMin) {
    return wrong(
        fmt::format("'{}' is too short: take {} or more", text, to_text(kCommitIntervalMin)));
  }
  typed.commit_interval = *interval;
  return {};
}

template <auto kMember, bool kValue = true>
Status set_switch(Typed& typed, const std::string& /*none*/) {
  typed.*kMember = kValue;
  return {};
}

Status set_http(Typed& typed, const std::string& text) {
  constexpr std::string_view kPath = "unix:";
  return store(typed.http, text.starts_with(kPath) ? parse_socket_path(text.substr(kPath.size()))
                                                   : parse_listen_address(text));
}

Status add_http_host(Typed& typed, const std::string& text) {
  return store(typed.http_hosts.emplace_back(), parse_host(text));
}

/// It is heard before others are.
Status set_nothing(Typed& /*typed*/, const std::string& text) {
  return text.empty() ? Status(wrong("the file's path is missing")) : Status();
}

}  // namespace

std::vector<std::string> Flag::all_names() const {
  const std::size_t comma = names.find(',');
  if (comma == std::string::npos) return {names};
  return {names.substr(0, comma), names.substr(comma + 1)};
}

std::string_view Flag::preset() const {
  const std::size_t begin = help.rfind('[');
  if (!help.ends_with(']') || begin == std::string::npos) return {};
  return std::string_view(help).substr(begin + 1, help.size() - begin - 2);
}

const std::vector<FlagGroup>& flag_groups() {
  static const std::vector<FlagGroup> groups{
      {"Where lines come from",
       {{"--host", "HOST", "connect to this host [localhost]", set<&Typed::host, parse_host>},
        {"-p,--port", "PORT", "connect to this port [9999]", set<&Typed::port, parse_port>},
        {"-l,--listen", "[ADDR:]PORT",
         "let clients connect; on 127.0.0.1 unless ADDR is given; PORT 0: any",
         set<&Typed::listen, parse_listen_address>},
        {"--relp", "[ADDR:]PORT", "short for relp-listen://[ADDR:]PORT",
         [](Typed& typed, const std::string& text) {
           const Result<ChosenSource> source = RelpListenOn::parse(text);
           if (!source) return Status(fail(source));
           typed.relp = *source;
           return Status();
         }},
        {"--follow", "", "keep reading the file PATH as it grows, is rotated or truncated",
         set_switch<&Typed::follow>},
        {"--from",
         "start|end",
         "begin there in a file that is new, or not found again [start]",
         set_from,
         false,
         {"start", "end"}},
        {"--poll", "D", "look at followed files every D [1s where nobody tells of changes]",
         set_poll},
        {"--kafka-config", "FILE", "librdkafka's properties for kafka://, a PROPERTY=VALUE a line",
         set_kafka_config},
        {"--rotated", "GLOB", "what matches was rotated away, too; repeatable", add_rotated, true},
        {"--max-line", "SIZE", "cut lines longer than this [1MiB]", set_line_max}}},
      {"What is counted",
       {{"-b,--batch", "D", "batch interval, 10ms to 24h [1s]", set_batch},
        {"-w,--window", "D", "count over the last D, a multiple of the batch",
         set<&Typed::window, parse_window_duration>},
        {"--slide", "D", "a window ends every D, a multiple of the batch [the batch]",
         set<&Typed::slide, parse_window_duration>},
        {"--total", "", "running totals; all but print and python show what has changed",
         set_switch<&Typed::total>},
        {"--idle-after", "D", "drop words from the totals that were not seen for D [never]",
         set<&Typed::idle_after, parse_window_duration>},
        {"--split",
         "MODE",
         "space: single spaces, as Scala's split(); python: as Python's; "
         "whitespace: runs of space, tab, VT, FF; letters: letters and digits; "
         "line: not at all [space; line for what is selected]",
         set_split,
         false,
         {kSplitNames.begin(), kSplitNames.end()}},
        {"--lower", "", "fold case before counting",
         [](Typed& typed, const std::string&) {
           typed.keys.lower = true;
           return Status();
         }},
        {"--stop-words", "FILE", "words that do not count, one a line",
         set_text<&TypedKeys::stop_words>},
        {"--min-length", "N", "shorter words do not count, in characters", set_min_length}}},
      {"What of a line is counted, if not all",
       {{"--field", "N[,M...]", "fields, 1 the first and -1 the last, parted by white space",
         [](Typed& typed, const std::string& text) {
           return store(typed.keys.field, parse_field_numbers(text));
         }},
        {"--delimiter", "C", "fields are parted by this character, \\t is a tab",
         [](Typed& typed, const std::string& text) {
           return store(typed.keys.delimiter, parse_delimiter(text));
         }},
        {"--match", "REGEX", "what it matches first, or its first group there",
         set_text<&TypedKeys::match>},
        {"--match-all", "REGEX", "the same of each match", set_text<&TypedKeys::match_all>},
        {"--json", "POINTER", "a value of a line of JSON, as /user/id",
         [](Typed& typed, const std::string& text) {
           return store(typed.keys.json, parse_json_pointer(text));
         }},
        {"--grep", "REGEX", "look at lines alone that it matches", set_text<&TypedKeys::grep>},
        {"--skip", "REGEX", "leave out lines that it matches", set_text<&TypedKeys::skip>}}},
      {"What is printed",
       {{"-f,--format",
         "FORMAT",
         "print (Spark's), python (pprint()), tsv, csv, json, live [print]",
         set<&Typed::display, parse_display>,
         false,
         {"print", "python", "tsv", "csv", "json", "live"}},
        {"-n,--top", "N|all", "rows, top first [10 for print and python, live what fits, else all]",
         set<&Typed::top, parse_row_count>},
        {"--sink", "URI",
         "where counts go [stdout]: " + sinks_help() +
             "; ?format=F&top=N behind it is for it alone; repeatable",
         add_sink, true}}},
      {"What a crash may do",
       {{"-m,--mode",
         "MODE",
         "at-most-once: a line may be lost, never repeated; at-least-once: repeated, never lost; "
         "exactly-once: neither [at-most-once]",
         set_mode,
         false,
         {"at-most-once", "at-least-once", "exactly-once"}},
        {"--checkpoint", "DIR",
         "keep positions and counts in this directory, and go on from there [with the last two "
         "modes one below $XDG_STATE_HOME/wordstream]",
         set_checkpoint},
        {"--commit-interval", "D", "make counts durable every D [every batch; with --relp 100ms]",
         set_commit_interval},
        {"--explain", "", "print what is promised, and what a crash loses or repeats",
         set_switch<&Typed::explain>}}},
      {"What it takes of the machine",
       {{"--threads", "N|auto", "threads that count [auto: all for large files, else two less]",
         set_threads},
        {"--on", "URL", "count on Spark: spark://HOST:PORT, yarn, k8s://URL, local[N] [here]",
         [](Typed& typed, const std::string& text) {
           typed.on = text;
           return check_master(text);
         }},
        {"--max-memory", "SIZE", "end (71) rather than take more [half of what there may be]",
         set_memory_max}}},
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
           typed.log.verbosity = Verbosity::Verbose;
           return Status();
         }},
        {"-q,--quiet", "", "tell errors alone",
         [](Typed& typed, const std::string&) {
           typed.log.verbosity = Verbosity::Quiet;
           return Status();
         }},
        {"--log-format",
         "FORMAT",
         "text for people; json: an object a line [text]",
         set_log_format,
         false,
         {"text", "json"}},
        {"--no-progress", "", "show no progress of files on a terminal",
         set_switch<&Typed::shows_progress, false>},
        {"--http", "[ADDR:]PORT", "serve a page, /metrics, /healthz [on 127.0.0.1]; or unix:PATH",
         set_http},
        {"--http-host", "NAME", "answer who calls us so, too; repeatable", add_http_host, true},
        {"--config", "FILE", "set flags by their names in TOML: batch = \"1s\"", set_nothing},
        {"--print-config", "", "print what is set, and where, in place of a run", nullptr},
        {"-V,--version", "", "print the version", nullptr},
        {"-h,--help", "", "print this help", nullptr}}},
  };
  return groups;
}

}  // namespace wordstream
