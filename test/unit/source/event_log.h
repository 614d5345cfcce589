// Keeps what an observer is told.
#pragma once

#include <variant>
#include <vector>

#include "model/events.h"

namespace wordstream {

class EventLog : public Observer {
 public:
  void on(const Event& event) override { events_.push_back(event); }

  /// The events of one kind so far.
  template <class Kind>
  std::vector<Kind> told() const {
    std::vector<Kind> events;
    for (const Event& event : events_) {
      if (const Kind* const kind = std::get_if<Kind>(&event)) events.push_back(*kind);
    }
    return events;
  }

 private:
  std::vector<Event> events_;
};

}  // namespace wordstream
