#include "source/tcp_client.h"

#include <utility>

#include "base/check.h"

namespace wordstream {

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
    : context_(context),
      server_(std::move(server), network, context_.poller, context_.observer, context_.patience) {}

Status TcpClient::open(const Positions& from) {
  WS_CHECK(from.empty(), "connecting anew");
  return {};
}

Result<Turn> TcpClient::poll(SteadyTime now, Block& block) {
  if (has_ended_) return Turn::ended();
  if (is_finishing_) {
    if (!framer_.finish(block)) return Turn::full();
    is_finishing_ = false;
    lose_connection(now);
    return Turn::again();
  }
  if (server_.socket() == nullptr) {
    Result<Turn> sought = server_.seek(now);
    if (sought && sought->state == Turn::State::Ended) return Turn::again();
    return sought;
  }
  return read(now, block);
}

Result<Turn> TcpClient::read(SteadyTime now, Block& block) {
  const std::span<char> room = framer_.room(block, LineFramer::kReadBytesMax);
  if (room.empty()) return Turn::full();
  const Result<Read> read = server_.socket()->read(room);
  if (!read) {
    drop_line(framer_, context_.observer, server_.name(), read.error().message);
    lose_connection(now);
    return Turn::again();
  }
  switch (read->state) {
    case Read::State::NotNow:
      return Turn::idle();
    case Read::State::Ended:
      is_finishing_ = true;
      break;
    case Read::State::Data:
      server_.note_good();
      framer_.accept(block, read->bytes);
      break;
  }
  return Turn::again();
}

void TcpClient::lose_connection(SteadyTime now) {
  has_ended_ = context_.until_eof;
  server_.lose(now, !has_ended_);
}

void TcpClient::stop() {
  drop_line(framer_, context_.observer, server_.name(), "the run has ended");
}

}  // namespace wordstream
