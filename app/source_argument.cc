#include "app/source_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/kinds.h"
#include "source/log_choice.h"
#include "source/log_source.h"
#include "source/stream_source.h"
#include "text/secrets.h"

namespace wordstream {
namespace {

/// The kind with this scheme; null where there is none.
const SourceKind* find_kind(std::string_view scheme) {
  const auto kinds = source_kinds();
  const auto found = std::ranges::find(kinds, scheme, &SourceKind::scheme);
  return found == kinds.end() ? nullptr : &*found;
}

/// "tcp://HOST:PORT, tcp-listen://[ADDR:]PORT, a PATH or -".
std::string all_forms() {
  std::vector<std::string_view> forms;
  for (const SourceKind& kind : source_kinds()) {
    forms.push_back(kind.scheme == "file" ? "a PATH" : kind.form);
  }
  return alternatives(forms);
}

}  // namespace

Result<ChosenSource> parse_source(std::string_view text) {
  const std::string shown = without_secrets(text);
  if (const std::size_t end = text.find(':'); end != std::string_view::npos) {
    const SourceKind* const kind = find_kind(text.substr(0, end));
    if (kind != nullptr && kind->takes_path()) {
      Result<ChosenSource> source = kind->parse(text.substr(end + 1));
      if (!source) return wrong(fmt::format("SOURCE {}: {}", shown, source.error().message));
      return source;
    }
  }
  if (const std::size_t end = text.find("://"); end != std::string_view::npos) {
    const std::string_view scheme = text.substr(0, end);
    const bool is_path = scheme.empty() || scheme == "file";
    const SourceKind* const kind = is_path ? nullptr : find_kind(scheme);
    if (kind == nullptr) {
      return wrong(
          fmt::format("SOURCE {}: {}:// is unknown: write {}", shown, scheme, all_forms()));
    }
    Result<ChosenSource> source = parse_without_secrets(
        text, shown, [&](std::string_view uri) { return kind->parse(uri.substr(end + 3)); });
    if (!source) return wrong(fmt::format("SOURCE {}: {}", shown, source.error().message));
    return source;
  }
  if (text == "-") return find_kind("")->parse(text);
  const std::string_view path = text.starts_with("file:") ? text.substr(5) : text;
  // "file:-" is a file of that name; only "-" itself is standard input.
  Result<ChosenSource> source = find_kind("file")->parse(path == "-" ? "./-" : path);
  if (!source) return wrong(fmt::format("SOURCE: {}", source.error().message));
  return source;
}

Result<ChosenSource> parse_sources(const std::vector<std::string>& sources) {
  std::vector<std::string> names;
  for (const std::string& source : sources) {
    Result<ChosenSource> parsed = parse_source(source);
    if (!parsed) return parsed;
    const auto file = std::dynamic_pointer_cast<const ReadFrom>(*parsed);
    const bool is_file = file && !file->is_stdin();
    if (sources.size() == 1 && !(is_file && looks_like_pattern(file->path()))) return parsed;
    if (!is_file) {
      const std::string& other = &source == &sources[0] ? sources[1] : sources[0];
      return wrong(fmt::format(
          "two sources are named, '{}' and '{}': leave one out, only files can be several", source,
          other));
    }
    if (source == "inspect") {
      return wrong(fmt::format(
          "two sources are named, '{}' and '{}': to look into a checkpoint, inspect comes first",
          sources[0], sources[1]));
    }
    if (std::ranges::find(names, file->path()) != names.end()) {
      return wrong(fmt::format("'{}' is named twice: leave one out", source));
    }
    names.push_back(file->path());
  }
  return std::make_shared<const ReadLogs>(std::move(names), false);
}

}  // namespace wordstream
