// What a regular expression matches in a line.
#include <algorithm>
#include <array>

#include "keys/expression.h"
#include "keys/selector.h"
#include "text/utf8.h"

namespace wordstream {
namespace {

class MatchSelector final : public Selector {
 public:
  MatchSelector(const MatchChoice& choice, std::size_t bytes_max)
      : expression_(compile_expression(choice.expression, bytes_max)),
        takes_all_(choice.takes_all),
        has_group_(expression_->NumberOfCapturingGroups() > 0) {}

  void select(std::string_view line, bool /*is_cut*/, Selected& selected) override {
    const re2::StringPiece text = to_piece(line);
    std::array<re2::StringPiece, 2> found;
    std::size_t from = 0;
    while (from <= line.size() && expression_->Match(text, from, line.size(), RE2::UNANCHORED,
                                                     found.data(), has_group_ ? 2 : 1)) {
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
  std::unique_ptr<RE2> expression_;
  bool takes_all_;
  bool has_group_;
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
