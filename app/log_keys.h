// What is told of lines that are looked through for keys, in words.
#pragma once

#include "app/log_sending.h"
#include "model/events.h"

namespace wordstream {

struct Log::KeyRender : Log::SendingRender {
  using Log::SendingRender::operator();

  void operator()(const event::LinesLookedAt& e) const;
  void operator()(const event::SlowExpressions& e) const;
  void operator()(const event::NothingSelected& e) const;
};

}  // namespace wordstream
