#include "app/sink_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include "base/units.h"
#include "engine/kinds.h"
#include "env/standard_streams.h"
#include "sink/kafka_target.h"
#include "sink/stream_sink.h"
#include "source/kafka_choice.h"
#include "text/secrets.h"
#include "words/order.h"

namespace wordstream {
namespace {

/// "file" of "file:x"; empty where nothing that looks like a scheme comes first.
std::string_view scheme_of(std::string_view text) {
  const std::string_view scheme = text.substr(0, text.find(':'));
  if (scheme.size() == text.size() || scheme.empty()) return {};
  const bool is_scheme = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
  });
  return is_scheme ? scheme : std::string_view();
}

/// "stdout, a PATH, file:PATH or sqlite:PATH".
std::string all_forms() {
  std::vector<std::string_view> forms;
  for (const SinkKind& kind : sink_kinds()) {
    if (kind.scheme == "file") forms.emplace_back("a PATH");
    forms.push_back(kind.form);
  }
  return alternatives(forms);
}

Result<ParsedTarget> parse_target(std::string_view text) {
  const auto kinds = sink_kinds();
  // A word that needs no scheme is the kind's name alone.
  const auto word = std::ranges::find(kinds, text.substr(0, text.find('?')), &SinkKind::form);
  if (word != kinds.end() && word->scheme.empty()) {
    return word->parse(text.substr(word->form.size()));
  }
  if (text.substr(0, text.rfind('?')) == "-")
    return wrong("write stdout, or file:- for a file of that name");
  const std::string_view scheme = scheme_of(text);
  const auto kind = std::ranges::find_if(kinds, [&](const SinkKind& it) {
    return it.scheme == (scheme.empty() ? "file" : scheme) ||
           (!scheme.empty() && it.also == scheme);
  });
  if (kind == kinds.end()) {
    return wrong(
        fmt::format("{}: is unknown: write {}; a file whose name has a colon in it is "
                    "file:PATH",
                    scheme, all_forms()));
  }
  if (scheme.empty()) return kind->parse(text);
  text.remove_prefix(scheme.size() + 1);
  if (text.starts_with("//") && kind->form.ends_with(":PATH")) {
    return wrong(fmt::format("{0}:// is no form of ours: write {0}:PATH", scheme));
  }
  return kind->parse(text);
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
  if (!sink.target->has_format()) {
    return wrong("a database has rows and no format: leave format out");
  }
  const Result<Display> display = parse_display(value);
  if (!display) return wrong(fmt::format("format: {}", display.error().message));
  sink.display = *display;
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

/// All of a sink but how it is shown.
Result<TypedSink> parse_typed(std::string_view text) {
  const Result<ParsedTarget> parsed = parse_target(text);
  if (!parsed) return fail(parsed);
  TypedSink sink{"", parsed->target, {}, {}};
  if (parsed->format) sink.display = *parsed->format;
  if (const Status taken = take_parameters(parsed->parameters, sink); !taken) return fail(taken);
  return sink;
}

tl::unexpected<Error> named_twice(std::string_view place) {
  return wrong(fmt::format("--sink: {} is named twice: leave one out", place));
}

/// Adds a picture of the run to `outputs`.
Status add_picture(const TypedSink& typed, std::size_t top, Outputs& outputs) {
  // It is for a terminal, and a stream alone may be one.
  if (typed.target->promise() != SinkClass::Stream) {
    return wrong(
        fmt::format("--sink {}: live is a picture for a terminal: give this one "
                    "?format=print, python, tsv, csv or json",
                    typed.text));
  }
  if (outputs.live) return named_twice("stdout");
  outputs.live = LiveChoice{top};
  return {};
}

Status add_output(const TypedSink& typed, const Display& display, std::optional<std::size_t> top,
                  Outputs& outputs) {
  const bool has_format = typed.target->has_format();
  const FormatKind* const format = has_format ? std::get_if<FormatKind>(&display) : nullptr;
  if (has_format && format == nullptr) {
    return add_picture(typed, top.value_or(kAllRows), outputs);
  }
  const bool is_block =
      format != nullptr && (*format == FormatKind::Print || *format == FormatKind::Python);
  outputs.sinks.push_back({typed.target, format != nullptr ? std::optional(*format) : std::nullopt,
                           top.value_or(is_block ? 10 : kAllRows)});
  return {};
}

/// Counts in the topic that is read would be counted again, without an end.
Status check_topics(const Config& config) {
  const auto* const source = dynamic_cast<const ReadTopic*>(config.source.get());
  if (source == nullptr) return {};
  for (const SinkChoice& sink : config.sinks) {
    const auto* const target = dynamic_cast<const ToTopic*>(sink.target.get());
    if (target != nullptr && target->address().may_be(source->address())) {
      return wrong(fmt::format("--sink: {} is the topic that is read: name another one",
                               target->address().topic));
    }
  }
  return {};
}

std::optional<FileInfo> if_regular(const Result<FileInfo>& info) {
  const bool is_regular = info && info->kind == FileInfo::Kind::Regular;
  return is_regular ? std::optional(*info) : std::nullopt;
}

/// A stream of the process that goes to a file.
struct Redirected {
  std::string_view name;
  FileInfo file;
};

/// Those that something is written to. Stdout gets nothing unless it is a sink or has the picture.
std::vector<Redirected> streams_of(const Config& config, const Files& files) {
  const auto is_stdout = [&](const SinkChoice& sink) {
    return sink.target->name(files) == ToStdout().name(files);
  };
  std::vector<Redirected> streams;
  if (config.live || std::ranges::any_of(config.sinks, is_stdout)) {
    if (const std::optional<FileInfo> out = stdout_file()) streams.push_back({"stdout", *out});
  }
  if (const std::optional<FileInfo> err = stderr_file()) streams.push_back({"stderr", *err});
  return streams;
}

}  // namespace

