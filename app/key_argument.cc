#include "app/key_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "app/read_text.h"
#include "base/digest.h"

namespace wordstream {
namespace {

/// More words than that are no stop words.
constexpr std::size_t kStopWordsBytesMax = 16 * 1024 * 1024;

Result<SelectorChoice> choose_selector(const TypedKeys& typed) {
  std::vector<std::string_view> named;
  SelectorChoice choice;
  if (typed.field) {
    named.push_back("--field");
    choice = FieldChoice{*typed.field, typed.delimiter.value_or("")};
  }
  if (typed.match) {
    named.push_back("--match");
    choice = MatchChoice{*typed.match};
  }
  if (typed.match_all) {
    named.push_back("--match-all");
    choice = MatchChoice{*typed.match_all, true};
  }
  if (typed.json) {
    named.push_back("--json");
    choice = JsonChoice{*typed.json};
  }
  if (named.size() > 1) {
    return wrong(fmt::format("{} and {} both say what of a line is counted: leave one out",
                             named[0], named[1]));
  }
  if (typed.delimiter && !typed.field) {
    return wrong("--delimiter: there are no fields that it parts: say which with --field");
  }
  return choice;
}

}  // namespace

Result<KeyChoice> choose_keys(const TypedKeys& typed, bool is_python, std::size_t thread_count,
                              std::uint64_t memory_bytes_max, Files& files) {
  Result<SelectorChoice> selector = choose_selector(typed);
  if (!selector) return fail(selector);
  KeyChoice choice;
  choice.selector = std::move(*selector);
  choice.split = is_python ? KeySplit::Python : KeySplit::Space;
  // What is selected is the key, unless it is to be parted.
  if (choice.has_selector()) choice.split = KeySplit::Line;
  choice.split = typed.split.value_or(choice.split);
  choice.lower = typed.lower;
  choice.grep = typed.grep.value_or("");
  choice.skip = typed.skip.value_or("");
  choice.characters_min = typed.characters_min;
  if (typed.stop_words) {
    const Result<std::string> text = read_text(*typed.stop_words, kStopWordsBytesMax, files);
    if (!text) return fail(text.error().code, "--stop-words: " + text.error().message);
    choice.stop_words_path = *typed.stop_words;
    choice.stop_words = parse_stop_words(*text, typed.lower);
    choice.stop_words_digest = fmt::format("{:02x}", fmt::join(digest(*text).bytes, ""));
  }
  const std::size_t expression_count = std::max<std::size_t>(choice.expression_count(), 1);
  choice.expression_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(
                                kExpressionBytes, memory_bytes_max / 4 / expression_count)) /
                            thread_count;
  if (Status are_right = check_keys(choice); !are_right) return fail(are_right);
  return choice;
}

}  // namespace wordstream
