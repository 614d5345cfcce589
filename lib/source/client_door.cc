#include "source/client_door.h"

#include <fmt/format.h>

#include <utility>

#include "base/units.h"

namespace wordstream {
namespace {

/// How many are let in before those who are inside get their turn.
constexpr int kLetInCountMax = 64;
constexpr Millis kPause{100};

}  // namespace

ClientDoor::ClientDoor(Endpoint address, Network& network, const SourceContext& context)
    : address_(std::move(address)), network_(network), context_(context) {}

ClientDoor::~ClientDoor() {
  if (is_open_) context_.poller.forget(*listener_);
}

Status ClientDoor::open() {
  Result<std::unique_ptr<Listener>> listener = network_.listen(address_);
  if (!listener) return fail(listener);
  listener_ = std::move(*listener);
  inside_count_max_ = network_.connection_count_max();
  watch();
  context_.observer.on(event::Listening{listener_->address()});
  return {};
}

void ClientDoor::close() {
  is_closed_ = true;
  pause({});
}

void ClientDoor::let_in(SteadyTime now,
                        const std::function<void(std::unique_ptr<Socket>)>& welcome) {
  for (int i = 0; i < kLetInCountMax; ++i) {
    if (inside_count_ == inside_count_max_) {
      if (!std::exchange(has_told_full_, true)) {
        context_.observer.on(event::ClientsFull{inside_count_});
      }
      return pause({});
    }
    Result<std::unique_ptr<Socket>> socket = listener_->accept();
    if (!socket) {
      if (!std::exchange(has_failed_to_let_in_, true)) {
        context_.observer.on(event::AcceptFailed{socket.error().message});
      }
      return pause(now + kPause);
    }
    if (!*socket) return;
    has_failed_to_let_in_ = false;
    has_had_client_ = true;
    ++inside_count_;
    const std::string peer = (*socket)->peer();
    welcome(std::move(*socket));
    context_.observer.on(event::ClientJoined{peer, inside_count_});
  }
}

void ClientDoor::somebody_left() {
  --inside_count_;
  // A full server stays about full while others wait: telling it each time would flood the log.
  if (inside_count_ <= inside_count_max_ / 2) has_told_full_ = false;
  if (!is_open_ && !opens_at_ && !is_closed_) watch();
}

void ClientDoor::look(SteadyTime now) {
  if (opens_at_ && now >= *opens_at_) watch();
}

Result<std::optional<SteadyTime>> ClientDoor::wait_for_first(SteadyTime now) const {
  if (!context_.patience || has_had_client_) return std::optional<SteadyTime>();
  if (now < context_.patience->until) return std::optional(context_.patience->until);
  return fail(ErrorCode::Unavailable,
              fmt::format("nobody connected to {} within {}; start the sender first, or give "
                          "--wait more time",
                          listener_->address(), to_text(context_.patience->wait)));
}

void ClientDoor::watch() {
  context_.poller.watch(*listener_, Interest::Read, kToken);
  is_open_ = true;
  opens_at_.reset();
}

void ClientDoor::pause(std::optional<SteadyTime> until) {
  if (is_open_) context_.poller.forget(*listener_);
  is_open_ = false;
  opens_at_ = until;
}

}  // namespace wordstream
