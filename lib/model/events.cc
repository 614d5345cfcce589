#include "model/events.h"

namespace wordstream {

Event::Event(const Event& other) = default;
Event& Event::operator=(const Event& other) = default;
Event::~Event() = default;

}  // namespace wordstream
