#include "app/flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

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
    const bool is_waiting = promise == SourceClass::Acknowledged || promise == SourceClass::Unkeyed;
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
  config.keys.counts_wordless = typed.verbosity == Verbosity::Verbose;
  config.sinks = std::move(outputs->sinks);
  config.live = outputs->live;
  return Invocation{config, source->has_value(), typed.explain, typed.verbosity};
}

tl::unexpected<Error> unknown_flag(std::string_view typed) {
  const std::string_view name = typed.substr(0, typed.find('='));
  const std::string_view meant = meant_flag(name);
  return wrong(meant.empty()
                   ? fmt::format("{} is not a flag of wordstream; --help lists them all", name)
                   : fmt::format("{} is not a flag of wordstream; is it {}?", name, meant));
}

/// Stands behind the last argument, and cannot be typed: the flag that takes it has no value.
constexpr std::string_view kEnd("\0", 1);

/// So many plain arguments are waited for: as soon as CLI11 has what it waits for, it takes "[a,b]"
/// for two and leaves a subcommand at "--".
constexpr int kPlainMax = 1 << 20;

/// The run or a subcommand as CLI11 knows it, with what was typed.
class Command {
 public:
  Command(CLI::App& app, const std::string& plain, const std::vector<FlagGroup>& groups)
      : app_(app), plain_(app.add_option(plain)->expected(kPlainMax)->take_all()) {
    for (const FlagGroup& group : groups) {
      for (const Flag& flag : group.flags) {
        CLI::Option* const option =
            flag.value.empty() ? app.add_flag(flag.names) : app.add_option(flag.names)->expected(1);
        if (!flag.value.empty()) flag.adds ? option->take_all() : option->take_last();
        options_.emplace_back(&flag, option);
      }
    }
  }

  bool is_chosen() const { return app_.parsed(); }

  /// The long names of the flags that were typed.
  std::vector<std::string> given() const {
    std::vector<std::string> names;
    for (const auto& [flag, option] : options_) {
      if (option->count() > 0) names.emplace_back(flag->long_name());
    }
    return names;
  }

  /// Flags that it does not have.
  std::vector<std::string> unknown() const {
    std::vector<std::string> names = app_.remaining();
    std::erase(names, "--");
    return names;
  }

  std::vector<std::string> plain() const {
    std::vector<std::string> arguments = plain_->results();
    std::erase(arguments, kEnd);
    return arguments;
  }

  bool has(std::string_view long_name) const {
    const std::vector<std::string> names = given();
    return std::find(names.begin(), names.end(), long_name) != names.end();
  }

  /// Whether every flag has the value that it takes, and no other has one.
  Status check() const {
    for (const auto& [flag, option] : options_) {
      for (const std::string& value : option->results()) {
        if (value == kEnd) {
          return wrong(fmt::format("{}: its value is missing; see --help", flag->long_name()));
        }
        if (flag->value.empty() && value != "true") {
          return wrong(fmt::format("{}: it is a switch and takes no value: leave '={}' out",
                                   flag->long_name(), value));
        }
      }
    }
    return {};
  }

  Status apply(Typed& typed) const {
    for (const auto& [flag, option] : options_) {
      if (option->count() == 0 || flag->apply == nullptr) continue;
      std::vector<std::string> values = option->results();
      if (!flag->adds) values.erase(values.begin(), values.end() - 1);
      for (const std::string& value : values) {
        if (const Status applied = flag->apply(typed, value); !applied) {
          return fail(applied.error().code,
                      fmt::format("{}: {}", flag->long_name(), applied.error().message));
        }
      }
    }
    return {};
  }

 private:
  const CLI::App& app_;
  const CLI::Option* plain_;
  std::vector<std::pair<const Flag*, CLI::Option*>> options_;
};

Result<Request> to_run(const Command& run, Files& files) {
  Typed typed;
  if (const Status applied = run.apply(typed); !applied) return fail(applied);
  Result<Invocation> invocation = to_invocation(std::move(typed), run.plain(), files);
  if (!invocation) return fail(invocation);
  return *invocation;
}

Result<Request> to_send(const Command& run, const Command& send, Files& files) {
  if (const auto unknown = send.unknown(); !unknown.empty()) {
    return wrong(
        fmt::format("{} is not a flag of send; send --help lists them all",
                    std::string_view(unknown.front()).substr(0, unknown.front().find('='))));
  }
  if (const auto given = run.given(); !given.empty()) {
    return wrong(
        fmt::format("{} is not a flag of send; send --help lists them all", given.front()));
  }
  Typed typed;
  if (const Status applied = send.apply(typed); !applied) return fail(applied);
  Result<Sending> sending = to_sending(typed, send.plain(), files);
  if (!sending) return fail(sending);
  return std::move(*sending);
}

Result<Request> to_inspect(const Command& run, const Command& inspect) {
  for (const auto& flags : {run.given(), inspect.unknown()}) {
    if (flags.empty()) continue;
    return wrong(
        fmt::format("{} is not a flag of inspect, which has --format alone", flags.front()));
  }
  Typed typed;
  if (const Status applied = inspect.apply(typed); !applied) return fail(applied);
  if (!run.plain().empty() || inspect.plain().size() != 1) {
    return wrong("inspect: name one checkpoint directory: wordstream inspect DIR");
  }
  return Inspect{inspect.plain().front(), typed.as_json};
}

}  // namespace

Result<Request> parse_command_line(int argc, const char* const* argv, Files& files) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  const Command run(app, "SOURCE", flag_groups());
  // Behind anything else these words are files' names, as they always were.
  const auto add_subcommand = [&](const char* name) -> CLI::App& {
    CLI::App& subcommand = *app.add_subcommand(name);
    subcommand.set_help_flag();
    subcommand.disabled(argc < 2 || std::string_view(argv[1]) != name);
    return subcommand;
  };
  const Command inspect(add_subcommand("inspect"), "DIR", inspect_flag_groups());
  CLI::App& sending = add_subcommand("send");
  sending.fallthrough(false);
  const Command send(sending, "PATH", send_flag_groups());
  std::vector<std::string> reversed{std::string(kEnd)};  // as CLI11 takes them
  for (int i = argc - 1; i > 0; --i) reversed.emplace_back(argv[i]);
  app.parse(std::move(reversed));
  for (const Command* const command : {&run, &inspect, &send}) {
    if (const Status complete = command->check(); !complete) return fail(complete);
  }
  if (send.has(kHelpFlag)) return Answer{send_help()};
  if (run.has(kHelpFlag) || inspect.has(kHelpFlag)) return Answer{help()};
  if (run.has(kVersionFlag)) return Answer{version()};
  if (send.is_chosen()) return to_send(run, send, files);
  if (const auto flags = run.unknown(); !flags.empty()) return unknown_flag(flags.front());
  return inspect.is_chosen() ? to_inspect(run, inspect) : to_run(run, files);
}

}  // namespace wordstream
