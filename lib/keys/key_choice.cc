#include "keys/key_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/units.h"
#include "keys/expression.h"
#include "keys/selector.h"
#include "text/case_fold.h"

namespace wordstream {
namespace {

Status check_expression(std::string_view flag, const std::string& expression,
                        std::size_t bytes_max) {
  const std::unique_ptr<RE2> compiled = compile_expression(expression, bytes_max);
  if (compiled->ok()) return {};
  if (compiled->error_code() == RE2::ErrorPatternTooLarge) {
    return wrong(
        fmt::format("{}: '{}' takes more memory, compiled, than a thread has for it, {}: "
                    "repeat less in it, or give more --max-memory or fewer --threads",
                    flag, expression, rounded_size(bytes_max)));
  }
  return wrong(fmt::format("{}: '{}' is no regular expression of RE2: {}", flag, expression,
                           compiled->error()));
}

/// A text of which it is known where it ends, whatever is in it.
std::string with_size(std::string_view text) { return fmt::format("{}:{}", text.size(), text); }

struct SelectorText {
  std::string operator()(const WholeLine&) const { return ""; }
  std::string operator()(const FieldChoice& field) const {
    std::string text = fmt::format(" field={}", fmt::join(field.numbers, ","));
    return field.delimiter.empty() ? text : text + " delimiter=" + with_size(field.delimiter);
  }
  std::string operator()(const MatchChoice& match) const {
    return fmt::format(" {}={}", match.takes_all ? "match-all" : "match",
                       with_size(match.expression));
  }
  std::string operator()(const JsonChoice& json) const {
    return " json=" + with_size(json.pointer);
  }
};

}  // namespace

Status check_keys(const KeyChoice& choice) {
  if (const auto* const match = std::get_if<MatchChoice>(&choice.selector)) {
    const std::string_view flag = match->takes_all ? "--match-all" : "--match";
    if (match->expression.empty()) return wrong(fmt::format("{}: it is empty", flag));
    if (Status is_one = check_expression(flag, match->expression, choice.expression_bytes); !is_one)
      return is_one;
  }
  if (!choice.grep.empty()) {
    if (Status is_one = check_expression("--grep", choice.grep, choice.expression_bytes); !is_one)
      return is_one;
  }
  if (choice.skip.empty()) return {};
  return check_expression("--skip", choice.skip, choice.expression_bytes);
}

std::unique_ptr<Selector> make_selector(const KeyChoice& choice) {
  if (const auto* const field = std::get_if<FieldChoice>(&choice.selector))
    return make_field_selector(*field);
  if (const auto* const match = std::get_if<MatchChoice>(&choice.selector))
    return make_match_selector(*match, choice.expression_bytes);
  if (const auto* const json = std::get_if<JsonChoice>(&choice.selector))
    return make_json_selector(*json);
  return nullptr;
}

WordSet parse_stop_words(std::string_view text, bool lower) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  WordSet words;
  std::string room;
  while (!text.empty()) {
    const std::size_t length = std::min(line_length(text), text.size());
    const std::string_view line = text.substr(0, length);
    text.remove_prefix(std::min(length + line_end_length(text.substr(length)), text.size()));
    const bool is_blank = line.find_first_not_of(" \t\v\f") == line.npos;
    if (!is_blank) words.emplace(lower ? fold_case(line, room) : line);
  }
  return words;
}

std::string key_fingerprint(const KeyChoice& choice) {
  std::string text = fmt::format(" split={}{}", kSplitNames[static_cast<std::size_t>(choice.split)],
                                 choice.lower ? " lower" : "");
  text += std::visit(SelectorText(), choice.selector);
  if (!choice.grep.empty()) text += " grep=" + with_size(choice.grep);
  if (!choice.skip.empty()) text += " skip=" + with_size(choice.skip);
  if (!choice.stop_words_digest.empty()) text += " stop-words=" + choice.stop_words_digest;
  if (choice.characters_min > 0) text += fmt::format(" min-length={}", choice.characters_min);
  return text;
}

}  // namespace wordstream
