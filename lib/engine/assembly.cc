#include "engine/assembly.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "sink/file_sink.h"
#include "sink/format.h"
#include "sink/live_sink.h"
#include "sink/sqlite_sink.h"
#include "sink/stream_sink.h"
#include "source/file_follower.h"
#include "source/stream_source.h"
#include "source/tcp_client.h"
#include "source/tcp_server.h"
#include "window/each_batch.h"
#include "window/running_totals.h"
#include "window/sliding_window.h"

namespace wordstream {
namespace {

/// Makes the source for each kind of choice.
struct SourceMaker {
  const Env& env;
  SourceContext context;

  std::unique_ptr<Source> operator()(const ConnectTo& choice) const {
    return std::make_unique<TcpClient>(choice.server, env.network, context);
  }
  std::unique_ptr<Source> operator()(const ListenOn& choice) const {
    return std::make_unique<TcpServer>(choice.address, env.network, context);
  }
  std::unique_ptr<Source> operator()(const ReadFrom& choice) const {
    return std::make_unique<StreamSource>(choice.path, env.files, context);
  }
  std::unique_ptr<Source> operator()(const Follow& choice) const {
    return std::make_unique<FileFollower>(choice.path, env.files, context);
  }
  std::unique_ptr<Source> operator()(const BroughtSource& choice) const {
    return choice.make(context);
  }
};

/// Makes the fold for each kind of choice.
struct FoldMaker {
  HashKey key;
  const std::vector<SinkChoice>& sinks;
  std::optional<Label> began;

  std::unique_ptr<Fold> operator()(PerBatch) const { return std::make_unique<EachBatch>(); }
  std::unique_ptr<Fold> operator()(const WindowShape& shape) const {
    return std::make_unique<SlidingWindow>(shape, key, began);
  }
  std::unique_ptr<Fold> operator()(const Totals& totals) const {
    RunningTotals::Rows rows;
    for (const SinkChoice& sink : sinks) (shows_all(sink.format) ? rows.all : rows.changed) = true;
    return std::make_unique<RunningTotals>(rows, totals.idle_after, key, began);
  }
};

Result<std::unique_ptr<Sink>> make_live_sink(std::size_t top, const Env& env) {
  Result<std::unique_ptr<Terminal>> terminal = env.files.standard_terminal();
  if (terminal) return std::make_unique<LiveSink>(std::move(*terminal), top);
  const Error& error = terminal.error();
  if (error.code != ErrorCode::InvalidArgument) return fail(terminal);
  return fail(error.code,
              fmt::format("--format live: {}; choose print, python, tsv, csv or json instead",
                          error.message));
}

/// Makes the sink for each kind of target.
struct SinkMaker {
  const Env& env;
  const SinkChoice& choice;
  bool is_total;
  const std::optional<SinkResume>& resume;
  const std::function<bool()>& is_given_up;
  Observer& observer;

  Result<std::unique_ptr<Sink>> operator()(const ToStdout& /*target*/) const {
    if (choice.format == FormatKind::Live) return make_live_sink(choice.top, env);
    Result<std::unique_ptr<Output>> output = env.files.standard_output();
    if (!output) return fail(output);
    FormatOptions now{choice.format, choice.top, (*output)->is_terminal()};
    FormatOptions before = resume ? resume->shown_before : now;
    if (before.kind == FormatKind::Live) before = now;
    before.for_terminal = now.for_terminal;
    return std::make_unique<StreamSink>(
        std::move(*output), make_changing_format(before, resume ? resume->last_batch : 0, now));
  }
  Result<std::unique_ptr<Sink>> operator()(const ToFile& target) const {
    return FileSink::open(env.storage, target.path, {choice.format, choice.top}, resume, observer);
  }
  Result<std::unique_ptr<Sink>> operator()(const ToSqlite& target) const {
    return SqliteSink::open(env.storage, target.path, {choice.top, is_total, is_given_up}, resume,
                            observer);
  }
};

}  // namespace

std::unique_ptr<Source> make_source(const Config& config, const Env& env, Poller& poller,
                                    Observer& observer) {
  const SourceContext context{poller,
                              observer,
                              {config.line_bytes_max, config.limits.partial_bytes_max},
                              config.until_eof,
                              config.wait};
  return std::visit(SourceMaker{env, context}, config.source);
}

std::unique_ptr<Fold> make_fold(const Config& config, const Env& env, std::optional<Label> began) {
  return std::visit(FoldMaker{env.hash_key, config.sinks, began}, config.fold);
}

Result<std::vector<std::unique_ptr<Sink>>> make_sinks(
    const Config& config, const Env& env, const std::vector<std::optional<SinkResume>>& resumes,
    const std::function<bool()>& is_given_up, Observer& observer) {
  const bool is_total = std::holds_alternative<Totals>(config.fold);
  const std::optional<SinkResume> nothing;
  std::vector<std::unique_ptr<Sink>> sinks;
  for (std::size_t i = 0; i < config.sinks.size(); ++i) {
    const SinkChoice& choice = config.sinks[i];
    const std::optional<SinkResume>& resume = resumes.empty() ? nothing : resumes[i];
    const SinkMaker maker{env, choice, is_total, resume, is_given_up, observer};
    Result<std::unique_ptr<Sink>> sink = std::visit(maker, choice.target);
    if (!sink) return fail(sink);
    sinks.push_back(std::move(*sink));
  }
  return sinks;
}

SinkKind kind_of(const SinkChoice& sink) {
  return std::holds_alternative<ToStdout>(sink.target) ? SinkKind::Stream : SinkKind::Transactional;
}

SourceKind kind_of(const SourceChoice& source, const Env& env) {
  if (const auto* const brought = std::get_if<BroughtSource>(&source)) return brought->kind;
  if (std::holds_alternative<Follow>(source)) return SourceKind::Replayable;
  const ReadFrom* const read = std::get_if<ReadFrom>(&source);
  if (read == nullptr) return SourceKind::Passing;
  Result<FileInfo> info = env.files.info(read->path);
  if (read->path == "-") {
    const Result<std::unique_ptr<File>> input = env.files.standard_input();
    if (!input) return SourceKind::Passing;
    info = (*input)->info();
  }
  // What is not there yet will be a file, when the run begins.
  const bool is_file = !info || info->kind == FileInfo::Kind::Regular;
  return is_file ? SourceKind::Replayable : SourceKind::Passing;
}

}  // namespace wordstream
