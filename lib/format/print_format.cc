#include "format/print_format.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "env/clock.h"
#include "format/shown_rows.h"
#include "text/python_repr.h"
#include "text/visible.h"

namespace wordstream {
namespace {

constexpr std::string_view kRule = "-------------------------------------------\n";
static_assert(kRule.size() == 43 + 1);

void append_header(std::string& out, std::string_view time) {
  out.append(kRule).append("Time: ").append(time).append("\n").append(kRule);
}

/// Rows and what follows them; `append_row(row)` writes one without its line end.
template <class AppendRow>
void append_rows(std::string& out, const ShownRows& shown, AppendRow&& append_row) {
  for (const WordCount& row : shown.rows()) {
    append_row(row);
    out.push_back('\n');
  }
  if (shown.has_more()) out.append("...\n");
  out.push_back('\n');
}

void append_count(std::string& out, std::uint64_t count) {
  const fmt::format_int digits(count);
  out.append(digits.data(), digits.size());
}

std::string java_time(Label time) { return fmt::format("{} ms", time.time_since_epoch().count()); }

/// str(datetime): microseconds only where there are any.
std::string python_time(Label time) {
  const LocalTime local = to_local(time);
  const auto since_epoch = time.time_since_epoch();
  const Millis past_second = since_epoch - std::chrono::floor<std::chrono::seconds>(since_epoch);
  std::string text = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", local.year, local.month,
                                 local.day, local.hour, local.minute, local.second);
  if (past_second != Millis::zero()) {
    fmt::format_to(std::back_inserter(text), ".{:06}",
                   std::chrono::microseconds(past_second).count());
  }
  return text;
}

}  // namespace

void PrintFormat::append(const Emission& emission, std::string& out) {
  const ShownRows shown(*emission.counts, options_.top);
  append_header(out, java_time(emission.interval.end));
  append_rows(out, shown, [&](const WordCount& row) {
    out.push_back('(');
    if (options_.for_terminal) {
      append_visible(out, row.word);
    } else {
      out.append(row.word);
    }
    out.push_back(',');
    append_count(out, row.count);
    out.push_back(')');
  });
}

void PythonFormat::append(const Emission& emission, std::string& out) {
  const ShownRows shown(*emission.counts, options_.top);
  append_header(out, python_time(emission.interval.end));
  append_rows(out, shown, [&](const WordCount& row) {
    out.push_back('(');
    append_python_repr(out, row.word);
    out.append(", ");
    append_count(out, row.count);
    out.push_back(')');
  });
}

}  // namespace wordstream
