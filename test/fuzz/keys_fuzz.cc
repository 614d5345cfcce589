// What is in anybody's lines, and in what a user writes to select something of them. Each selector
// against a plain oracle: fields against parting the line whole, JSON and its values against
// another parser of it, two expressions against going letter by letter; words of letters have
// letters at both ends; and whatever is selected, lines count alike one by one and all together.
//   input: which of the selectors (1 byte), what is selected (1 byte); then the lines
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fuzz/target.h"
#include "keys/key_counter.h"
#include "keys/letters.h"
#include "text/padding.h"
#include "text/utf8.h"
#include "words/splitter.h"

namespace wordstream {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

Counts counts_of(const KeyChoice& choice, std::string lines, LineTotals& totals) {
  lines.reserve(lines.size() + kTextPadding);
  WordTable table(HashKey{1, 2});
  totals += KeyCounter(choice).count(lines, {}, table);
  Counts counts;
  table.pack().for_each([&](const WordCount& row) { counts.emplace(row.word, row.count); });
  return counts;
}

std::vector<std::string> selected_of(const KeyChoice& choice, std::string_view line) {
  Selected selected;
  make_selector(choice)->select(line, false, selected);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < selected.size(); ++i) texts.emplace_back(selected[i]);
  return texts;
}

void check_field(const KeyChoice& choice, std::string_view line) {
  const auto& field = std::get<FieldChoice>(choice.selector);
  std::vector<std::string> fields;
  std::string_view rest = line;
  for (std::size_t end = 0; end != rest.npos; rest.remove_prefix(std::min(end + 1, rest.size()))) {
    end = field.delimiter.empty() ? rest.find_first_of(" \t\v\f") : rest.find(field.delimiter);
    const std::string_view text = rest.substr(0, end);
    if (!field.delimiter.empty() || !text.empty()) fields.emplace_back(text);
  }
  // Of several all are there, or nothing is.
  std::optional<std::string> joined;
  for (const int number : field.numbers) {
    const auto from = static_cast<std::size_t>(std::abs(number));
    if (from > fields.size()) {
      joined.reset();
      break;
    }
    joined = joined ? *joined + (field.delimiter.empty() ? " " : field.delimiter) : "";
    *joined += number > 0 ? fields[from - 1] : fields[fields.size() - from];
  }
  std::vector<std::string> expected;
  if (joined) expected.push_back(*joined);
  WS_CHECK(selected_of(choice, line) == expected, "taking a field");
}

/// How many names there are in all objects.
std::size_t name_count(const nlohmann::json& value) {
  std::size_t count = value.is_object() ? value.size() : 0;
  if (!value.is_structured()) return count;
  for (const nlohmann::json& each : value) count += name_count(each);
  return count;
}

/// The same of a text, equal names too.
std::size_t name_count_in(std::string_view line) {
  std::size_t count = 0;
  const auto note = [&](int, nlohmann::json::parse_event_t event, nlohmann::json&) {
    if (event == nlohmann::json::parse_event_t::key) ++count;
    return true;
  };
  WS_CHECK(!nlohmann::json::parse(line, note, false).is_discarded(), "counting names");
  return count;
}

/// The value that stands there by another parser, be it written otherwise.
void check_json_value(std::string_view pointer, std::string_view line,
                      const std::vector<std::string>& selected) {
  // A number that is too great is none.
  const nlohmann::json all = nlohmann::json::parse(line, nullptr, false);
  // Of equal names it takes the last.
  if (all.is_discarded() || name_count(all) != name_count_in(line)) return;
  const nlohmann::json::json_pointer at{std::string(pointer)};
  if (!all.contains(at)) {
    WS_CHECK(selected.empty(), "finding no value where none is");
    return;
  }
  const nlohmann::json& value = all.at(at);
  WS_CHECK(selected.size() == 1, "finding a value");
  const std::string& text = selected.front();
  if (value.is_string()) {
    WS_CHECK(text == value.get<std::string>(), "a string's text");
    return;
  }
  WS_CHECK(line.find(text) != line.npos, "taking a value as it stands there");
  WS_CHECK(!text.empty() && text.front() != ' ' && text.back() != ' ', "taking a value alone");
  WS_CHECK(nlohmann::json::parse(text, nullptr, false) == value, "taking a value");
}

/// Whoever takes a line for JSON takes it for the same, but for what is too deep.
void check_json(const KeyChoice& choice, std::string_view line) {
  constexpr std::ptrdiff_t kDepthKnown = 500;
  // Of surrogates it wants pairs.
  if (line.find("\\ud") != line.npos || line.find("\\uD") != line.npos) return;
  // It passes over a mark of the encoding, and takes a NUL for the end: neither is JSON.
  const bool is_lax = line.starts_with("\xEF\xBB\xBF") || line.find('\0') != line.npos;
  const bool is_one = !is_lax && nlohmann::json::accept(line);
  const bool is_deep = std::ranges::count(line, '[') + std::ranges::count(line, '{') > kDepthKnown;
  const std::vector<std::string> selected = selected_of(choice, line);
  WS_CHECK(is_one || selected.empty(), "taking a line for JSON");
  const std::string& pointer = std::get<JsonChoice>(choice.selector).pointer;
  if (pointer.empty()) {
    WS_CHECK(is_deep || is_one == !selected.empty(), "taking JSON for none");
  }
  if (is_one && !is_deep) check_json_value(pointer, line, selected);
}

bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }

/// The two expressions, letter by letter.
void check_match(const KeyChoice& choice, std::string_view line) {
  const auto& match = std::get<MatchChoice>(choice.selector);
  const bool has_group = match.expression != "a*";
  const auto run_from = [&](std::size_t at) {
    std::size_t end = at;
    while (end < line.size() && (has_group ? is_small_letter(line[end]) : line[end] == 'a')) ++end;
    return end - at;
  };
  std::vector<std::string> expected;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t length = run_from(at);
    std::size_t taken = length;
    std::size_t behind = at + length;
    if (has_group && length != 0) {
      // One character more, and else the last letter is that.
      const DecodedChar next =
          behind < line.size() ? decode_char(line.substr(behind)) : DecodedChar{0, 0, false};
      const bool is_more = next.is_valid && line[behind] != '\n';
      taken = is_more ? length : length - 1;
      behind += is_more ? next.length : 0;
    }
    if (taken != 0) expected.emplace_back(line.substr(at, taken));
    if (!match.takes_all && (taken != 0 || !has_group)) break;
    at = length == 0 ? at + 1 : behind;
  }
  WS_CHECK(selected_of(choice, line) == expected, "taking what matches");
}

void check_letters(std::string_view line) {
  std::vector<std::uint32_t> edges;
  find_letter_words(line, edges);
  WS_CHECK(edges.size() % 2 == 0, "ending each word");
  WS_CHECK(std::ranges::adjacent_find(edges, std::greater_equal<>()) == edges.end(),
           "words one behind the other");
  for (std::size_t i = 0; i < edges.size(); i += 2) {
    const std::string_view word = line.substr(edges[i], edges[i + 1] - edges[i]);
    const std::string_view joints = "'- _.,";
    WS_CHECK(joints.find(word.front()) == joints.npos && joints.find(word.back()) == joints.npos,
             "ending a word");
  }
}

KeyChoice choice_of(unsigned kind, unsigned what) {
  KeyChoice choice;
  choice.split = what % 2 == 0 ? KeySplit::Line : KeySplit::Letters;
  const int number = static_cast<int>(what / 2 % 5) - 2;
  switch (kind % 5) {
    case 0:
      choice.selector = FieldChoice{{number == 0 ? 3 : number}, ""};
      if (what % 3 == 0) choice.selector = FieldChoice{{2, number == 0 ? 1 : number, 1}, ""};
      break;
    case 1:
      choice.selector = FieldChoice{{number == 0 ? 3 : number}, ","};
      if (what % 3 == 0) choice.selector = FieldChoice{{-1, number == 0 ? 2 : number}, ","};
      break;
    case 2:
      choice.selector = JsonChoice{what % 3 == 0 ? "" : what % 3 == 1 ? "/a" : "/a/1/b"};
      break;
    case 3:
      choice.selector = MatchChoice{what % 3 == 0 ? "a*" : "([a-z]+).", what % 4 < 2};
      break;
    default:
      choice.grep = "a";
      choice.characters_min = what % 3;
  }
  return choice;
}

void run(std::string_view input) {
  if (input.size() < 2) return;
  const KeyChoice choice =
      choice_of(static_cast<unsigned char>(input[0]) % 5U, static_cast<unsigned char>(input[1]));
  std::string lines(input.substr(2));
  lines += '\n';
  Counts one_by_one;
  LineTotals all, each;
  for (std::string_view rest = lines; !rest.empty();) {
    const std::size_t length = line_length(rest);
    const std::size_t size = length + line_end_length(rest.substr(length));
    const std::string_view line = rest.substr(0, length);
    if (std::holds_alternative<FieldChoice>(choice.selector)) check_field(choice, line);
    if (std::holds_alternative<JsonChoice>(choice.selector)) check_json(choice, line);
    if (std::holds_alternative<MatchChoice>(choice.selector)) check_match(choice, line);
    check_letters(line);
    for (const auto& [key, count] : counts_of(choice, std::string(rest.substr(0, size)), each)) {
      one_by_one[key] += count;
    }
    rest.remove_prefix(size);
  }
  WS_CHECK(counts_of(choice, lines, all) == one_by_one, "counting lines alike");
  WS_CHECK(all.line_count == each.line_count && all.keyless_count == each.keyless_count &&
               all.left_out_count == each.left_out_count,
           "telling of lines alike");
}

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  return {"\0\1one  two\tthree \r\n four\r\r\n"s,
          "\1\3a,,b,c\n,\n"s,
          "\2\0{\"a\":[1,{\"b\":\"x\\u00e9\\n\"}],\"c\":-1.5e3}\n[true,null]\n"s,
          "\2\2{\"a\":[1,{\"b\":{\"c\":[]}}]}\n{\"a\":[]} \n"s,
          "\3\1abc aab b\xc3\xa9 \xff\n"s,
          "\3\0aab ab aaa\xc3\xa9 \xff\naa"s,
          "\3\3baab ab aaa\xc3\xa9 \xff\naa"s,
          "\2\1{\"a\":\"\\u00e9\\n\"} \n{\"a\": 1.50e3 ,\"b\":{}}\n{\"a\":null,\"a\":2}\n"s,
          "\4\2l'\xc3\xa9t\xc3\xa9 co-op -- a\n"s};
}

}  // namespace

const FuzzTarget kKeysFuzz{&run, &seeds};

}  // namespace wordstream
