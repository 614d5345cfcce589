#include "model/positions.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "text/utf8.h"
#include "text/visible.h"

namespace wordstream {

std::string title_of(const Stream& stream) {
  if (!stream.title.empty()) return stream.title;
  std::string digits;
  for (const char c : stream.name) {
    fmt::format_to(std::back_inserter(digits), "{:02X}", static_cast<unsigned char>(c));
  }
  return digits;
}

const Position* Positions::find(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found != by_name_.end() && found->second ? &*found->second : nullptr;
}

void Positions::set(Position position) {
  std::optional<Position>& known = by_name_[position.stream->name];
  known = std::move(position);
}

void Positions::merge(const Positions& later) {
  for (const auto& [name, position] : later.by_name_) by_name_[name] = position;
}

void Positions::apply(const Positions& change) {
  for (const auto& [name, position] : change.by_name_) {
    if (position) {
      by_name_[name] = position;
    } else {
      by_name_.erase(name);
    }
  }
}

std::string to_text(const Positions& positions) {
  std::string text;
  for (const auto& [name, position] : positions.by_name()) {
    if (!position) continue;
    const std::string title = replace_invalid(visible(title_of(*position->stream)));
    fmt::format_to(std::back_inserter(text), "{}\t{}\n", position->offset, title);
  }
  return text;
}

}  // namespace wordstream
