// wordstream: counts the words of a stream of lines, batch by batch.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "app/checkpoint.h"
#include "app/cluster.h"
#include "app/exit_code.h"
#include "app/flags.h"
#include "app/inspect.h"
#include "app/log.h"
#include "app/screen_guard.h"
#include "app/service.h"
#include "app/signals.h"
#include "app/sink_argument.h"
#include "base/check.h"
#include "engine/beginning.h"
#include "engine/pipeline.h"
#include "env/clock.h"
#include "env/entropy.h"
#include "env/env.h"
#include "env/machine.h"
#include "env/memory.h"
#include "env/standard_streams.h"
#include "env/terminal.h"
#include "source/stream_source.h"

namespace wordstream {
namespace {

/// Ends the process from a place where nothing can be trusted any more.
[[noreturn]] void end_at_once(std::string_view message, ExitCode code) {
  restore_terminal();
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, message.data(), message.size());
  std::_Exit(static_cast<int>(code));
}

void install_last_words() {
  before_last_words([] { restore_terminal(); });
  std::signal(SIGABRT, [](int) { end_at_once("", ExitCode::Bug); });
  std::set_new_handler([] {
    end_at_once(
        "wordstream: out of memory: too many different words for this machine; take a shorter "
        "--batch or --window, or --idle-after with --total\n",
        ExitCode::NoMemory);
  });
}

/// A sleeping place for a task. Without one nothing can run that would have to be ended in order.
std::unique_ptr<Poller> make_poller() {
  Result<std::unique_ptr<Poller>> poller = make_real_poller();
  if (!poller) {
    end_at_once(fmt::format("wordstream: {}\n", poller.error().message),
                exit_code_of(poller.error().code));
  }
  return std::move(*poller);
}

/// Standard input where it is meant to be read; else the server that every course starts with.
ChosenSource default_source(Files& files) {
  const Result<std::unique_ptr<File>> input = files.standard_input();
  const Result<FileInfo> info = input ? (*input)->info() : fail(input);
  const ChosenSource from_stdin = std::make_shared<const ReadFrom>("-");
  // Whoever was given a directory, or a socket that is of no use, is told so rather than left to
  // wait for a server; one that is closed, /dev/null and terminals are nobody's input.
  if (!info) return info.error().code == ErrorCode::NotFound ? from_stdin : Config{}.source;
  const bool is_input = info->kind == FileInfo::Kind::Pipe ||
                        info->kind == FileInfo::Kind::Socket ||
                        info->kind == FileInfo::Kind::Regular;
  return is_input ? from_stdin : Config{}.source;
}

/// Whoever has closed our output has seen enough: that is no error.
ExitCode give_up(const Error& error, Log& log) {
  if (error.code != ErrorCode::Closed) log.error(error.message);
  return exit_code_of(error.code);
}

ExitCode print(const Answer& answer, Files& files, Log& log) {
  const Result<std::unique_ptr<Output>> output = files.standard_output();
  std::string_view left = answer.text;
  Status status = output ? Status() : fail(output);
  while (status && !left.empty()) {
    const Result<std::size_t> written = (*output)->write(left);
    if (written) {
      left.remove_prefix(*written);
    } else {
      status = fail(written);
    }
  }
  return status ? ExitCode::Done : give_up(status.error(), log);
}

/// What is promised, a line for each sink and the live view.
Answer explain(const Config& config, const std::vector<const Promise*>& promises, const Env& env) {
  const Files& files = env.files;
  Answer answer;
  for (std::size_t i = 0; i < config.sinks.size(); ++i) {
    answer.text += config.sinks[i].target->name(files) + ": " +
                   to_text(*promises[i], config.source->medium()) + "\n";
  }
  if (const std::string missed = config.source->may_miss(); !missed.empty()) {
    answer.text += config.source->name(files) + ": not seen by any mode: " + missed + ".\n";
  }
  for (const std::string& note : config.source->notes(env)) {
    answer.text += config.source->name(files) + ": " + note + "\n";
  }
  std::vector<std::string> said = config.source->notes(env);
  for (const SinkChoice& sink : config.sinks) {
    for (const std::string& note : sink.target->notes(env)) {
      if (std::ranges::find(said, note) != said.end()) continue;
      answer.text += sink.target->name(files) + ": " + note + "\n";
      said.push_back(note);
    }
  }
  if (config.from) {
    answer.text +=
        config.source->name(files) +
        ": with --from, what an earlier run has read and is not found any more is given "
        "up, with a warning" +
        (*config.from == From::End ? ", and what stands there when nothing is remembered "
                                     "is never counted.\n"
                                   : ".\n");
  }
  if (config.live) {
    answer.text +=
        "stdout: a picture that is drawn again and again: nothing is promised of what it has "
        "shown.\n";
  }
  return answer;
}

/// How the cluster is put to work; for those who do it themselves.
std::string explain(const ClusterCommand& cluster, const Config& config) {
  constexpr std::string_view kReceiver = "127.0.0.1:20514";
  return fmt::format(
      "Spark counts, and hands each batch's counts to this run. The same by hand, beside a "
      "wordstream --relp {} with the other flags:\n{}\n",
      kReceiver, to_shell(cluster.words(kReceiver, config.checkpoint.value_or(""))));
}

ExitCode inspect(const Inspect& wanted, Files& files) {
  Log log;
  const std::unique_ptr<Storage> storage = make_real_storage();
  const Result<std::string> text = inspect(wanted, files, *storage);
  return text ? print(Answer{*text}, files, log) : give_up(text.error(), log);
}

/// A run that began with too few would end in the middle of something.
Status check_descriptors(const Config& config) {
  const std::uint64_t needed = 24 + 2 * config.worker_count + 6 * config.sinks.size() +
                               (config.live ? 6 : 0) + (config.http ? 40 : 0);
  const std::uint64_t allowed = descriptor_count_max();
  if (allowed >= needed) return {};
  return fail(
      ErrorCode::Io,
      fmt::format("no more than {} files may be open (ulimit -n), and this run may need {}: "
                  "allow as many",
                  allowed, needed));
}

/// Whether a sink writes rows where progress is shown.
void share_screen(const Config& config, Log& log) {
  if (::isatty(STDOUT_FILENO) != 1) return;
  for (std::size_t i = 0; i < config.sinks.size(); ++i) {
    const bool is_stdout =
        std::dynamic_pointer_cast<const ToStdout>(config.sinks[i].target) != nullptr;
    if (is_stdout) log.share_screen_with(i);
  }
}

/// One run from its opening to its last word.
/// `chosen` is the checkpoint that was chosen for it, if it was not named.
ExitCode run(const Config& config, const std::string& chosen, const Env& env, Signals& signals,
             Log& log) {
  if (config.live) {
    guard_screen();
    // Log lines would be drawn over, and draw over the picture.
    if (::isatty(STDERR_FILENO) == 1) log.hold_back();
  }
  if (config.tells_progress) share_screen(config, log);
  Control control;
  signals.attach(control);
  Service service(log, env.clock);
  const Result<std::unique_ptr<Pipeline>> pipeline = Pipeline::open(config, env, control, service);
  if (!pipeline) {
    signals.detach();
    log.release();
    return give_up(pipeline.error(), log);
  }
  if (!chosen.empty()) log.info("the checkpoint is " + chosen);
  service.ready();
  const Status outcome = (*pipeline)->run();
  service.stopping();
  signals.detach();
  restore_terminal();
  log.clear_progress();
  log.release();
  log.sum_up();
  return outcome ? ExitCode::Done : give_up(outcome.error(), log);
}

/// All that is outside.
struct World {
  explicit World(Files& the_files) : files(the_files) {}
  Env env() const {
    return {clock,       *network,     *kafka,       files,           *storage,      memory,
            make_poller, random_key(), random_key(), random_key()[0], process_name()};
  }

