#include "app/source_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/kinds.h"
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
    Result<ChosenSource> source = kind->parse(text.substr(end + 3));
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

}  // namespace wordstream
