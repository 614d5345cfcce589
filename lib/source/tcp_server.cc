#include "source/tcp_server.h"

#include <utility>
#include <vector>

#include "base/check.h"

namespace wordstream {

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
    : context_(context),
      door_(std::move(address), network, context_),
      next_token_(ClientDoor::kToken + 1) {}

TcpServer::~TcpServer() {
  for (const auto& [token, client] : clients_) context_.poller.forget(*client->socket);
}

Status TcpServer::open(const Positions& from) {
  WS_CHECK(from.empty(), "listening anew");
  return door_.open();
}

Result<Turn> TcpServer::poll(SteadyTime now, Block& block) {
  door_.look(now);
  if (turns_.empty()) {
    const std::vector<std::uint64_t> ready = context_.poller.take_ready();
    turns_.assign(ready.begin(), ready.end());
  }
  if (!turns_.empty()) {
    const std::uint64_t token = turns_.front();
    if (token == ClientDoor::kToken) {
      let_in(now);
    } else if (const auto client = clients_.find(token); client != clients_.end()) {
      if (!read_from(client, block)) return Turn::full();
    }
    turns_.pop_front();
    return Turn::again();
  }
  if (context_.until_eof && door_.has_had_client() && clients_.empty()) {
    let_in(now);  // somebody may be at the door already
    if (!clients_.empty()) return Turn::again();
    if (!door_.opens_at()) return Turn::ended();
  }
  const Result<std::optional<SteadyTime>> gives_up_at = door_.wait_for_first(now);
  if (!gives_up_at) return fail(gives_up_at);
  return Turn::idle(earlier(*gives_up_at, door_.opens_at()));
}

void TcpServer::let_in(SteadyTime now) {
  door_.let_in(now, [&](std::unique_ptr<Socket> socket) {
    const std::uint64_t token = next_token_++;
    auto client =
        std::unique_ptr<Client>(new Client{std::move(socket), LineFramer(context_.budget)});
    context_.poller.watch(*client->socket, Interest::Read, token);
    clients_.emplace(token, std::move(client));
  });
}

bool TcpServer::read_from(Clients::iterator at, Block& block) {
  Client& client = *at->second;
  if (!client.has_ended) {
    const std::span<char> room = client.framer.room(block, kClientTurnBytesMax);
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
  door_.somebody_left();
  context_.observer.on(event::ClientLeft{peer, clients_.size()});
}

void TcpServer::stop() {
  for (const auto& [token, client] : clients_) {
    drop_line(client->framer, context_.observer, client->socket->peer(), "the run has ended");
  }
}

}  // namespace wordstream
