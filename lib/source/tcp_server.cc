#include "source/tcp_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/units.h"

namespace wordstream {
namespace {

constexpr std::uint64_t kDoorToken = 0;
/// What one client may bring in one turn.
constexpr std::size_t kReadBytesMax = 64 * 1024;
/// How many are let in before those who are inside get their turn.
constexpr int kLetInCountMax = 64;
constexpr Millis kDoorPause{100};

}  // namespace

Result<ChosenSource> ListenOn::parse(std::string_view text) {
  Result<Endpoint> address = parse_listen_address(text);
  if (!address) return fail(address);
  return std::make_shared<const ListenOn>(std::move(*address));
}

Result<ChosenSource> ListenOn::parse_path(std::string_view text) {
  Result<Endpoint> address = parse_socket_path(text);
  if (!address) return fail(address);
  return std::make_shared<const ListenOn>(std::move(*address));
}

std::string ListenOn::name(const Files& files) const {
  if (!address_.is_path()) return "tcp-listen://" + to_text(address_);
  return "unix-listen:" +
         (address_.path.front() == '@' ? address_.path : files.absolute(address_.path));
}
bool ListenOn::has_lasting_name(Files& /*files*/) const { return true; }
std::string ListenOn::fingerprint(const Files& /*files*/) const {
  return address_.is_path() ? "unix-listen" : "tcp-listen";
}
SourceClass ListenOn::promise(Files& /*files*/) const { return SourceClass::Passing; }
std::vector<SourceFile> ListenOn::named_files(Files& /*files*/) const { return {}; }
std::unique_ptr<Source> ListenOn::make(const Env& env, const SourceContext& context) const {
  return std::make_unique<TcpServer>(address_, env.network, context);
}

TcpServer::TcpServer(Endpoint address, Network& network, const SourceContext& context)
    : address_(std::move(address)),
      network_(network),
      context_(context),
      next_token_(kDoorToken + 1) {}

TcpServer::~TcpServer() {
  for (const auto& [token, client] : clients_) context_.poller.forget(*client->socket);
  if (is_door_open_) context_.poller.forget(*listener_);
}

Status TcpServer::open(const Positions& from) {
  WS_CHECK(from.empty(), "listening anew");
  Result<std::unique_ptr<Listener>> listener = network_.listen(address_);
  if (!listener) return fail(listener);
  listener_ = std::move(*listener);
  client_count_max_ = network_.connection_count_max();
  open_door();
  context_.observer.on(event::Listening{listener_->address()});
  return {};
}

Result<Turn> TcpServer::poll(SteadyTime now, Block& block) {
  if (door_opens_at_ && now >= *door_opens_at_) open_door();
  if (turns_.empty()) {
    const std::vector<std::uint64_t> ready = context_.poller.take_ready();
    turns_.assign(ready.begin(), ready.end());
  }
  if (!turns_.empty()) {
    const std::uint64_t token = turns_.front();
    if (token == kDoorToken) {
      let_in(now);
    } else if (const auto client = clients_.find(token); client != clients_.end()) {
      if (!read_from(client, block)) return Turn::full();
    }
    turns_.pop_front();
    return Turn::again();
  }
  if (context_.until_eof && has_had_client_ && clients_.empty()) {
    let_in(now);  // somebody may be at the door already
    if (!clients_.empty()) return Turn::again();
    if (!door_opens_at_) return Turn::ended();
  }
  if (context_.patience && !has_had_client_) {
    const SteadyTime gives_up_at = context_.patience->until;
    if (now >= gives_up_at) {
      return fail(ErrorCode::Unavailable,
                  fmt::format("nobody connected to {} within {}; start the sender first, or give "
                              "--wait more time",
                              listener_->address(), to_text(context_.patience->wait)));
    }
    return Turn::idle(std::min(gives_up_at, door_opens_at_.value_or(gives_up_at)));
  }
  return Turn::idle(door_opens_at_);
}

void TcpServer::let_in(SteadyTime now) {
  for (int i = 0; i < kLetInCountMax; ++i) {
    if (clients_.size() == client_count_max_) {
      if (!std::exchange(has_told_full_, true)) {
        context_.observer.on(event::ClientsFull{clients_.size()});
      }
      return pause_door({});
    }
    Result<std::unique_ptr<Socket>> socket = listener_->accept();
    if (!socket) {
      if (!std::exchange(has_failed_to_let_in_, true)) {
        context_.observer.on(event::AcceptFailed{socket.error().message});
      }
      return pause_door(now + kDoorPause);
    }
    if (!*socket) return;
    has_failed_to_let_in_ = false;
    has_had_client_ = true;
    const std::uint64_t token = next_token_++;
    auto client =
        std::unique_ptr<Client>(new Client{std::move(*socket), LineFramer(context_.budget)});
    context_.poller.watch(*client->socket, Interest::Read, token);
    const std::string peer = client->socket->peer();
    clients_.emplace(token, std::move(client));
    context_.observer.on(event::ClientJoined{peer, clients_.size()});
  }
}

void TcpServer::pause_door(std::optional<SteadyTime> until) {
  if (is_door_open_) context_.poller.forget(*listener_);
  is_door_open_ = false;
  door_opens_at_ = until;
}

void TcpServer::open_door() {
  context_.poller.watch(*listener_, Interest::Read, kDoorToken);
  is_door_open_ = true;
  door_opens_at_.reset();
}

bool TcpServer::read_from(Clients::iterator at, Block& block) {
  Client& client = *at->second;
  if (!client.has_ended) {
    const std::span<char> room = client.framer.room(block, kReadBytesMax);
    if (room.empty()) return false;
    const Result<Read> read = client.socket->read(room);
    if (!read) {
      drop_line(client.framer, context_.observer, client.socket->peer(), read.error().message);
      part_with(at);
      return true;
    }
    if (read->state == Read::State::Data) client.framer.accept(block, read->bytes);
    client.has_ended = read->state == Read::State::Ended;
  }
  if (client.has_ended) {
    if (!client.framer.finish(block)) return false;
    part_with(at);
  }
  return true;
}

void TcpServer::part_with(Clients::iterator at) {
  const std::string peer = at->second->socket->peer();
  context_.poller.forget(*at->second->socket);
  clients_.erase(at);
  context_.observer.on(event::ClientLeft{peer, clients_.size()});
  // A full server stays about full while others wait: telling it each time would flood the log.
  if (clients_.size() <= client_count_max_ / 2) has_told_full_ = false;
  // Whoever waited outside because there was no room can come in now.
  if (!is_door_open_ && !door_opens_at_) open_door();
}

void TcpServer::stop() {
  for (const auto& [token, client] : clients_) {
    drop_line(client->framer, context_.observer, client->socket->peer(), "the run has ended");
  }
}

}  // namespace wordstream
