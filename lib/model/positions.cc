#include "model/positions.h"

#include <utility>

namespace wordstream {

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

}  // namespace wordstream
