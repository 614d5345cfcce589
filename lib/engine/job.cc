#include "engine/job.h"

#include <fmt/format.h>

#include <string_view>
#include <variant>

#include "base/units.h"

namespace wordstream {
namespace {

struct SourceName {
  const Files& files;

  std::string operator()(const ConnectTo& choice) const {
    return "tcp://" + to_text(choice.server);
  }
  std::string operator()(const ListenOn& choice) const {
    return "tcp-listen://" + to_text(choice.address);
  }
  std::string operator()(const ReadFrom& choice) const {
    return choice.path == "-" ? "stdin" : "file:" + files.absolute(choice.path);
  }
  std::string operator()(const Follow& choice) const {
    return "file:" + files.absolute(choice.path);
  }
  std::string operator()(const BroughtSource& choice) const { return choice.name; }
};

struct SinkName {
  std::string operator()(const ToStdout& /*target*/) const { return "stdout"; }
  std::string operator()(const ToFile& target) const { return "file:" + target.path; }
  std::string operator()(const ToSqlite& target) const { return "sqlite:" + target.path; }
};

struct FoldText {
  std::string operator()(PerBatch) const { return ""; }
  std::string operator()(const WindowShape& shape) const {
    return fmt::format(" window={} slide={}", to_text(shape.length), to_text(shape.slide));
  }
  std::string operator()(const Totals& totals) const {
    return totals.idle_after ? fmt::format(" total idle-after={}", to_text(*totals.idle_after))
                             : " total";
  }
};

std::string_view name_of(SplitMode split) {
  switch (split) {
    case SplitMode::Space:
      return "space";
    case SplitMode::Python:
      return "python";
    case SplitMode::Whitespace:
      break;
  }
  return "whitespace";
}

}  // namespace

std::string source_name(const SourceChoice& source, const Files& files) {
  return std::visit(SourceName{files}, source);
}

std::string sink_name(const SinkChoice& sink) { return std::visit(SinkName(), sink.target); }

std::string job_fingerprint(const Config& config, const Files& files) {
  std::string source = source_name(config.source, files);
  if (source.starts_with("tcp")) source.resize(source.find(':'));
  return fmt::format("source={} batch={}{} split={}{} max-line={}", source, to_text(config.batch),
                     std::visit(FoldText(), config.fold), name_of(config.split),
                     config.lower ? " lower" : "", size_to_text(config.line_bytes_max));
}

}  // namespace wordstream
