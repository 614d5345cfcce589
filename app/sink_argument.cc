#include "app/sink_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>
#include <variant>

#include "base/units.h"
#include "words/order.h"

namespace wordstream {
namespace {

constexpr std::string_view kForms = "stdout, a PATH, file:PATH or sqlite:PATH";

auto wrong(std::string message) { return fail(ErrorCode::InvalidArgument, std::move(message)); }

/// "file" of "file:x"; empty where nothing that looks like a scheme comes first.
std::string_view scheme_of(std::string_view text) {
  const std::string_view scheme = text.substr(0, text.find(':'));
  if (scheme.size() == text.size() || scheme.empty()) return {};
  const bool is_scheme = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
  });
  return is_scheme ? scheme : std::string_view();
}

Result<std::string> path_behind(std::string_view scheme, std::string_view text) {
  const std::string_view path = scheme.empty() ? text : text.substr(scheme.size() + 1);
  if (path.empty()) return wrong("the path is missing");
  if (!scheme.empty() && path.starts_with("//")) {
    return wrong(fmt::format("{0}:// is no form of ours: write {0}:PATH", scheme));
  }
  return std::string(path);
}

Result<SinkTarget> parse_target(std::string_view text) {
  if (text == "stdout") return ToStdout{};
  if (text == "-") return wrong("write stdout, or file:- for a file of that name");
  const std::string_view scheme = scheme_of(text);
  if (!scheme.empty() && scheme != "file" && scheme != "sqlite") {
    return wrong(
        fmt::format("{}: is unknown: write {}; a file whose name has a colon in it is "
                    "file:PATH",
                    scheme, kForms));
  }
  Result<std::string> path = path_behind(scheme, text);
  if (!path) return fail(path);
  if (scheme == "sqlite") return ToSqlite{std::move(*path)};
  return ToFile{std::move(*path)};
}

std::optional<FormatKind> format_of_extension(const SinkTarget& target) {
  const ToFile* const file = std::get_if<ToFile>(&target);
  if (file == nullptr) return std::nullopt;
  if (file->path.ends_with(".tsv")) return FormatKind::Tsv;
  if (file->path.ends_with(".csv")) return FormatKind::Csv;
  if (file->path.ends_with(".json")) return FormatKind::Json;
  return std::nullopt;
}

/// Takes "format=tsv" or "top=3" in.
Status take_parameter(std::string_view parameter, TypedSink& sink) {
  const std::string_view name = parameter.substr(0, parameter.find('='));
  const std::string_view value = parameter.substr(std::min(name.size() + 1, parameter.size()));
  if (name == "top") {
    const Result<std::size_t> top = parse_row_count(value);
    if (!top) return wrong(fmt::format("top: {}", top.error().message));
    sink.top = *top;
    return {};
  }
  if (name != "format") {
    return wrong(
        fmt::format("'{}' is no parameter: write ?format=F&top=N; a name with a ? in it "
                    "needs another ? behind it",
                    parameter));
  }
  if (std::holds_alternative<ToSqlite>(sink.target)) {
    return wrong("a database has rows and no format: leave format out");
  }
  const Result<FormatKind> format = parse_format(value);
  if (!format) return wrong(fmt::format("format: {}", format.error().message));
  sink.format = *format;
  return {};
}

Status take_parameters(std::string_view text, TypedSink& sink) {
  while (!text.empty()) {
    const std::string_view parameter = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(parameter.size() + 1, text.size()));
    if (Status taken = take_parameter(parameter, sink); !taken) return taken;
  }
  return {};
}

Result<SinkChoice> choose_sink(const TypedSink& typed, std::optional<FormatKind> format,
                               std::optional<std::size_t> top) {
  const bool is_stdout = std::holds_alternative<ToStdout>(typed.target);
  const bool is_database = std::holds_alternative<ToSqlite>(typed.target);
  SinkChoice choice{typed.target, typed.format.value_or(format.value_or(FormatKind::Print)), 0};
  if (is_database) choice.format = FormatKind::Tsv;
  if (choice.format == FormatKind::Live && !is_stdout) {
    return wrong(
        fmt::format("--sink {}: live is a picture for a terminal: give this one "
                    "?format=print, python, tsv, csv or json",
                    typed.text));
  }
  const bool is_block = choice.format == FormatKind::Print || choice.format == FormatKind::Python;
  choice.top = typed.top.value_or(top.value_or(is_block ? 10 : kAllRows));
  return choice;
}

