// What is told of the page and of the progress of files, in words.
#pragma once

#include "app/log.h"
#include "model/events.h"

namespace wordstream {

struct Log::PageRender {
  Log& log;

  void operator()(const event::PageServed& e) const;
  void operator()(const event::PageOpenToOthers& e) const;
  void operator()(const event::ReadProgress& e) const;
  void operator()(const event::SinkTook& e) const { log.leave_screen(e.sink); }
  // What the page alone shows.
  void operator()(const event::BatchGivenOut& /*e*/) const {}
  void operator()(const event::RelpSoFar& /*e*/) const {}
};

}  // namespace wordstream