  Files& files;
  RealClock clock;
  std::unique_ptr<Network> network = make_real_network();
  std::unique_ptr<Storage> storage = make_real_storage();
  std::unique_ptr<Kafka> kafka = make_real_kafka();
  HeapMemory memory;
};

/// Completes what was asked for by what the process was started with, and does it.
ExitCode invoke(Invocation& invocation, Files& files, Signals& signals, Log& log) {
  Config& config = invocation.config;
  if (!invocation.has_source) config.source = default_source(files);
  for (const std::optional<FileInfo>& file : {stdout_file(), stderr_file()}) {
    if (file) config.redirected.push_back(*file);
  }
  if (const Status apart = check_places(config, files); !apart) return give_up(apart.error(), log);
  std::optional<ClusterCommand> cluster;
  if (!invocation.on.empty()) {
    Result<ClusterCommand> command =
        put_on_cluster(invocation.on, config, invocation.explain, invocation.log.verbosity, files);
    if (!command) return give_up(command.error(), log);
    cluster = *command;
    config.source = std::make_shared<const CountOnCluster>(config.source, std::move(*command));
  }
  const World world(files);
  const Env env = world.env();
  // Before a checkpoint is asked for that could not help.
  const Result<std::vector<const Promise*>> promises = promises_of(config, env);
  if (!promises) return give_up(promises.error(), log);
  const Result<std::string> chosen = settle_checkpoint(config, files);
  if (!chosen) return give_up(chosen.error(), log);
  if (invocation.explain) {
    Answer answer = explain(config, *promises, env);
    if (cluster) answer.text += explain(*cluster, config);
    return print(answer, files, log);
  }
  if (const Status enough = check_descriptors(config); !enough) return give_up(enough.error(), log);
  config.tells_progress = config.tells_progress && !config.live && invocation.log.has_watcher();
  return run(config, *chosen, env, signals, log);
}

ExitCode send(Sending& sending, Files& files, Signals& signals, Log& log) {
  SendConfig& config = sending.config;
  for (const std::optional<FileInfo>& file : {stdout_file(), stderr_file()}) {
    if (file) config.redirected.push_back(*file);
  }
  if (sending.explain) return print(Answer{explanation(config, files)}, files, log);
  const Result<std::string> chosen = settle_checkpoint(config, files);
  if (!chosen) return give_up(chosen.error(), log);
  const World world(files);
  const Env env = world.env();
  config.options.naming.host = env.process.host;
  config.options.tells_progress = sending.log.has_watcher();
  config.options.naming.pipe_id = fmt::format("{:016x}{:016x}", env.new_id[0], env.new_id[1]);
  Control control;
  signals.attach(control);
  const Result<std::unique_ptr<SendRun>> run = SendRun::open(config, env, control, log);
  if (!run) {
    signals.detach();
    return give_up(run.error(), log);
  }
  if (!chosen->empty()) log.info("the checkpoint is " + *chosen);
  const Status outcome = (*run)->run();
  signals.detach();
  log.sum_up();
  return outcome ? ExitCode::Done : give_up(outcome.error(), log);
}

ExitCode wordstream_main(int argc, const char* const* argv) {
  // Before anything else opens a descriptor.
  const std::unique_ptr<Files> files = make_real_files();
  install_last_words();
  const Result<std::unique_ptr<Signals>> signals = Signals::take_over();
  if (!signals) {
    Log log;
    return give_up(signals.error(), log);
  }
  Result<Request> parsed = parse_command_line(argc, argv, *files);
  if (!parsed) {
    Log log;
    return give_up(parsed.error(), log);
  }
  if (const Answer* text = std::get_if<Answer>(&*parsed)) {
    Log log;
    return print(*text, *files, log);
  }
  if (const Inspect* wanted = std::get_if<Inspect>(&*parsed)) return inspect(*wanted, *files);
  Sending* const sending = std::get_if<Sending>(&*parsed);
  Invocation* const invocation = std::get_if<Invocation>(&*parsed);
  Log log(sending != nullptr ? sending->log : invocation->log);
  const std::string& warning = sending != nullptr ? sending->warning : invocation->warning;
  if (!warning.empty()) log.warning(warning);
  const ExitCode code = sending != nullptr ? send(*sending, *files, **signals, log)
                                           : invoke(*invocation, *files, **signals, log);
  if (code == ExitCode::Done) (*signals)->die_of_interrupt();
  return code;
}

}  // namespace
}  // namespace wordstream

int main(int argc, char** argv) {
  wordstream::hold_reopen_signal();
  return static_cast<int>(wordstream::wordstream_main(argc, argv));
}
