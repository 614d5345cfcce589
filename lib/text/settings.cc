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

#include "text/utf8.h"
#include "text/visible.h"

namespace wordstream {
namespace {

/// toml++ 3.3 does anything at all with many a character that is not ASCII and stands in no text,
/// so it is given others in their place, which are nobody's.
constexpr char32_t kFirst = 0x80, kLast = 0xFFFF, kPrivate = 0xF0080;

/// `text` with its characters from `first` on, as many as there are of those, moved to `to` on.
std::string moved(std::string_view text, char32_t first, char32_t to) {
  std::string out;
  while (!text.empty()) {
    const DecodedChar decoded = decode_char(text);
    const std::string_view bytes = text.substr(0, decoded.length);
    const bool is_moved =
        decoded.is_valid && decoded.code >= first && decoded.code - first <= kLast - kFirst;
    if (is_moved) {
      append_utf8(out, decoded.code - first + to);
    } else {
      out += bytes;
    }
    text.remove_prefix(decoded.length);
  }
  return out;
}

/// Nothing where it cannot be typed.
std::optional<std::string> typed_value(const toml::node& node) {
  if (const auto* const text = node.as_string()) return moved(text->get(), kPrivate, kFirst);
  if (const auto* const number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* const truth = node.as_boolean()) return truth->get() ? "true" : "false";
  return std::nullopt;
}

tl::unexpected<Error> wrong_at(std::uint32_t line, std::string_view what) {
  return fail(ErrorCode::InvalidArgument, fmt::format("line {}: {}", line, what));
}

}  // namespace

Result<std::vector<Setting>> parse_settings(std::string_view toml) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (toml.starts_with(kMark)) toml.remove_prefix(kMark.size());
  const toml::parse_result parsed = toml::parse(moved(toml, kFirst, kPrivate));
  if (!parsed) {
    return wrong_at(parsed.error().source().begin.line,
                    fmt::format("no TOML: {}; a text stands in quotes",
                                visible(moved(parsed.error().description(), kPrivate, kFirst))));
  }
  std::vector<Setting> settings;
  for (const auto& [key, node] : parsed.table()) {
    Setting setting{moved(key.str(), kPrivate, kFirst), {}, key.source().begin.line};
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
