#include "keys/key_counter.h"

#include <algorithm>
#include <utility>

#include "keys/letters.h"
#include "text/case_fold.h"
#include "text/padding.h"
#include "text/utf8.h"
#include "words/count_words.h"

namespace wordstream {
namespace {

/// So much is selected before it is counted: it stays in the nearer cache.
constexpr std::size_t kSelectedBytes = 128 * 1024;

/// Calls `visit` for each line, without its end.
template <class Visit>
void for_each_line(std::string_view lines, Visit&& visit) {
  while (!lines.empty()) {
    const std::size_t lf = std::min(lines.find('\n'), lines.size());
    std::string_view rest = lines.substr(0, lf);
    lines.remove_prefix(std::min(lf + 1, lines.size()));
    // Each CR ends a line, the last one with the LF behind it.
    for (std::size_t cr = rest.find('\r'); cr != rest.npos; cr = rest.find('\r')) {
      if (cr + 1 == rest.size()) {
        rest.remove_suffix(1);
        break;
      }
      visit(rest.substr(0, cr));
      rest.remove_prefix(cr + 1);
    }
    visit(rest);
  }
}

SplitMode mode_of(KeySplit split) {
  if (split == KeySplit::Python) return SplitMode::Python;
  return split == KeySplit::Whitespace ? SplitMode::Whitespace : SplitMode::Space;
}

bool is_for_splitter(KeySplit split) {
  return split != KeySplit::Letters && split != KeySplit::Line;
}

}  // namespace

KeyCounter::KeyCounter(const KeyChoice& choice)
    : choice_(choice),
      selector_(make_selector(choice)),
      has_limits_(!choice.stop_words.empty() || choice.characters_min > 0),
      is_plain_(!selector_ && !has_limits_ && choice.grep.empty() && choice.skip.empty() &&
                is_for_splitter(choice.split)) {
  if (!choice.grep.empty()) grep_ = compile_expression(choice.grep, choice.expression_bytes);
  if (!choice.skip.empty()) skip_ = compile_expression(choice.skip, choice.expression_bytes);
}

LineTotals KeyCounter::count(std::string_view lines, const CutLines& cut, WordTable& table) {
  LineTotals totals;
  if (is_plain_) {
    if (choice_.lower) lines = fold_case(lines, folded_);
    totals.line_count = count_words(lines, mode_of(choice_.split), table);
    if (choice_.counts_wordless) {
      for_each_line(lines,
                    [&](std::string_view line) { totals.wordless_count += !has_word(line); });
    }
    return totals;
  }
  for_each_line(lines, [&](std::string_view line) {
    const auto end = static_cast<std::size_t>(line.data() + line.size() - lines.data());
    // One that was cut ends with LF alone.
    take(line, std::ranges::binary_search(cut.ends, cut.begin + end + 1), totals);
    if (selected_.byte_count() >= kSelectedBytes) count_selected(totals, table);
  });
  count_selected(totals, table);
  return totals;
}

void KeyCounter::take(std::string_view line, bool is_cut, LineTotals& totals) {
  ++totals.line_count;
  if (!is_looked_at(line)) {
    ++totals.left_out_count;
    return;
  }
  if (!selector_) return selected_.add(line);
  const std::size_t before = selected_.size();
  selector_->select(line, is_cut, selected_);
  if (selected_.size() == before) ++totals.keyless_count;
}

bool KeyCounter::is_looked_at(std::string_view line) const {
  const re2::StringPiece text = to_piece(line);
  return (!grep_ || RE2::PartialMatch(text, *grep_)) &&
         (!skip_ || !RE2::PartialMatch(text, *skip_));
}

/// What was selected goes the way of any text: parted, folded, counted.
void KeyCounter::count_selected(LineTotals& totals, WordTable& table) {
  const bool is_parted = choice_.split != KeySplit::Line;
  if (choice_.counts_wordless && is_parted) {
    for (std::size_t i = 0; i < selected_.size(); ++i) {
      totals.wordless_count += !has_word(selected_[i]);
    }
  }
  if (choice_.lower && !is_parted) {
    // Folded keys may be longer, and each ends where it ended.
    folded_keys_.clear();
    for (std::size_t i = 0; i < selected_.size(); ++i) {
      folded_keys_.add(fold_case(selected_[i], folded_));
    }
    std::swap(selected_, folded_keys_);
  }
  std::string_view text = selected_.text();
  if (choice_.lower && is_parted) text = fold_case(text, folded_);
  if (is_for_splitter(choice_.split)) {
    count_words_of(text, table);
  } else {
    edges_.clear();
    is_parted ? find_letter_words(text, edges_) : edges_.swap(selected_.edges());
    add_keys(text, table);
  }
  selected_.clear();
}

/// Before any is left out.
bool KeyCounter::has_word(std::string_view line) {
  switch (choice_.split) {
    case KeySplit::Space:
      return line.empty() || line.find_first_not_of(' ') != line.npos;
    case KeySplit::Whitespace:
      return line.find_first_not_of(" \t\v\f") != line.npos;
    case KeySplit::Letters:
      edges_.clear();
      find_letter_words(line, edges_);
      return !edges_.empty();
    case KeySplit::Python:  // an empty line has an empty one
    case KeySplit::Line:
      break;
  }
  return true;
}

void KeyCounter::count_words_of(std::string_view lines, WordTable& table) {
  if (!has_limits_) {
    count_words(lines, mode_of(choice_.split), table);
    return;
  }
  Splitter splitter(lines, mode_of(choice_.split));
  while (splitter.next()) {
    edges_.assign(splitter.edges().begin(), splitter.edges().end());
    add_keys(lines, table);
  }
  const std::uint64_t empty_count = splitter.empty_count();
  if (empty_count != 0 && may_count("")) table.add("", empty_count);
}

/// Those at the edges that are to count. Empty ones are counted by themselves.
void KeyCounter::add_keys(std::string_view text, WordTable& table) {
  std::uint64_t empty_count = 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < edges_.size(); i += 2) {
    const std::string_view key = text.substr(edges_[i], edges_[i + 1] - edges_[i]);
    if (has_limits_ && !may_count(key)) continue;
    if (key.empty()) {
      ++empty_count;
      continue;
    }
    edges_[kept] = edges_[i];
    edges_[kept + 1] = edges_[i + 1];
    kept += 2;
  }
  table.add_words(text, std::span(edges_).first(kept));
  if (empty_count != 0) table.add("", empty_count);
}

bool KeyCounter::may_count(std::string_view key) const {
  if (choice_.stop_words.contains(key)) return false;
  if (key.size() >= 4 * choice_.characters_min) return true;  // a character has 4 bytes at most
  std::size_t count = 0;
  while (!key.empty() && count < choice_.characters_min) {
    key.remove_prefix(decode_char(key).length);
    ++count;
  }
  return count >= choice_.characters_min;
}

}  // namespace wordstream
