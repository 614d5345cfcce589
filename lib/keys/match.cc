// What a regular expression matches in a line.
#include <algorithm>
#include <array>

#include "keys/expression.h"
#include "keys/selector.h"
#include "text/utf8.h"

namespace wordstream {
namespace {

/// With what each match begins; nothing where that is not known.
std::string literal_prefix(const RE2& expression) {
  constexpr int kBytesMax = 16;
  // What such a one lets through depends on what stands before.
  const bool has_boundary = expression.pattern().find("\\b") != std::string::npos ||
                            expression.pattern().find("\\B") != std::string::npos;
  std::string first, last;
  if (has_boundary || !expression.PossibleMatchRange(&first, &last, kBytesMax)) return {};
  const auto differs = std::ranges::mismatch(first, last).in1;
  return {first.begin(), differs};
}

class MatchSelector final : public Selector {
  using Found = std::array<re2::StringPiece, 2>;  // the match, and its first group

 public:
  MatchSelector(const MatchChoice& choice, std::size_t bytes_max)
      : expression_(compile_expression(choice.expression, bytes_max)),
        takes_all_(choice.takes_all),
        has_group_(expression_->NumberOfCapturingGroups() > 0),
        prefix_(literal_prefix(*expression_)) {}

  void select(std::string_view line, bool /*is_cut*/, Selected& selected) override {
    Found found;
    std::size_t from = 0;
    while (from <= line.size() && find(line, from, found)) {
      const re2::StringPiece& taken = found[has_group_ ? 1 : 0];
      if (!taken.empty()) selected.add({taken.data(), taken.size()});
      if (!takes_all_) return;
      const auto end = static_cast<std::size_t>(found[0].data() + found[0].size() - line.data());
      // An empty match is none, and the next one begins behind the character there.
      const bool must_step = found[0].empty() && end < line.size();
      from = must_step ? end + decode_char(line.substr(end)).length : std::max(end, from);
      if (found[0].empty() && !must_step) return;
    }
  }

 private:
  /// Where it is known how a match begins, the first few places where one may are tried before all
  /// others: what can match in one way alone is found so in one pass, and not in three.
  bool find(std::string_view line, std::size_t from, Found& found) const {
    // More would take the square of the line's length, of a line that is made for it.
    constexpr int kPlacesTried = 4;
    const re2::StringPiece text = to_piece(line);
    const int count = has_group_ ? 2 : 1;
    for (int left = prefix_.empty() ? 0 : kPlacesTried; left > 0; --left) {
      from = line.find(prefix_, from);
      if (from == line.npos) return false;
      if (expression_->Match(text, from, line.size(), RE2::ANCHOR_START, found.data(), count)) {
        return true;
      }
      ++from;
    }
    return expression_->Match(text, from, line.size(), RE2::UNANCHORED, found.data(), count);
  }

  std::unique_ptr<RE2> expression_;
  bool takes_all_;
  bool has_group_;
  std::string prefix_;
};

}  // namespace

std::unique_ptr<RE2> compile_expression(const std::string& expression, std::size_t bytes_max) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(static_cast<std::int64_t>(bytes_max));
  return std::make_unique<RE2>(to_piece(expression), options);
}

std::unique_ptr<Selector> make_match_selector(const MatchChoice& choice, std::size_t bytes_max) {
  return std::make_unique<MatchSelector>(choice, bytes_max);
}

}  // namespace wordstream
