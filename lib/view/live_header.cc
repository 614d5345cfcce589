#include "view/live_header.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string>

#include "base/units.h"
#include "env/clock.h"
#include "text/utf8.h"
#include "text/visible.h"
#include "text/width.h"
#include "view/live_picture.h"

namespace wordstream {
namespace {

constexpr std::string_view kGap = "   ";

/// A line of the screen holds characters alone.
std::string on_screen(std::string_view text) { return visible(replace_invalid(text)); }

std::string time_of(Label label, bool with_date, bool with_millis) {
  const LocalTime local = to_local(label);
  std::string text =
      with_date ? fmt::format("{:04}-{:02}-{:02} ", local.year, local.month, local.day) : "";
  text += fmt::format("{:02}:{:02}:{:02}", local.hour, local.minute, local.second);
  const auto since_epoch = label.time_since_epoch();
  const Millis millis = since_epoch - std::chrono::floor<std::chrono::seconds>(since_epoch);
  return with_millis ? text + fmt::format(".{:03}", millis.count()) : text;
}

bool is_whole_second(Label label) {
  return label.time_since_epoch() % std::chrono::seconds(1) == Millis::zero();
}

bool is_same_day(Label a, Label b) {
  const LocalTime one = to_local(a);
  const LocalTime other = to_local(b);
  return one.year == other.year && one.month == other.month && one.day == other.day;
}

/// Three digits that count, and a letter for what is left out.
std::string rate_of(std::uint64_t count, Millis span) {
  const double seconds = std::chrono::duration<double>(span).count();
  double rate = seconds > 0 ? static_cast<double>(count) / seconds : 0;
  std::string_view unit;
  for (const std::string_view next : {"k", "M", "G"}) {
    if (rate < 9999.5) break;
    rate /= 1000;
    unit = next;
  }
  const bool is_whole = rate >= 99.95 || rate == 0;
  return fmt::format("{:.{}f}{}", rate, is_whole ? 0 : 1, unit);
}

class Header {
 public:
  Header(const LiveState& state, const TerminalTraits& traits, std::size_t columns)
      : state_(state), traits_(traits), columns_(columns) {}

  std::vector<ScreenLine> lines() const {
    std::vector<ScreenLine> lines{interval(), place()};
    if (state_.emission) lines.push_back(rates());
    ScreenLine warned = warnings();
    if (warned.columns() != 0) lines.push_back(std::move(warned));
    return lines;
  }

 private:
  ScreenLine new_line() const { return {columns_, traits_.has_colours}; }

  /// The first of some ways to say a thing that fits; if none does, as much of the last as does.
  ScreenLine first_that_fits(std::initializer_list<std::string> ways, Look look) const {
    ScreenLine line = new_line();
    for (const std::string& way : ways) {
      if (line.add(way, look)) return line;
    }
    line.add(cut_to_columns(*(ways.end() - 1), columns_, ellipsis(traits_)), look);
    return line;
  }

  /// Those of `parts` that fit, one behind the other.
  void add_parts(ScreenLine& line, std::initializer_list<std::string> parts, Look look) const {
    for (const std::string& part : parts) {
      const std::string_view gap = line.columns() == 0 ? "" : kGap;
      if (!part.empty()) line.add(std::string(gap) + part, look);
    }
  }

  ScreenLine interval() const {
    if (!state_.emission) return first_that_fits({"nothing counted yet"}, Look::Bold);
    const Interval& shown = state_.emission->interval;
    const Label start = shown.start;
    const Label end = shown.end;
    const bool with_date = !is_same_day(start, end);
    const bool with_millis = !is_whole_second(start) || !is_whole_second(end);
    const std::string_view dash = traits_.is_utf8 ? "–" : "-";
    const std::string last = time_of(end, with_date, with_millis);
    ScreenLine line = first_that_fits(
        {fmt::format("{} {} {}", time_of(start, with_date, with_millis), dash, last),
         fmt::format("{} {}", dash, last), time_of(end, false, with_millis)},
        Look::Bold);
    add_parts(line, {to_text(end - start), shown.is_partial ? "partial" : ""}, Look::Plain);
    return line;
  }

  ScreenLine place() const {
    const SourceInWords place = source_in_words(state_.status);
    return first_that_fits({on_screen(place.text)}, place.is_waiting ? Look::Yellow : Look::Plain);
  }

  ScreenLine rates() const {
    const Emission& emission = *state_.emission;
    ScreenLine line = new_line();
    add_parts(line,
              {rate_of(emission.new_line_count, state_.span) + " lines/s",
               rate_of(emission.new_word_count, state_.span) + " words/s",
               fmt::format("{} distinct", emission.counts->size())},
              Look::Plain);
    return line;
  }

  ScreenLine warnings() const {
    const RunStatus& status = state_.status;
    const auto loss = [](std::uint64_t count, std::string_view noun, std::string_view fate) {
      return count == 0 ? std::string() : fmt::format("{} {}", counted(count, noun), fate);
    };
    ScreenLine line = new_line();
    add_parts(line,
              {loss(status.dropped_line_count, "line", "dropped"),
               loss(status.cut_line_count, "line", "cut"),
               loss(status.skipped_tick_count, "tick", "skipped"),
               loss(status.truncation_count, "truncation", "seen")},
              Look::Yellow);
    return line;
  }

  const LiveState& state_;
  const TerminalTraits& traits_;
  std::size_t columns_;
};

}  // namespace

std::string_view ellipsis(const TerminalTraits& traits) { return traits.is_utf8 ? "…" : "..."; }

std::vector<ScreenLine> draw_header(const LiveState& state, const TerminalTraits& traits,
                                    std::size_t columns) {
  return Header(state, traits, columns).lines();
}

}  // namespace wordstream
