#include "source/tcp_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/units.h"

namespace wordstream {
namespace {

constexpr Millis kRetryDelayMin{100};
constexpr Millis kRetryDelayMax{2000};
/// An address that neither takes nor refuses a connection for this long is given up.
constexpr Millis kConnectPatience{5000};
constexpr std::size_t kServerReadBytesMax = 1024 * 1024;

}  // namespace

Result<ChosenSource> ConnectTo::parse(std::string_view text) {
  Result<Endpoint> server = parse_endpoint(text);
  if (!server) return fail(server);
  return std::make_shared<const ConnectTo>(std::move(*server));
}

Result<ChosenSource> ConnectTo::parse_path(std::string_view text) {
  Result<Endpoint> server = parse_socket_path(text);
  if (!server) return fail(server);
  return std::make_shared<const ConnectTo>(std::move(*server));
}

std::string ConnectTo::name(const Files& files) const {
  if (!server_.is_path()) return "tcp://" + to_text(server_);
  return "unix:" + (server_.path.front() == '@' ? server_.path : files.absolute(server_.path));
}
bool ConnectTo::has_lasting_name(Files& /*files*/) const { return true; }
/// A server may move.
std::string ConnectTo::fingerprint(const Files& /*files*/) const {
  return server_.is_path() ? "unix" : "tcp";
}
SourceClass ConnectTo::promise(Files& /*files*/) const { return SourceClass::Passing; }
std::vector<SourceFile> ConnectTo::named_files(Files& /*files*/) const { return {}; }
std::unique_ptr<Source> ConnectTo::make(const Env& env, const SourceContext& context) const {
  return std::make_unique<TcpClient>(server_, env.network, context);
}

TcpClient::TcpClient(Endpoint server, Network& network, const SourceContext& context)
    : server_(std::move(server)),
      name_(to_text(server_)),
      network_(network),
      context_(context),
      retry_delay_(kRetryDelayMin) {}

TcpClient::~TcpClient() {
  if (resolution_) context_.poller.forget(*resolution_);
  close();
}

Status TcpClient::open(const Positions& from) {
  WS_CHECK(from.empty(), "connecting anew");
  return {};
}

Result<Turn> TcpClient::poll(SteadyTime now, Block& block) {
  if (context_.patience && !has_connected_ && now >= context_.patience->until) {
    return fail(ErrorCode::Unavailable,
                fmt::format("nobody answered at {} within {}: {}; start the server first, or give "
                            "--wait more time",
                            name_, to_text(context_.patience->wait),
                            last_failure_.empty() ? "no answer" : last_failure_));
  }
  switch (state_) {
    case State::Resting:
      return rest(now);
    case State::Resolving:
      return resolve(now);
    case State::Connecting:
      return connect(now);
    case State::Connected:
      return read(now, block);
    case State::Finishing:
      return finish(now, block);
    case State::Ended:
      break;
  }
  return Turn::ended();
}

Result<Turn> TcpClient::rest(SteadyTime now) {
  if (deadline_ && now < *deadline_) return idle(deadline_);
  deadline_.reset();
  resolution_ = network_.resolve(server_);
  context_.poller.watch(*resolution_, Interest::Read, 0);
  state_ = State::Resolving;
  return Turn::again();
}

Result<Turn> TcpClient::resolve(SteadyTime now) {
  const Result<std::optional<std::vector<Address>>> addresses = resolution_->addresses();
  if (addresses && !*addresses) return idle({});
  context_.poller.forget(*resolution_);
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

void TcpClient::try_next_address(SteadyTime now, const std::string& why) {
  last_failure_ = why;
  close();
  while (address_index_ < addresses_.size()) {
    Result<std::unique_ptr<Socket>> socket = network_.connect(addresses_[address_index_++]);
    if (socket) {
      socket_ = std::move(*socket);
      context_.poller.watch(*socket_, Interest::Write, 0);
      deadline_ = now + kConnectPatience;
      state_ = State::Connecting;
      return;
    }
    last_failure_ = socket.error().message;
  }
  rest_after_failure(now, last_failure_);
}

Result<Turn> TcpClient::connect(SteadyTime now) {
  const Result<bool> connected = socket_->is_connected();
  if (!connected) {
    try_next_address(now, connected.error().message);
  } else if (*connected) {
    has_connected_ = true;
    is_waiting_said_ = false;
    deadline_.reset();
    context_.poller.watch(*socket_, Interest::Read, 0);
    context_.observer.on(event::Connected{name_, server_.is_path() ? "" : socket_->peer()});
    state_ = State::Connected;
  } else if (now >= *deadline_) {
    try_next_address(now, "no answer");
  } else {
    return idle(deadline_);
  }
  return Turn::again();
}

Result<Turn> TcpClient::read(SteadyTime now, Block& block) {
  const std::span<char> room = framer_.room(block, kServerReadBytesMax);
  if (room.empty()) return Turn::full();
  const Result<Read> read = socket_->read(room);
  if (!read) {
    drop_line(framer_, context_.observer, name_, read.error().message);
    lose_connection(now);
    return Turn::again();
  }
  switch (read->state) {
    case Read::State::NotNow:
      return idle({});
    case Read::State::Ended:
      state_ = State::Finishing;
      break;
    case Read::State::Data:
      // Only a server that says something is worth running back to at once.
      retry_delay_ = kRetryDelayMin;
      framer_.accept(block, read->bytes);
      break;
  }
  return Turn::again();
}

Result<Turn> TcpClient::finish(SteadyTime now, Block& block) {
  if (!framer_.finish(block)) return Turn::full();
  lose_connection(now);
  return Turn::again();
}

void TcpClient::lose_connection(SteadyTime now) {
  close();
  context_.observer.on(event::Disconnected{name_, !context_.until_eof});
  if (context_.until_eof) {
    state_ = State::Ended;
    return;
  }
  is_waiting_said_ = true;
  rest_after_failure(now, "the connection was closed");
}

void TcpClient::rest_after_failure(SteadyTime now, const std::string& why) {
  last_failure_ = why;
  if (!std::exchange(is_waiting_said_, true)) context_.observer.on(event::Waiting{name_, why});
  deadline_ = now + retry_delay_;
  retry_delay_ = std::min(retry_delay_ * 2, kRetryDelayMax);
  state_ = State::Resting;
}

void TcpClient::close() {
  if (!socket_) return;
  context_.poller.forget(*socket_);
  socket_.reset();
}

Turn TcpClient::idle(std::optional<SteadyTime> wake_at) const {
  const bool may_give_up = context_.patience && !has_connected_;
  return Turn::idle(may_give_up ? earlier(wake_at, context_.patience->until) : wake_at);
}

void TcpClient::stop() { drop_line(framer_, context_.observer, name_, "the run has ended"); }

}  // namespace wordstream
