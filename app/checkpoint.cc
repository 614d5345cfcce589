#include "app/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>
#include <string_view>
#include <vector>

#include "base/checksum.h"
#include "journal/journal.h"
#include "sink/stream_sink.h"

namespace wordstream {
namespace {

/// Where programs keep what is to outlive them (the XDG base directory specification).
std::string state_directory() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return state;
  const char* const home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? fmt::format("{}/.local/state", home) : "";
}

/// The names of a source and its sinks, in whatever order these were named.
std::string names_of(const Config& config, const Files& files) {
  std::string all = config.source->name(files);
  std::set<std::string> sinks;
  for (const SinkChoice& sink : config.sinks) sinks.insert(sink.target->name(files));
  if (config.live) sinks.insert(ToStdout().name(files));  // as it was when it was a sink
  for (const std::string& sink : sinks) all += "," + sink;
  return all;
}

/// A name that a person recognizes, and that no others have.
std::string directory_name(const std::string& all) {
  std::string readable;
  for (const char c : all) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.';
    if (is_plain || !readable.ends_with('-')) readable += is_plain ? c : '-';
  }
  constexpr std::size_t kReadableMax = 80;
  return fmt::format("{}-{:08x}", readable.substr(0, kReadableMax), checksum(all));
}

/// Whoever writes to the journal but us damages it, and whoever reads it reads what he has caused.
Status check_apart(const Config& config, Files& files) {
  const std::vector<SourceFile> read = config.source->named_files(files);
  for (const std::string& own : files_of_checkpoint(*config.checkpoint)) {
    const Result<FileInfo> there = files.info(own);
    const auto is_it = [&](const FileInfo& file) { return there && is_same_file(*there, file); };
    const auto sink = std::ranges::find_if(config.sinks, [&](const SinkChoice& it) {
      const std::string path = it.target->path(files);
      if (path.empty()) return false;
      const Result<FileInfo> its = files.info(path);
      return path == own || (its && is_it(*its));
    });
    if (sink != config.sinks.end()) {
      return wrong(fmt::format("--sink: {} is a part of the checkpoint: name another file",
                               sink->target->name(files)));
    }
    if (std::ranges::any_of(config.redirected, is_it)) {
      return wrong(
          fmt::format("stdout or stderr goes to {}, a part of the checkpoint: send it "
                      "elsewhere",
                      own));
    }
    const bool is_read = std::ranges::any_of(read, [&](const SourceFile& file) {
      return file.path == own || (file.regular && is_it(*file.regular));
    });
    if (is_read) {
      return wrong(fmt::format("{} is a part of the checkpoint: read another file", own));
    }
  }
  return {};
}

}  // namespace

Result<std::string> settle_checkpoint(Config& config, Files& files) {
  if (config.checkpoint) {
    config.checkpoint = files.absolute(*config.checkpoint);
    if (const Status kept = check_apart(config, files); !kept) return fail(kept);
    return std::string();
  }
  if (config.mode == Mode::AtMostOnce) return std::string();
  if (!config.source->has_lasting_name(files)) {
    return wrong(
        fmt::format("--mode {}: a pipe has no name to find its checkpoint by: name one "
                    "with --checkpoint DIR",
                    to_text(config.mode)));
  }
  const std::string state = state_directory();
  if (state.empty()) {
    return wrong(
        fmt::format("--mode {}: neither XDG_STATE_HOME nor HOME names a directory for "
                    "its checkpoint: name one with --checkpoint DIR",
                    to_text(config.mode)));
  }
  config.checkpoint =
      fmt::format("{}/wordstream/{}", state, directory_name(names_of(config, files)));
  if (const Status kept = check_apart(config, files); !kept) return fail(kept);
  return *config.checkpoint;
}

Result<std::string> settle_checkpoint(SendConfig& config, Files& files) {
  const bool is_file = config.source->promise(files) == SourceClass::Replayable;
  if (!is_file || !config.source->has_lasting_name(files)) {
    if (!config.checkpoint || is_file) return std::string();
    return wrong("--checkpoint: a pipe has no place to be remembered: leave it out");
  }
  std::string chosen;
  if (config.checkpoint) {
    config.checkpoint = files.absolute(*config.checkpoint);
  } else {
    const std::string state = state_directory();
    if (state.empty()) {
      return wrong(
          "send: neither XDG_STATE_HOME nor HOME names a directory for its checkpoint: name one "
          "with --checkpoint DIR");
    }
    const std::string all = "send " + config.source->name(files) + "," + name_of_server(config);
    chosen = fmt::format("{}/wordstream/{}", state, directory_name(all));
    config.checkpoint = chosen;
  }
  Config read;
  read.source = config.source;
  read.sinks.clear();
  read.checkpoint = config.checkpoint;
  read.redirected = config.redirected;
  if (const Status apart = check_apart(read, files); !apart) return fail(apart);
  return chosen;
}

}  // namespace wordstream
