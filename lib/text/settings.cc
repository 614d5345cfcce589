#include "text/settings.h"

#include <fmt/format.h>

#define TOML_HEADER_ONLY 1  // Debian's library is shared alone
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
// It asserts what "a = [[}" breaks, and refuses that rightly where nothing is asserted.
#define TOML_ASSERT(expression) static_assert(true)
#include <toml++/toml.h>

#include <algorithm>
#include <optional>

#include "text/visible.h"

namespace wordstream {
namespace {

/// Nothing where it cannot be typed.
std::optional<std::string> typed_value(const toml::node& node) {
  if (const auto* const text = node.as_string()) return text->get();
  if (const auto* const number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* const truth = node.as_boolean()) return truth->get() ? "true" : "false";
  return std::nullopt;
}

tl::unexpected<Error> wrong_at(std::uint32_t line, std::string_view what) {
  return fail(ErrorCode::InvalidArgument, fmt::format("line {}: {}", line, what));
}

/// Behind the text in quotes that begins at `at`, or behind what there is of it.
std::size_t end_of_text(std::string_view toml, std::size_t at) {
  const char quote = toml[at];
  const bool is_long = toml.substr(at, 3) == std::string(3, quote);
  const std::string_view end = toml.substr(at, is_long ? 3 : 1);
  for (at += end.size(); at < toml.size() && !toml.substr(at).starts_with(end); ++at) {
    if (toml[at] == '\n' && !is_long) break;
    if (toml[at] == '\\' && quote == '"') ++at;
  }
  return std::min(at + end.size(), toml.size());
}

/// The line in which a quote stands where no text may begin, or something that is not ASCII in no
/// text and in no comment; 0: none does. It is no TOML, and toml++ 3.3 does anything with some.
std::uint32_t stray_line(std::string_view toml) {
  constexpr std::string_view kBeforeText = "\n=[{,.";
  char before = '\n';
  for (std::size_t at = 0; at < toml.size();) {
    const char c = toml[at];
    const bool is_quote = c == '"' || c == '\'';
    const bool is_stray = is_quote ? kBeforeText.find(before) == kBeforeText.npos
                                   : static_cast<unsigned char>(c) >= 0x80;
    if (is_stray)
      return static_cast<std::uint32_t>(1 + std::ranges::count(toml.substr(0, at), '\n'));
    if (c != ' ' && c != '\t' && c != '#') before = c;
    if (c == '#') {
      at = std::min(toml.find('\n', at), toml.size());
    } else {
      at = is_quote ? end_of_text(toml, at) : at + 1;
    }
  }
  return 0;
}

}  // namespace

Result<std::vector<Setting>> parse_settings(std::string_view toml) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (toml.starts_with(kMark)) toml.remove_prefix(kMark.size());
  if (const std::uint32_t line = stray_line(toml); line != 0) {
    return wrong_at(line, "no TOML: a text stands in quotes, and they around the whole of it");
  }
  const toml::parse_result parsed = toml::parse(toml);
  if (!parsed) {
    return wrong_at(
        parsed.error().source().begin.line,
        fmt::format("no TOML: {}; a text stands in quotes", visible(parsed.error().description())));
  }
  std::vector<Setting> settings;
  for (const auto& [key, node] : parsed.table()) {
    Setting setting{std::string(key.str()), {}, key.source().begin.line};
    const auto add = [&](const toml::node& value) {
      std::optional<std::string> typed = typed_value(value);
      if (typed) setting.values.push_back(std::move(*typed));
      return typed.has_value();
    };
    const auto* const list = node.as_array();
    const bool is_right = list == nullptr ? add(node) : std::ranges::all_of(*list, add);
    if (!is_right) {
      return wrong_at(setting.line,
                      fmt::format("{} is none of \"text\", a whole number, true, false, and a list "
                                  "of these in [ ]",
                                  setting.name));
    }
    settings.push_back(std::move(setting));
  }
  std::ranges::stable_sort(settings, {}, &Setting::line);
  return settings;
}

std::string as_toml(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace wordstream
