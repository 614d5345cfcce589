#include "app/flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "app/command.h"
#include "app/completions.h"
#include "app/flag_table.h"
#include "app/help.h"
#include "app/hints.h"
#include "app/source_argument.h"
#include "base/units.h"
#include "env/kafka.h"
#include "env/machine.h"
#include "sink/kafka_target.h"
#include "source/log_choice.h"
#include "source/log_source.h"
#include "source/stream_source.h"
#include "source/tcp_client.h"
#include "source/tcp_server.h"
#include "text/case_fold.h"

namespace wordstream {
namespace {

std::string version() {
  return fmt::format("wordstream {} (Unicode {}, RE2 {}, RapidJSON {}, librdkafka {})\n",
                     WORDSTREAM_VERSION, unicode_version(), WORDSTREAM_RE2_VERSION,
                     json_library_version(), kafka_built_against());
}

/// Whether the sources are no server that is written as a file would be.
Status check_no_server(const std::vector<std::string>& sources, Files& files) {
  const std::string server = meant_server(sources, files);
  if (server.empty()) return {};
  return fail(ErrorCode::NotFound,
              fmt::format("there is no file {}: for a server write {}", sources.front(), server));
}

/// Decides where lines come from; nothing where nothing was named.
Result<std::optional<ChosenSource>> choose_source(const Typed& typed,
                                                  const std::vector<std::string>& sources) {
  std::vector<std::string> named;
  for (const std::string& source : sources) named.push_back(fmt::format("'{}'", source));
  if (typed.host || typed.port) named.emplace_back(typed.port ? "--port" : "--host");
  if (typed.listen) named.emplace_back("--listen");
  if (typed.relp) named.emplace_back("--relp");
  const bool are_all_names = named.size() == sources.size();
  if (named.size() > 1 && !are_all_names) {
    return wrong(
        fmt::format("two sources are named, {} and {}: leave one out", named[0], named[1]));
  }
  std::optional<ChosenSource> choice;
  if (!sources.empty()) {
    const Result<ChosenSource> parsed = parse_sources(sources);
    if (!parsed) return fail(parsed);
    choice = *parsed;
  } else if (typed.relp) {
    choice = typed.relp;
  } else if (typed.listen) {
    choice = std::make_shared<const ListenOn>(*typed.listen);
  } else if (typed.host || typed.port) {
    choice = std::make_shared<const ConnectTo>(
        Endpoint{typed.host.value_or("localhost"), typed.port.value_or(9999)});
  }
  if (typed.config.from && !(choice && (*choice)->has_ends())) {
    return wrong("--from: there is no file and no topic to begin with: name it as the SOURCE");
  }
  if (!typed.config.rotated.empty() && !(choice && (*choice)->followed())) {
    return wrong("--rotated: there is no file that is rotated: name its PATH as the SOURCE");
  }
  if (typed.config.poll && !typed.follow) {
    return wrong("--poll: there is no file that is followed: give --follow, too");
  }
  if (!typed.follow) return choice;
  ChosenSource followed = choice ? (*choice)->followed() : nullptr;
  if (followed == nullptr) {
    return wrong("--follow: there is no file to follow: name its PATH as the SOURCE");
  }
  if (typed.config.until_eof) {
    return wrong("--follow and --until-eof: a followed file never ends: leave one out");
  }
  return std::optional(std::move(followed));
}

/// A window's length or slide must be made of whole batches.
Status check_multiple(std::string_view flag, Millis duration, Millis batch) {
  if (duration % batch == Millis(0)) return {};
  const Millis below = std::max<Millis>(duration - duration % batch, batch);
  return wrong(fmt::format("{}: {} is no multiple of the batch of {}: take {} or {}", flag,
                           to_text(duration), to_text(batch), to_text(below),
                           to_text(below + batch)));
}

/// Decides what is made of the batches.
Result<FoldChoice> choose_fold(const Typed& typed) {
  if (typed.slide && !typed.window) {
    return wrong("--slide: there is no window to slide: give --window, too, or leave it out");
  }
  if (typed.idle_after && !typed.total) {
    return wrong("--idle-after: there are no totals to drop words from: give --total, too");
  }
  if (typed.total && typed.window) {
    return wrong("--total and --window: totals have no window: leave one out");
  }
  if (typed.total) return FoldChoice(Totals{typed.idle_after});
  if (!typed.window) return FoldChoice(PerBatch{});
  const Millis batch = typed.config.batch;
  const WindowShape shape{*typed.window, typed.slide.value_or(batch)};
  if (const Status status = check_multiple("--window", shape.length, batch); !status) {
    return fail(status);
  }
  if (const Status status = check_multiple("--slide", shape.slide, batch); !status) {
    return fail(status);
  }
  return FoldChoice(shape);
}

/// How often counts are made durable; nothing where that is once a batch. Whoever waits for an
/// answer is not to wait for long.
Result<std::optional<Millis>> choose_commit_interval(const Typed& typed,
                                                     const std::optional<ChosenSource>& source,
                                                     Files& files) {
  if (!typed.commit_interval) {
    constexpr Millis kAnswerTime{100};
    const SourceClass promise = source ? (*source)->promise(files) : SourceClass::Passing;
    const bool is_waiting = promise == SourceClass::Acknowledged ||
                            promise == SourceClass::Unkeyed || !typed.on.empty();
    const bool has_journal = typed.checkpoint || typed.config.mode != Mode::AtMostOnce;
    const bool is_short = is_waiting && has_journal && typed.config.batch > kAnswerTime;
    return is_short ? std::optional(kAnswerTime) : std::nullopt;
  }
  if (!typed.checkpoint && typed.config.mode == Mode::AtMostOnce) {
    return wrong(
        "--commit-interval: there is no journal to commit to: give --checkpoint, or another "
        "--mode, too");
  }
  const Millis batch = typed.config.batch;
  if (*typed.commit_interval > batch) {
    return wrong(
        fmt::format("--commit-interval: {} is longer than the batch of {}: take {} or less",
                    to_text(*typed.commit_interval), to_text(batch), to_text(batch)));
  }
  return *typed.commit_interval == batch ? std::nullopt : typed.commit_interval;
}

/// Whether all that is to be counted is there, and is so much that it is worth more threads. What
/// patterns match is not known yet, nor how much a topic has.
bool is_large_and_there(const SourceChoice& source, bool until_eof, Files& files) {
  constexpr std::uint64_t kLargeMin = 16 * 1024 * 1024;
  if (source.promise(files) != SourceClass::Replayable) return false;
  if (source.medium() == "topic") return until_eof;
  const std::vector<SourceFile> named = source.named_files(files);
  std::uint64_t size = 0;
  for (const SourceFile& file : named) size += file.regular ? file.regular->size : 0;
  return named.empty() || size >= kLargeMin;
}

/// How many workers count beside the counting loop; none where one thread does, which is the
/// loop's.
std::size_t choose_worker_count(const Typed& typed, const std::optional<ChosenSource>& source,
                                Files& files) {
  constexpr std::size_t kReserved = 2;  // the reader, and what comes behind the counting
  constexpr std::size_t kAutoMax = 8;
  const std::size_t processors = processor_count();
  const std::size_t free = processors > kReserved ? processors - kReserved : 1;
  // Nobody who sends waits for a processor there, and reading takes a fifth of one.
  const bool may_have_all =
      source && !typed.follow && is_large_and_there(**source, typed.config.until_eof, files);
  const std::size_t threads =
      typed.thread_count.value_or(std::min(may_have_all ? processors : free, kAutoMax));
  return threads == 1 ? 0 : threads;
}

Result<Invocation> to_invocation(Typed typed, const std::vector<std::string>& sources,
                                 Files& files) {
  if (const Status meant = check_no_server(sources, files); !meant) return fail(meant);
  const Result<std::optional<ChosenSource>> source = choose_source(typed, sources);
  if (!source) return fail(source);
  const Result<FoldChoice> fold = choose_fold(typed);
  if (!fold) return fail(fold);
  Result<Outputs> outputs = choose_outputs(typed.sinks, typed.display, typed.top);
  if (!outputs) return fail(outputs);
  const bool names_topic =
      (*source && (**source)->medium() == "topic") ||
      std::ranges::any_of(outputs->sinks, [](const SinkChoice& sink) {
        return std::dynamic_pointer_cast<const ToTopic>(sink.target) != nullptr;
      });
  if (!typed.config.kafka_config.empty() && !names_topic) {
    return wrong(
        "--kafka-config: there is no topic: name kafka://BROKER/TOPIC as the SOURCE or a --sink");
  }
  const Result<std::optional<Millis>> commit_interval =
      choose_commit_interval(typed, *source, files);
  if (!commit_interval) return fail(commit_interval);
  Config& config = typed.config;
  config.commit_interval = *commit_interval;
  config.checkpoint = typed.checkpoint;
  config.fold = *fold;
  config.worker_count = choose_worker_count(typed, *source, files);
  config.memory_bytes_max = typed.memory_bytes_max.value_or(memory_bytes() / 2);
  // Lines that never end must not take what the words need.
  config.limits.partial_bytes_max = static_cast<std::size_t>(
      std::min<std::uint64_t>(config.limits.partial_bytes_max, config.memory_bytes_max / 4));
  if (*source) config.source = **source;
  const FormatKind* const format =
      typed.display ? std::get_if<FormatKind>(&*typed.display) : nullptr;
  const bool is_python = format != nullptr && *format == FormatKind::Python;
  Result<KeyChoice> keys =
      choose_keys(typed.keys, is_python, std::max<std::size_t>(config.worker_count, 1),
                  config.memory_bytes_max, files);
  if (!keys) return fail(keys);
  config.keys = std::move(*keys);
  config.keys.counts_wordless = typed.log.verbosity == Verbosity::Verbose;
  config.sinks = std::move(outputs->sinks);
  config.live = outputs->live;
  if (!typed.http && !typed.http_hosts.empty()) {
    return wrong("--http-host: there is no page: give --http [ADDR:]PORT, too");
  }
  if (typed.http) config.http = HttpChoice{*typed.http, typed.http_hosts};
  config.version = WORDSTREAM_VERSION;
  config.tells_progress = typed.shows_progress && !typed.follow;
  return Invocation{config, source->has_value(), typed.explain, typed.log, {}, typed.on};
}

tl::unexpected<Error> unknown_flag(std::string_view typed) {
  const std::string_view name = typed.substr(0, typed.find('='));
  const std::string_view meant = meant_flag(name);
  return wrong(meant.empty()
                   ? fmt::format("{} is not a flag of wordstream; --help lists them all", name)
                   : fmt::format("{} is not a flag of wordstream; is it {}?", name, meant));
}

Result<Request> to_run(Command& run, Files& files) {
  if (const Status set = run.add_settings(files); !set) return fail(set);
  Typed typed;
  if (const Status applied = run.apply(typed); !applied) return fail(applied);
  Result<Invocation> invocation = to_invocation(std::move(typed), run.plain(), files);
  if (!invocation) return fail(invocation);
  if (run.has(kPrintConfigFlag)) return Answer{run.settings()};
  invocation->warning = run.warning();
  return *invocation;
}

Result<Request> to_send(const Command& run, Command& send, Files& files) {
  for (const auto& flags : {send.unknown(), run.typed()}) {
    if (flags.empty()) continue;
    return wrong(fmt::format("{} is not a flag of send; send --help lists them all",
                             std::string_view(flags.front()).substr(0, flags.front().find('='))));
  }
  if (const Status set = send.add_settings(files); !set) return fail(set);
  Typed typed;
  if (const Status applied = send.apply(typed); !applied) return fail(applied);
  Result<Sending> sending = to_sending(typed, send.plain(), files);
  if (!sending) return fail(sending);
  if (send.has(kPrintConfigFlag)) return Answer{send.settings()};
  sending->warning = send.warning();
  return std::move(*sending);
}

Result<Request> to_inspect(const Command& run, const Command& inspect) {
  for (const auto& flags : {run.typed(), inspect.unknown()}) {
    if (flags.empty()) continue;
    return wrong(
        fmt::format("{} is not a flag of inspect, which has --format and --backup", flags.front()));
  }
  Typed typed;
  if (const Status applied = inspect.apply(typed); !applied) return fail(applied);
  if (!run.plain().empty() || inspect.plain().size() != 1) {
    return wrong("inspect: name one checkpoint directory: wordstream inspect DIR");
  }
  return Inspect{inspect.plain().front(), typed.backup, typed.as_json};
}

Result<Request> to_completions(const Command& run, const Command& completions) {
  for (const auto& flags : {run.typed(), completions.unknown()}) {
    if (!flags.empty()) return wrong(fmt::format("{} is not a flag of completions", flags.front()));
  }
  const std::vector<std::string> shells = completions.plain();
  const std::optional<std::string> text =
      shells.size() == 1 ? completions_for(shells.front()) : std::nullopt;
  if (!text) {
    return wrong(
        "completions: name the shell: wordstream completions bash, zsh or fish; man is "
        "the manual page");
  }
  return Answer{*text};
}

/// These words are commands where they stand first. Behind anything else they are names of files,
/// as they always were.
constexpr std::array<std::string_view, 4> kCommands{"run", "inspect", "send", "completions"};

Result<Request> parse(std::string_view command, std::vector<std::string> arguments, Files& files) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  Command run(app, "SOURCE", flag_groups());
  const auto add_subcommand = [&](const char* name) -> CLI::App& {
    CLI::App& subcommand = *app.add_subcommand(name);
    subcommand.set_help_flag();
    subcommand.disabled(command != name);
    return subcommand;
  };
  Command inspect(add_subcommand("inspect"), "DIR", inspect_flag_groups());
  CLI::App& sending = add_subcommand("send");
  sending.fallthrough(false);
  Command send(sending, "PATH", send_flag_groups());
  Command completions(add_subcommand("completions"), "SHELL", completions_flag_groups());
  app.parse(std::move(arguments));
  for (Command* const each : {&run, &inspect, &send, &completions}) {
    if (const Status complete = each->take_typed(); !complete) return fail(complete);
  }
  if (send.has(kHelpFlag)) return Answer{send_help()};
  if (run.has(kHelpFlag) || inspect.has(kHelpFlag) || completions.has(kHelpFlag)) {
    return Answer{help()};
  }
  if (run.has(kVersionFlag)) return Answer{version()};
  if (send.is_chosen()) return to_send(run, send, files);
  if (const auto flags = run.unknown(); !flags.empty()) return unknown_flag(flags.front());
  if (inspect.is_chosen()) return to_inspect(run, inspect);
  if (completions.is_chosen()) return to_completions(run, completions);
  return to_run(run, files);
}

}  // namespace

Result<Request> parse_command_line(int argc, const char* const* argv, Files& files) {
  const std::string first = argc > 1 ? argv[1] : "";
  const bool is_command = std::ranges::find(kCommands, first) != kCommands.end();
  const int begin = first == "run" ? 2 : 1;
  std::vector<std::string> reversed{std::string(kEnd)};  // as CLI11 takes them
  for (int i = argc - 1; i >= begin; --i) reversed.emplace_back(argv[i]);
  Result<Request> request = parse(first, std::move(reversed), files);
  const bool is_file = is_command && files.info(first).has_value();
  if (is_file && first == "run" && argc == 2) {
    return wrong(
        "run is a command, and the file of that name is ./run: write that, or name another "
        "SOURCE");
  }
  if (request || !is_file || request.error().code != ErrorCode::InvalidArgument) return request;
  return wrong(fmt::format("{} (the file of that name is ./{})", request.error().message, first));
}

}  // namespace wordstream
