#include "view/live_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "format/shown_rows.h"
#include "text/visible.h"
#include "text/width.h"
#include "view/live_header.h"

namespace wordstream {
namespace {

/// A bar narrower than this tells nothing.
constexpr std::size_t kBarColumnsMin = 8;
constexpr std::size_t kWordColumnsMax = 40;
/// From here on the columns stay where they are for as long as the counts fit.
constexpr std::size_t kRoomyColumns = 40;
constexpr std::size_t kRoomyCountColumns = 7;
constexpr std::size_t kMarkColumns = 2;  // with the space behind it

/// Where the parts of a row stand: a mark, the word, its count, its bar. It follows from the width
/// of the screen and the largest count alone, so that nothing jumps about as words come and go.
struct Columns {
  std::size_t word, count, bar;

  Columns(std::size_t screen, std::size_t digits) {
    count = screen < kRoomyColumns ? digits : std::max(digits, kRoomyCountColumns);
    word = std::min(screen * 3 / 8, kWordColumnsMax);
    const std::size_t used = kMarkColumns + word + 1 + count + 2;
    bar = used + kBarColumnsMin <= screen ? screen - used : 0;
    if (bar != 0) return;
    const std::size_t fixed = kMarkColumns + 1 + count;
    word = screen > fixed ? screen - fixed : 0;
  }
};

struct Mark {
  std::string_view text;
  Look look;
};

/// How a count has changed. What was not there before is new.
Mark mark_of(std::uint64_t count, std::uint64_t before, bool is_utf8) {
  if (before == 0) return {"+", Look::Cyan};
  if (count > before) return {is_utf8 ? "↑" : "^", Look::Green};
  if (count < before) return {is_utf8 ? "↓" : "v", Look::Red};
  return {"=", Look::Dim};
}

/// `share` (0 to 1) of `columns`; something of it is always seen.
std::string bar_of(double share, std::size_t columns, bool is_utf8) {
  constexpr std::size_t kParts = 8;
  static constexpr std::string_view kBlocks[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto scaled = [&](std::size_t most) {
    const auto length = static_cast<std::size_t>(std::lround(share * static_cast<double>(most)));
    return std::clamp<std::size_t>(length, 1, most);
  };
  if (!is_utf8) return std::string(scaled(columns), '#');
  const std::size_t parts = scaled(columns * kParts);
  std::string bar;
  for (std::size_t i = 0; i < parts / kParts; ++i) bar += "█";
  return bar.append(kBlocks[parts % kParts]);
}

class Rows {
 public:
  Rows(const LiveState& state, const LiveOptions& options, std::size_t screen, std::size_t count)
      : state_(state),
        options_(options),
        shown_(*state.emission->counts, std::min(count, options.row_count_max)),
        most_(shown_.rows().empty() ? 1 : shown_.rows().front().count),
        screen_(screen),
        columns_(screen, fmt::formatted_size("{}", most_)) {
    if (state.counts_before) before_ = counts_of(shown_.rows(), *state.counts_before);
  }

  void append_to(std::vector<ScreenLine>& lines) const {
    for (std::size_t at = 0; at < shown_.rows().size(); ++at) lines.push_back(line(at));
  }

 private:
  ScreenLine line(std::size_t at) const {
    const WordCount& row = shown_.rows()[at];
    const bool is_utf8 = options_.traits.is_utf8;
    ScreenLine line(screen_, options_.traits.has_colours);
    if (!before_.empty()) {
      const Mark mark = mark_of(row.count, before_[at], is_utf8);
      line.add(mark.text, mark.look);
    }
    line.pad_to(kMarkColumns);
    std::string word;
    append_visible(word, row.word);
    line.add(cut_to_columns(word, columns_.word, ellipsis(options_.traits)));
    line.pad_to(kMarkColumns + columns_.word + 1);
    line.add(fmt::format("{:>{}}", row.count, columns_.count));
    if (columns_.bar == 0) return line;
    line.add("  ");
    const double share = static_cast<double>(row.count) / static_cast<double>(most_);
    line.add(bar_of(share, columns_.bar, is_utf8), Look::Cyan);
    return line;
  }

  const LiveState& state_;
  const LiveOptions& options_;
  ShownRows shown_;
  std::uint64_t most_;
  std::size_t screen_;
  Columns columns_;
  std::vector<std::uint64_t> before_;
};

/// How many lines the head may take: half of the screen, more only where that is next to nothing.
std::size_t head_lines_max(std::size_t lines) {
  constexpr std::size_t kFew = 3;
  return lines <= kFew ? std::max<std::size_t>(lines, 2) - 1 : lines / 2;
}

}  // namespace

std::vector<ScreenLine> draw(const LiveState& state, const LiveOptions& options, ScreenSize size) {
  std::vector<ScreenLine> lines = draw_header(state, options.traits, size.columns);
  const std::size_t head_max = head_lines_max(size.lines);
  const ScreenLine empty(size.columns, false);
  if (lines.size() > head_max) {
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(head_max), lines.end());
  } else if (lines.size() < head_max) {
    lines.push_back(empty);
  }
  if (!state.emission || lines.size() >= size.lines) return lines;
  Rows(state, options, size.columns, size.lines - lines.size()).append_to(lines);
  return lines;
}

}  // namespace wordstream
