// wordstream: counts the words of a stream of lines, batch by batch.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string_view>
#include <variant>

#include "app/exit_code.h"
#include "app/flags.h"
#include "app/log.h"
#include "app/screen_guard.h"
#include "app/signals.h"
#include "base/check.h"
#include "engine/pipeline.h"
#include "env/entropy.h"
#include "env/env.h"
#include "env/terminal.h"

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

/// Standard input where it is a pipe or a file; else the server that every course starts with.
SourceChoice default_source(Files& files) {
  const Result<std::unique_ptr<File>> input = files.standard_input();
  if (input) {
    const Result<FileInfo> info = (*input)->info();
    if (info && (info->kind == FileInfo::Kind::Pipe || info->kind == FileInfo::Kind::Regular)) {
      return ReadFrom{"-"};
    }
  }
  return Config{}.source;
}

/// One run from its opening to its last word.
ExitCode run(Invocation& invocation, Files& files, Signals& signals, Log& log) {
  if (!invocation.has_source) invocation.config.source = default_source(files);
  const auto is_live = [](const SinkChoice& sink) { return sink.format == FormatKind::Live; };
  if (std::ranges::any_of(invocation.config.sinks, is_live)) {
    guard_screen();
    // Log lines would be drawn over, and draw over the picture.
    if (::isatty(STDERR_FILENO) == 1) log.hold_back();
  }
  const RealClock clock;
  const std::unique_ptr<Network> network = make_real_network();
  const std::unique_ptr<Storage> storage = make_real_storage();
  const Env env{clock, *network, files, *storage, make_real_poller, random_key()};
  const Result<std::unique_ptr<Pipeline>> pipeline = Pipeline::open(invocation.config, env, log);
  if (!pipeline) {
    log.release();
    log.error(pipeline.error().message);
    return exit_code_of(pipeline.error().code);
  }
  signals.attach((*pipeline)->control());
  const Status outcome = (*pipeline)->run();
  signals.detach();
  restore_terminal();
  log.release();
  log.sum_up();
  if (outcome) return ExitCode::Done;
  if (outcome.error().code != ErrorCode::Closed) log.error(outcome.error().message);
  return exit_code_of(outcome.error().code);
}

ExitCode answer(const Answer& answer, Files& files, Log& log) {
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
  if (status || status.error().code == ErrorCode::Closed) return ExitCode::Done;
  log.error(status.error().message);
  return exit_code_of(status.error().code);
}

ExitCode wordstream_main(int argc, const char* const* argv) {
  // Before anything else opens a descriptor.
  const std::unique_ptr<Files> files = make_real_files();
  install_last_words();
  Signals signals;
  Result<std::variant<Invocation, Answer>> parsed = parse_command_line(argc, argv);
  if (!parsed) {
    Log(Verbosity::Normal).error(parsed.error().message);
    return ExitCode::Usage;
  }
  if (const Answer* text = std::get_if<Answer>(&*parsed)) {
    Log log(Verbosity::Normal);
    return answer(*text, *files, log);
  }
  Invocation& invocation = std::get<Invocation>(*parsed);
  Log log(invocation.verbosity);
  const ExitCode code = run(invocation, *files, signals, log);
  if (code == ExitCode::Done) signals.die_of_interrupt();
  return code;
}

}  // namespace
}  // namespace wordstream

int main(int argc, char** argv) {
  return static_cast<int>(wordstream::wordstream_main(argc, argv));
}