/// The path in a target; null where it has none.
struct PathOf {
  std::string* operator()(ToStdout& /*target*/) const { return nullptr; }
  std::string* operator()(ToFile& target) const { return &target.path; }
  std::string* operator()(ToSqlite& target) const { return &target.path; }
};

/// The path that is read; empty where it is none, or has no name.
std::string source_path(const SourceChoice& source, const Files& files) {
  const ReadFrom* const read = std::get_if<ReadFrom>(&source);
  const Follow* const follow = std::get_if<Follow>(&source);
  if (follow != nullptr) return files.absolute(follow->path);
  return read == nullptr || read->path == "-" ? "" : files.absolute(read->path);
}

std::optional<FileInfo> if_regular(const Result<FileInfo>& info) {
  const bool is_regular = info && info->kind == FileInfo::Kind::Regular;
  return is_regular ? std::optional(*info) : std::nullopt;
}

/// The regular file that is read, under whatever name, if it is there.
std::optional<FileInfo> source_file(const SourceChoice& source, Files& files) {
  if (std::string path = source_path(source, files); !path.empty()) {
    return if_regular(files.info(path));
  }
  if (!std::holds_alternative<ReadFrom>(source)) return std::nullopt;
  const Result<std::unique_ptr<File>> input = files.standard_input();
  return input ? if_regular((*input)->info()) : std::nullopt;
}

}  // namespace

Result<std::size_t> parse_row_count(std::string_view text) {
  if (text == "all") return kAllRows;
  const Result<std::uint64_t> count = parse_count(text);
  if (!count) return wrong(fmt::format("{}, nor all", count.error().message));
  return std::size_t{*count};
}

Result<FormatKind> parse_format(std::string_view text) {
  if (const std::optional<FormatKind> format = format_named(text)) return *format;
  return wrong(fmt::format("'{}' is none of print, python, tsv, csv, json, live", text));
}

Result<TypedSink> parse_sink(std::string_view text) {
  const std::size_t mark = text.rfind('?');
  Result<SinkTarget> target = parse_target(text.substr(0, mark));
  if (!target) return wrong(fmt::format("'{}': {}", text, target.error().message));
  TypedSink sink{std::string(text), std::move(*target), {}, {}};
  sink.format = format_of_extension(sink.target);
  if (mark == std::string_view::npos) return sink;
  const Status taken = take_parameters(text.substr(mark + 1), sink);
  if (!taken) return wrong(fmt::format("'{}': {}", text, taken.error().message));
  return sink;
}

Result<std::vector<SinkChoice>> choose_sinks(const std::vector<TypedSink>& typed,
                                             std::optional<FormatKind> format,
                                             std::optional<std::size_t> top) {
  const std::vector<TypedSink> fallback{TypedSink{"stdout", ToStdout{}, {}, {}}};
  std::vector<SinkChoice> choices;
  for (const TypedSink& sink : typed.empty() ? fallback : typed) {
    const Result<SinkChoice> choice = choose_sink(sink, format, top);
    if (!choice) return fail(choice);
    choices.push_back(*choice);
  }
  return choices;
}

Status settle_sinks(Config& config, Files& files) {
  const std::string source = source_path(config.source, files);
  const std::optional<FileInfo> read = source_file(config.source, files);
  std::vector<std::string> places;
  std::vector<FileInfo> written;
  for (SinkChoice& sink : config.sinks) {
    std::string* const path = std::visit(PathOf(), sink.target);
    if (path != nullptr) *path = files.absolute(*path);
    const std::string place = path != nullptr ? *path : "stdout";
    std::optional<FileInfo> there;
    if (path != nullptr) there = if_regular(files.info(*path));
    const auto is_there = [&](const FileInfo& it) { return there && is_same_file(*there, it); };
    if (place == source || (read && is_there(*read))) {
      return wrong(fmt::format("--sink: {} is the file that is read: name another one", place));
    }
    if (std::ranges::find(places, place) != places.end() ||
        std::ranges::any_of(written, is_there)) {
      return wrong(fmt::format("--sink: {} is named twice: leave one out", place));
    }
    places.push_back(place);
    if (there) written.push_back(*there);
  }
  return {};
}

}  // namespace wordstream
