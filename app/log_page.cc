#include "app/log_page.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/units.h"
#include "env/terminal.h"

namespace wordstream {

void Log::PageRender::operator()(const event::PageServed& e) const {
  log.info(e.address.starts_with("unix:")
               ? fmt::format("the page of this run is served at {}", e.address)
               : fmt::format("the page of this run is at http://{}/", e.address));
}

void Log::PageRender::operator()(const event::PageOpenToOthers& e) const {
  log.warning(
      fmt::format("anybody who reaches {} can read the words that are counted: nothing is asked of "
                  "who comes, and nothing is encrypted",
                  e.address));
}

namespace {

std::string time_in_words(std::uint64_t seconds) {
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

}  // namespace

// What matters most stands first, and what has no room is left out.
void Log::PageRender::operator()(const event::ReadProgress& e) const {
  if (e.is_over) return log.clear_progress();
  std::vector<std::string> parts;
  if (e.all_bytes && *e.all_bytes != 0) {
    parts.push_back(fmt::format("{} %", e.read_bytes * 100 / *e.all_bytes));
    if (e.bytes_per_second != 0) {
      const std::uint64_t left = (*e.all_bytes - e.read_bytes) / e.bytes_per_second;
      parts.push_back(fmt::format("{} left", time_in_words(left)));
    }
  }
  parts.push_back(rounded_size(e.bytes_per_second) + "/s");
  parts.push_back(
      e.all_bytes ? fmt::format("{} of {}", rounded_size(e.read_bytes), rounded_size(*e.all_bytes))
                  : rounded_size(e.read_bytes));
  const std::size_t columns = stderr_columns();
  std::string text;
  for (const std::string& part : parts) {
    const std::string more = text.empty() ? part : ", " + part;
    // In the last column some terminals begin a new line.
    if (text.size() + more.size() >= columns) break;
    text += more;
  }
  log.show_progress(text);
}

}  // namespace wordstream
