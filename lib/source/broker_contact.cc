#include "source/broker_contact.h"

#include <fmt/format.h>

#include "base/units.h"

namespace wordstream {
namespace {

constexpr Millis kRefusedPatience{60'000};

}  // namespace

void BrokerContact::reached() {
  if (unreadable_since_) return;
  refused_since_.reset();
  const bool is_news = !std::exchange(has_connected_, true) || is_away_;
  is_away_ = false;
  if (is_news) observer_.on(event::Connected{name_, ""});
}

void BrokerContact::away(const std::string& why) {
  last_failure_ = why;
  if (!std::exchange(is_away_, true)) observer_.on(event::Waiting{name_, why});
}

Status BrokerContact::refused(const std::string& why, SteadyTime now) {
  if (!refused_since_) refused_since_ = now;
  if (!has_connected_ || now - *refused_since_ >= kRefusedPatience) {
    return not_permitted(why);
  }
  away(why);
  return {};
}

/// This is told once: it is over when something is read.
Status BrokerContact::unreadable(const std::string& why, SteadyTime now) {
  if (!has_read_) return not_permitted(why);
  if (!unreadable_since_) unreadable_since_ = now;
  away(why);
  return {};
}

Status BrokerContact::not_permitted(const std::string& why) const {
  return fail(ErrorCode::NotPermitted,
              fmt::format("{}: {}; what it takes to be let in stands in the file that "
                          "--kafka-config names",
                          name_, why));
}

Status BrokerContact::check_patience(SteadyTime now) const {
  if (unreadable_since_ && now - *unreadable_since_ >= kRefusedPatience) {
    return not_permitted(last_failure_);
  }
  if (has_connected_ || !patience_ || now < patience_->until) return {};
  return fail(ErrorCode::Unavailable,
              fmt::format("nobody answered at {} within {}: {}; start the broker first, or give "
                          "--wait more time",
                          name_, to_text(patience_->wait),
                          last_failure_.empty() ? "no answer" : last_failure_));
}

std::optional<SteadyTime> BrokerContact::wake_at() const {
  if (unreadable_since_) return *unreadable_since_ + kRefusedPatience;
  return patience_ && !has_connected_ ? std::optional(patience_->until) : std::nullopt;
}

}  // namespace wordstream
