// What is told of lines that are sent on, in words.
#pragma once

#include "app/log_producers.h"
#include "model/sending_events.h"

namespace wordstream {

struct Log::SendingRender : Log::ProducerRender {
  using Log::ProducerRender::operator();

  void operator()(const event::SendsPlain& e) const;
  void operator()(const event::SendRefused& e) const;
  void operator()(const event::SentAgain& e) const;
  void operator()(const event::NotSentAgain& e) const;
  void operator()(const event::HasMore& e) const;
  void operator()(const event::SendsAnew& e) const;
  void operator()(const event::SendProgress& e) const;
  void operator()(const event::SendTotals& e) const;
};

}  // namespace wordstream
