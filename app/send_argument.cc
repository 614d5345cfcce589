#include "app/send_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "app/source_argument.h"
#include "base/units.h"
#include "source/log_choice.h"
#include "source/log_source.h"
#include "source/stream_source.h"

namespace wordstream {
namespace {

/// So that a commit of the other side need not be waited for.
constexpr std::uint64_t kWindowOfFiles = 64 * 1024 * 1024;

/// Standard input, where somebody has given it something.
Result<ChosenSource> from_stdin(Files& files) {
  const Result<std::unique_ptr<File>> input = files.standard_input();
  const Result<FileInfo> info = input ? (*input)->info() : fail(input);
  const bool is_input =
      info && (info->kind == FileInfo::Kind::Pipe || info->kind == FileInfo::Kind::Socket ||
               info->kind == FileInfo::Kind::Regular);
  if (!is_input) return wrong("send: there is nothing to send: name a PATH, or pipe lines into it");
  return std::make_shared<const ReadFrom>("-");
}

Result<ChosenSource> choose(const Typed& typed, const std::vector<std::string>& paths,
                            Files& files) {
  Result<ChosenSource> source = paths.empty() ? from_stdin(files) : parse_sources(paths);
  if (!source) return source;
  if ((*source)->medium() != "file") {
    return wrong(fmt::format("send: {} is no file: send reads files and pipes, name a PATH or -",
                             (*source)->name(files)));
  }
  if (typed.config.from && !(*source)->has_ends()) {
    return wrong("--from: there is no file to begin with: name it as the PATH");
  }
  if (!typed.config.rotated.empty() && !(*source)->followed()) {
    return wrong("--rotated: there is no file that is rotated: name it as the PATH");
  }
  if (typed.config.poll && !typed.follow) {
    return wrong("--poll: there is no file that is followed: give --follow, too");
  }
  if (!typed.follow) return source;
  ChosenSource followed = (*source)->followed();
  if (followed == nullptr) {
    return wrong("--follow: there is no file to follow: name it as the PATH");
  }
  return followed;
}

}  // namespace

Result<Sending> to_sending(const Typed& typed, const std::vector<std::string>& paths,
                           Files& files) {
  if (!typed.to) return wrong("send: nobody is named to send to: give --to relp://HOST:PORT");
  Result<ChosenSource> source = choose(typed, paths, files);
  if (!source) return fail(source);
  Sending sending{.config = {.source = std::move(*source), .server = *typed.to},
                  .explain = typed.explain,
                  .log = typed.log};
  SendConfig& config = sending.config;
  config.options.naming.name = typed.name;
  const bool is_file = config.source->promise(files) == SourceClass::Replayable;
  config.options.window_bytes =
      typed.window_bytes.value_or(is_file ? kWindowOfFiles : config.options.window_bytes);
  config.has_offer = typed.key != "none";
  if (config.has_offer) config.options.key = typed.key.value_or("");
  config.options.has_one_path =
      paths.size() <= 1 && std::ranges::none_of(paths, looks_like_pattern);
  config.checkpoint = typed.checkpoint;
  config.wait = typed.config.wait;
  config.from = typed.config.from;
  config.poll = typed.config.poll;
  config.rotated = typed.config.rotated;
  config.line_bytes_max = typed.config.line_bytes_max;
  return sending;
}

std::string explanation(const SendConfig& config, Files& files) {
  const std::string server = name_of_server(config);
  const std::string source = config.source->name(files);
  std::string text;
  if (config.source->promise(files) == SourceClass::Replayable) {
    text += fmt::format(
        "{}: sent from {} until it is answered, over crashes of both sides: to a wordstream with "
        "--relp each line once, from the file to what its --mode promises; to another server of "
        "RELP at least once.\n",
        server, source);
  } else {
    text += fmt::format(
        "{}: sent from {} until it is answered, as long as this process lives: up to {} are kept "
        "for that (--window); a crash of it loses what was read and not answered.\n",
        server, source, size_to_text(config.options.window_bytes));
  }
  if (const std::string missed = config.source->may_miss(); !missed.empty()) {
    text += fmt::format("{}: not seen: {}.\n", source, missed);
  }
  return text + fmt::format(
                    "{}: nothing is asked of who listens there, and nothing is encrypted: where "
                    "that is not enough go through ssh or stunnel.\n",
                    server);
}

}  // namespace wordstream
