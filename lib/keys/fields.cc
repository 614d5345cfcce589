// Fields of a line, as awk and cut have them.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "keys/selector.h"
#include "text/utf8.h"

namespace wordstream {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

class FieldSelector final : public Selector {
 public:
  explicit FieldSelector(FieldChoice choice) : choice_(std::move(choice)) {
    joint_ = choice_.delimiter.empty() ? " " : choice_.delimiter;
    is_from_end_ = std::ranges::any_of(choice_.numbers, [](int number) { return number < 0; });
    last_ = is_from_end_ ? SIZE_MAX : static_cast<std::size_t>(std::ranges::max(choice_.numbers));
  }

  void select(std::string_view line, bool is_cut, Selected& selected) override {
    if (is_cut && is_from_end_) return;
    fields_.clear();
    choice_.delimiter.empty() ? part_at_blanks(line) : part_at_delimiters(line);
    const bool is_one = choice_.numbers.size() == 1;
    joined_.clear();
    for (const int& number : choice_.numbers) {
      const std::size_t from = static_cast<std::size_t>(number < 0 ? -number : number);
      if (from > fields_.size()) return;
      const std::string_view field = fields_[number < 0 ? fields_.size() - from : from - 1];
      if (is_one) return selected.add(field);
      if (&number != choice_.numbers.data()) joined_ += joint_;
      joined_ += field;
    }
    selected.add(joined_);
  }

 private:
  void part_at_blanks(std::string_view line) {
    const char* at = line.data();
    const char* const end = at + line.size();
    while (fields_.size() < last_) {
      while (at != end && is_blank(*at)) ++at;
      if (at == end) return;
      const char* const begin = at;
      while (at != end && !is_blank(*at)) ++at;
      fields_.emplace_back(begin, at);
    }
  }

  void part_at_delimiters(std::string_view line) {
    while (fields_.size() < last_) {
      const std::size_t end = line.find(choice_.delimiter);
      fields_.push_back(line.substr(0, end));
      if (end == line.npos) return;
      line.remove_prefix(end + choice_.delimiter.size());
    }
  }

  FieldChoice choice_;
  std::string joint_;
  bool is_from_end_;
  std::size_t last_;  // so many fields are looked for
  std::vector<std::string_view> fields_;
  std::string joined_;
};

}  // namespace

std::unique_ptr<Selector> make_field_selector(const FieldChoice& choice) {
  return std::make_unique<FieldSelector>(choice);
}

Result<std::vector<int>> parse_field_numbers(std::string_view text) {
  constexpr int kNumberMax = 1'000'000;
  std::vector<int> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  do {
    int number = 0;
    const auto [stop, error] = std::from_chars(at, end, number);
    const bool is_number = error == std::errc() && (stop == end || *stop == ',') &&
                           number >= -kNumberMax && number <= kNumberMax;
    if (!is_number) {
      return wrong(
          fmt::format("'{}' is no list of fields: take 1, or 1,3, or -1 for the last one", text));
    }
    if (number == 0) {
      return wrong(
          "fields begin at 1, and the last one is -1; for all of a line there is "
          "--split line");
    }
    numbers.push_back(number);
    at = stop == end ? end : stop + 1;
    if (stop != end && at == end) return wrong(fmt::format("'{}' ends with a comma", text));
  } while (at != end);
  return numbers;
}

Result<std::string> parse_delimiter(std::string_view text) {
  if (text == "\\t") return std::string("\t");
  if (text.empty()) return wrong("it is empty: take one character, or \\t");
  if (text == "\n" || text == "\r" || text == "\\n" || text == "\\r") {
    return wrong("a line ends there: no field does");
  }
  if (decode_char(text).length != text.size()) {
    return wrong(fmt::format("'{}' is more than one character", text));
  }
  return std::string(text);
}

}  // namespace wordstream
