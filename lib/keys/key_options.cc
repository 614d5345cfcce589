#include "keys/key_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/whole_number.h"

namespace wordstream {
namespace {

Status set_split(KeyChoice& choice, std::string_view value) {
  const auto* const found = std::ranges::find(kSplitNames, value);
  if (found == kSplitNames.end()) return wrong(fmt::format("split: '{}' is no way to part", value));
  choice.split = static_cast<KeySplit>(found - kSplitNames.begin());
  return {};
}

Status set_min_length(KeyChoice& choice, std::string_view value) {
  const std::optional<std::uint64_t> count = whole_number(value);
  choice.characters_min = count.value_or(0);
  if (count) return {};
  return wrong(fmt::format("min-length: '{}' is no number of characters", value));
}

/// Hands an error on, or sets what is selected.
template <class T, class Make>
Status select(KeyChoice& choice, const Result<T>& parsed, Make&& make) {
  if (!parsed) return fail(parsed);
  choice.selector = make(*parsed);
  return {};
}

Status set(KeyChoice& choice, const KeyOption& option) {
  const auto& [name, value] = option;
  if (name == "split") return set_split(choice, value);
  if (name == "min-length") return set_min_length(choice, value);
  if (name == "match") choice.selector = MatchChoice{value};
  if (name == "match-all") choice.selector = MatchChoice{value, true};
  if (name == "grep") choice.grep = value;
  if (name == "skip") choice.skip = value;
  if (name == "lower") choice.lower = true;
  if (name == "field") {
    return select(choice, parse_field_numbers(value),
                  [](const std::vector<int>& numbers) { return FieldChoice{numbers}; });
  }
  if (name == "json") {
    return select(choice, parse_json_pointer(value),
                  [](const std::string& pointer) { return JsonChoice{pointer}; });
  }
  constexpr std::array<std::string_view, 7> kKnown{"match", "match-all",  "grep",     "skip",
                                                   "lower", "stop-words", "delimiter"};
  if (std::ranges::find(kKnown, name) != kKnown.end()) return {};
  return wrong(fmt::format("{} is no option of what is counted", name));
}

const std::string* find(std::span<const KeyOption> options, std::string_view name) {
  const auto found = std::ranges::find(options, name, &KeyOption::name);
  return found == options.end() ? nullptr : &found->value;
}

struct SelectorOptions {
  std::vector<KeyOption>& options;

  void operator()(const WholeLine&) const {}
  void operator()(const FieldChoice& field) const {
    options.push_back({"field", fmt::format("{}", fmt::join(field.numbers, ","))});
    if (field.delimiter.empty()) return;
    options.push_back({"delimiter", field.delimiter == "\t" ? "\\t" : field.delimiter});
  }
  void operator()(const MatchChoice& match) const {
    options.push_back({match.takes_all ? "match-all" : "match", match.expression});
  }
  void operator()(const JsonChoice& json) const { options.push_back({"json", json.pointer}); }
};

}  // namespace

std::vector<KeyOption> to_options(const KeyChoice& choice) {
  std::vector<KeyOption> options;
  options.push_back({"split", std::string(kSplitNames.at(static_cast<std::size_t>(choice.split)))});
  std::visit(SelectorOptions{options}, choice.selector);
  if (choice.lower) options.push_back({"lower"});
  if (!choice.grep.empty()) options.push_back({"grep", choice.grep});
  if (!choice.skip.empty()) options.push_back({"skip", choice.skip});
  if (choice.characters_min > 0) {
    options.push_back({"min-length", fmt::format("{}", choice.characters_min)});
  }
  return options;
}

Result<KeyChoice> parse_key_options(std::span<const KeyOption> options) {
  KeyChoice choice;
  for (const KeyOption& option : options) {
    if (Status is_set = set(choice, option); !is_set) return fail(is_set);
  }
  // What is selected is the key, unless it is to be parted.
  if (choice.has_selector() && find(options, "split") == nullptr) choice.split = KeySplit::Line;
  auto* const field = std::get_if<FieldChoice>(&choice.selector);
  if (const std::string* const delimiter = find(options, "delimiter")) {
    const Result<std::string> parsed = parse_delimiter(*delimiter);
    if (!parsed) return fail(parsed);
    if (field == nullptr) return wrong("delimiter: there are no fields that it parts");
    field->delimiter = *parsed;
  }
  if (const std::string* const text = find(options, "stop-words")) {
    choice.stop_words = parse_stop_words(*text, choice.lower);
  }
  if (Status are_right = check_keys(choice); !are_right) return fail(are_right);
  return choice;
}

}  // namespace wordstream