Result<std::size_t> parse_row_count(std::string_view text) {
  if (text == "all") return kAllRows;
  const Result<std::uint64_t> count = parse_count(text);
  if (!count) return wrong(fmt::format("{}, nor all", count.error().message));
  return std::size_t{*count};
}

Result<Display> parse_display(std::string_view text) {
  if (text == "live") return Picture{};
  if (const std::optional<FormatKind> format = format_named(text)) return *format;
  return wrong(fmt::format("'{}' is none of print, python, tsv, csv, json, live", text));
}

Result<TypedSink> parse_sink(std::string_view text) {
  const std::string shown = without_secrets(text);
  Result<TypedSink> sink = parse_without_secrets(text, shown, parse_typed);
  if (!sink) return fail(sink.error().code, fmt::format("'{}': {}", shown, sink.error().message));
  sink->text = shown;
  return sink;
}

Result<Outputs> choose_outputs(const std::vector<TypedSink>& typed, std::optional<Display> display,
                               std::optional<std::size_t> top) {
  const std::vector<TypedSink> fallback{
      TypedSink{"stdout", std::make_shared<const ToStdout>(), {}, {}}};
  const Display common = display.value_or(FormatKind::Print);
  Outputs outputs;
  for (const TypedSink& sink : typed.empty() ? fallback : typed) {
    const Status added =
        add_output(sink, sink.display.value_or(common), sink.top ? sink.top : top, outputs);
    if (!added) return fail(added);
  }
  return outputs;
}

Status check_places(const Config& config, Files& files) {
  const std::vector<SourceFile> read = config.source->named_files(files);
  const auto is_read = [&](const FileInfo& it) {
    return std::ranges::any_of(read, [&](const SourceFile& file) {
      return file.regular && is_same_file(it, *file.regular);
    });
  };
  const std::vector<Redirected> streams = streams_of(config, files);
  const auto looped = std::ranges::find_if(streams, is_read, &Redirected::file);
  if (looped != streams.end()) {
    return wrong(
        fmt::format("{0} is the file that is read, so that all that goes there would be read "
                    "again: send {0} elsewhere",
                    looped->name));
  }
  if (Status fed = check_topics(config); !fed) return fed;
  std::vector<std::string> places;
  if (config.live) places.push_back(ToStdout().name(files));
  std::vector<FileInfo> written;
  for (const SinkChoice& sink : config.sinks) {
    const std::string path = sink.target->path(files);
    const std::string place = path.empty() ? sink.target->name(files) : path;
    std::optional<FileInfo> there;
    if (!path.empty()) there = if_regular(files.info(path));
    const auto is_there = [&](const FileInfo& it) { return there && is_same_file(*there, it); };
    if (std::ranges::find(read, place, &SourceFile::path) != read.end() ||
        (there && is_read(*there))) {
      return wrong(fmt::format("--sink: {} is the file that is read: name another one", place));
    }
    std::vector<std::string> its_places = files_of(*sink.target, files);
    if (its_places.empty()) its_places = {place};
    const bool is_taken = std::ranges::any_of(its_places, [&](const std::string& it) {
      return std::ranges::find(places, it) != places.end();
    });
    if (is_taken || std::ranges::any_of(written, is_there)) {
      return named_twice(place);
    }
    const auto stream = std::ranges::find_if(streams, is_there, &Redirected::file);
    if (stream != streams.end()) {
      return wrong(fmt::format("--sink: {0} is the file that {1} goes to: send {1} elsewhere",
                               place, stream->name));
    }
    std::ranges::move(its_places, std::back_inserter(places));
    if (there) written.push_back(*there);
  }
  return {};
}

std::string sinks_help() {
  std::string text;
  for (const SinkKind& kind : sink_kinds()) {
    text += text.empty() ? "" : ", ";
    if (kind.scheme == "file") text += "PATH or ";
    text += kind.form;
    if (!kind.help.empty()) text += fmt::format(" {}", kind.help);
  }
  return text;
}

}  // namespace wordstream
