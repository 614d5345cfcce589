// What is told of senders that wait for answers, in words.
#pragma once

#include "app/log_page.h"
#include "model/producer_events.h"

namespace wordstream {

struct Log::ProducerRender : Log::PageRender {
  using Log::PageRender::operator();

  void operator()(const event::OpenToOthers& e) const;
  void operator()(const event::ProducerBegins& e) const;
  void operator()(const event::ProducerAnew& e) const;
  void operator()(const event::ProducerContested& e) const;
  void operator()(const event::GapRefused& e) const;
  void operator()(const event::BatchesMissing& e) const;
  void operator()(const event::BatchTaken& e) const;
  void operator()(const event::ProducerForgotten& e) const;
  void operator()(const event::LineWithoutKey& e) const;
  void operator()(const event::RelpRefused& e) const;
  void operator()(const event::RelpTotals& e) const;
};

}  // namespace wordstream
