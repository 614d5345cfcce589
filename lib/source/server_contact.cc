#include "source/server_contact.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"

namespace wordstream {
namespace {

constexpr Millis kRetryDelayMax{2000};
/// An address that neither takes nor refuses a connection for this long is given up.
constexpr Millis kConnectPatience{5000};

}  // namespace

ServerContact::ServerContact(Endpoint server, Network& network, Poller& poller, Observer& observer,
                             std::optional<Patience> patience, std::uint64_t token)
    : server_(std::move(server)),
      name_(to_text(server_)),
      network_(network),
      poller_(poller),
      observer_(observer),
      patience_(patience),
      token_(token) {}

ServerContact::~ServerContact() {
  if (resolution_) poller_.forget(*resolution_);
  close();
}

Result<Turn> ServerContact::seek(SteadyTime now) {
  if (is_connected_) return Turn::ended();
  if (patience_ && !has_connected_ && now >= patience_->until) {
    return fail(ErrorCode::Unavailable,
                fmt::format("nobody answered at {} within {}: {}; start the server first, or give "
                            "--wait more time",
                            name_, to_text(patience_->wait),
                            last_failure_.empty() ? "no answer" : last_failure_));
  }
  switch (state_) {
    case State::Resting:
      return rest(now);
    case State::Resolving:
      return resolve(now);
    case State::Connecting:
      break;
  }
  return connect(now);
}

Turn ServerContact::rest(SteadyTime now) {
  if (deadline_ && now < *deadline_) return idle(deadline_);
  deadline_.reset();
  resolution_ = network_.resolve(server_);
  poller_.watch(*resolution_, Interest::Read, token_);
  state_ = State::Resolving;
  return Turn::again();
}

Turn ServerContact::resolve(SteadyTime now) {
  const Result<std::optional<std::vector<Address>>> addresses = resolution_->addresses();
  if (addresses && !*addresses) return idle({});
  poller_.forget(*resolution_);
  resolution_.reset();
  if (!addresses) {
    rest_after_failure(now, addresses.error().message);
  } else {
    addresses_ = **addresses;
    address_index_ = 0;
    try_next_address(now, "the name has no address");
  }
  return Turn::again();
}

void ServerContact::try_next_address(SteadyTime now, const std::string& why) {
  last_failure_ = why;
  close();
  while (address_index_ < addresses_.size()) {
    Result<std::unique_ptr<Socket>> socket = network_.connect(addresses_[address_index_++]);
    if (socket) {
      socket_ = std::move(*socket);
      watched_ = Interest::Write;
      poller_.watch(*socket_, watched_, token_);
      deadline_ = now + kConnectPatience;
      state_ = State::Connecting;
      return;
    }
    last_failure_ = socket.error().message;
  }
  rest_after_failure(now, last_failure_);
}

Turn ServerContact::connect(SteadyTime now) {
  const Result<bool> connected = socket_->is_connected();
  if (!connected) {
    try_next_address(now, connected.error().message);
  } else if (*connected) {
    has_connected_ = is_connected_ = true;
    is_waiting_said_ = false;
    deadline_.reset();
    watch_for(Interest::Read);
    observer_.on(event::Connected{name_, server_.is_path() ? "" : socket_->peer()});
    return Turn::ended();
  } else if (now >= *deadline_) {
    try_next_address(now, "no answer");
  } else {
    return idle(deadline_);
  }
  return Turn::again();
}

void ServerContact::watch_for(Interest interest) {
  if (watched_ == interest) return;
  watched_ = interest;
  poller_.watch(*socket_, interest, token_);
}

void ServerContact::lose(SteadyTime now, bool is_awaited, const std::string& why) {
  close();
  observer_.on(event::Disconnected{name_, is_awaited});
  is_waiting_said_ = true;
  rest_after_failure(now, why);
}

void ServerContact::rest_after_failure(SteadyTime now, const std::string& why) {
  last_failure_ = why;
  if (!std::exchange(is_waiting_said_, true)) observer_.on(event::Waiting{name_, why});
  deadline_ = now + retry_delay_;
  retry_delay_ = std::min(retry_delay_ * 2, kRetryDelayMax);
  state_ = State::Resting;
}

void ServerContact::close() {
  is_connected_ = false;
  if (!socket_) return;
  poller_.forget(*socket_);
  socket_.reset();
}

Turn ServerContact::idle(std::optional<SteadyTime> wake_at) const {
  const bool may_give_up = patience_ && !has_connected_;
  return Turn::idle(may_give_up ? earlier(wake_at, patience_->until) : wake_at);
}

}  // namespace wordstream
