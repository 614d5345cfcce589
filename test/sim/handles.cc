#include "sim/handles.h"

#include <utility>

#include "base/check.h"

namespace wordstream::sim {

// 0, 1 and 2 belong to the standard streams in every process.
constexpr int kFirstNumber = 3;

Handles::Entry::Entry(Handles& handles, ReadinessOf readiness)
    : handles_(handles), number_(kFirstNumber) {
  while (handles_.open_.contains(number_)) ++number_;
  handles_.open_.emplace(number_, Open{std::move(readiness)});
}

Handles::Entry::~Entry() {
  WS_CHECK(handles_.at(number_).watcher_count == 0, "closing what is no longer watched");
  handles_.open_.erase(number_);
}

std::optional<Readiness> Handles::readiness(int number) const { return at(number).readiness(); }

void Handles::hold(int number) {
  WS_CHECK(open_.contains(number), "watching what is open");
  ++open_.at(number).watcher_count;
}

void Handles::release(int number) {
  WS_CHECK(at(number).watcher_count > 0, "leaving off what is watched");
  --open_.at(number).watcher_count;
}

const Handles::Open& Handles::at(int number) const {
  const auto found = open_.find(number);
  WS_CHECK(found != open_.end(), "looking at what is open");
  return found->second;
}

}  // namespace wordstream::sim
