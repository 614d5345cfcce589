#include "http/http_server.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/check.h"

namespace wordstream {
namespace {

constexpr std::uint64_t kListenerToken = 0;
/// Let in at once, before those who are inside get their turn.
constexpr int kLetInCountMax = 8;
constexpr Millis kPause{100};
/// How long, and how much, is waited for behind a request that was refused: closing with something
/// unread would have the kernel take the answer back.
constexpr Millis kLeave{1000};
constexpr std::size_t kThrownAwayMax = 64 * 1024;

std::string_view advice_of(int status) {
  switch (status) {
    case 413:
      return "no request has a body here";
    case 431:
      return "the head of a request has 8 KiB at most";
    case 505:
      return "this is HTTP/1.1";
    default:
      return "this is no request of HTTP/1.1 that has one Host";
  }
}

}  // namespace

HttpServer::HttpServer(std::unique_ptr<Listener> listener, Poller& poller, Answer answer,
                       HttpLimits limits)
    : listener_(std::move(listener)),
      poller_(poller),
      answer_(std::move(answer)),
      limits_(limits),
      next_token_(kListenerToken + 1),
      room_(kRequestBytesMax, '\0') {
  is_watching_ = poller_.watch(*listener_, Interest::Read, kListenerToken);
}

HttpServer::~HttpServer() {
  for (const auto& [token, connection] : connections_) poller_.forget(*connection.socket);
  if (is_watching_) poller_.forget(*listener_);
}

// Those who are inside come first: whoever has sent a whole head by now is not put out for others.
std::optional<SteadyTime> HttpServer::turn(SteadyTime now) {
  bool is_anybody_at_the_door = opens_at_ && now >= *opens_at_;
  for (const std::uint64_t token : poller_.take_ready()) {
    if (token == kListenerToken) {
      is_anybody_at_the_door = true;
    } else if (const auto at = connections_.find(token); at != connections_.end()) {
      if (!work(token, at->second, now)) part_with(token);
    }
  }
  std::vector<std::uint64_t> late;
  for (const auto& [token, connection] : connections_) {
    if (now >= connection.until) late.push_back(token);
  }
  for (const std::uint64_t token : late) {
    Connection& connection = connections_.at(token);
    if (connection.reader.state() == HttpRequestReader::State::Begun) {
      answer(connection, plain_response(408, "the head of the request took too long"), true, now);
      std::ignore = connection.socket->write(connection.out);  // as far as it goes
    }
    part_with(token);
  }
  if (is_anybody_at_the_door || !is_watching_) let_in(now);
  std::optional<SteadyTime> next = opens_at_;
  for (const auto& [token, connection] : connections_) {
    next = next ? std::min(*next, connection.until) : connection.until;
  }
  return next;
}

void HttpServer::let_in(SteadyTime now) {
  opens_at_.reset();
  bool is_full = false;
  for (int i = 0; i < kLetInCountMax; ++i) {
    const bool is_crowded = connections_.size() >= limits_.connection_count_max;
    // Nobody is put out before it is known that somebody else is at the door.
    if (is_crowded && i != 0) break;
    is_full = is_crowded && !make_room();
    if (is_full) break;
    Result<std::unique_ptr<Socket>> socket = listener_->accept();
    if (!socket) {
      opens_at_ = now + kPause;
      break;
    }
    if (!*socket) break;
    const std::uint64_t token = next_token_++;
    const auto [at, is_new] = connections_.emplace(
        token, Connection{.socket = std::move(*socket), .until = now + limits_.idle});
    watch(token, at->second);
    // What it has sent already keeps it from being put out for the next one.
    if (!read(token, at->second, now)) part_with(token);
  }
  const bool must_watch = !is_full && !opens_at_;
  if (must_watch == is_watching_) return;
  if (must_watch) {
    poller_.watch(*listener_, Interest::Read, kListenerToken);
  } else {
    poller_.forget(*listener_);
  }
  is_watching_ = must_watch;
}

bool HttpServer::make_room() {
  const auto idle = std::ranges::find_if(connections_, [](const auto& each) {
    return each.second.state == Connection::State::Reading;
  });
  if (idle == connections_.end()) return false;
  part_with(idle->first);
  return true;
}

bool HttpServer::work(std::uint64_t token, Connection& connection, SteadyTime now) {
  switch (connection.state) {
    case Connection::State::Reading:
      return read(token, connection, now);
    case Connection::State::Answering:
      return write(token, connection, now);
    case Connection::State::Leaving:
      return throw_away(connection);
  }
  return false;
}

bool HttpServer::read(std::uint64_t token, Connection& connection, SteadyTime now) {
  const Result<Read> read = connection.socket->read(std::span(room_));
  if (!read || read->state == Read::State::Ended) return false;
  if (read->state == Read::State::NotNow) return true;
  take(connection, std::string_view(room_).substr(0, read->bytes), now);
  return connection.state == Connection::State::Reading || write(token, connection, now);
}

void HttpServer::take(Connection& connection, std::string_view bytes, SteadyTime now) {
  HttpRequestReader& reader = connection.reader;
  if (reader.state() == HttpRequestReader::State::Empty) connection.until = now + limits_.head;
  bytes.remove_prefix(reader.take(bytes));
  if (reader.state() == HttpRequestReader::State::Bad) {
    const int status = reader.error_status();
    connection.keeps_alive = false;
    answer(connection, plain_response(status, advice_of(status)), true, now);
  } else if (reader.state() == HttpRequestReader::State::Whole) {
    const HttpRequest& request = reader.request();
    connection.keeps_alive = request.keeps_alive;
    if (request.method == HttpMethod::Other) {
      answer(connection, plain_response(405, "nothing can be changed here: GET and HEAD alone"),
             true, now);
    } else {
      answer(connection, answer_(request), request.method == HttpMethod::Get, now);
    }
    connection.unread = bytes;
  }
}

void HttpServer::answer(Connection& connection, const HttpResponse& response, bool with_body,
                        SteadyTime now) {
  connection.out = head_of(response, connection.keeps_alive);
  if (with_body) connection.out += response.body;
  connection.written = 0;
  connection.state = Connection::State::Answering;
  connection.until = now + limits_.answer;
}

// One request of those that came together at a time, and each answer has its time: nobody is kept
// waiting by who sends many.
bool HttpServer::write(std::uint64_t token, Connection& connection, SteadyTime now) {
  const Result<std::size_t> written =
      connection.socket->write(std::string_view(connection.out).substr(connection.written));
  if (!written) return false;
  connection.written += *written;
  if (connection.written < connection.out.size()) {
    watch(token, connection);
    return true;
  }
  connection.out = {};
  const bool is_good = connection.reader.state() == HttpRequestReader::State::Whole &&
                       connection.reader.request().method != HttpMethod::Other;
  if (!connection.keeps_alive && is_good) return false;
  connection.reader = HttpRequestReader();
  connection.state =
      connection.keeps_alive ? Connection::State::Reading : Connection::State::Leaving;
  connection.until = now + (connection.keeps_alive ? limits_.idle : kLeave);
  if (connection.state == Connection::State::Reading && !connection.unread.empty()) {
    const std::string unread = std::exchange(connection.unread, {});
    take(connection, unread, now);
  }
  watch(token, connection);
  return true;
}

bool HttpServer::throw_away(Connection& connection) {
  const Result<Read> read = connection.socket->read(std::span(room_));
  if (!read || read->state == Read::State::Ended) return false;
  connection.thrown_away += read->bytes;
  return connection.thrown_away <= kThrownAwayMax;
}

void HttpServer::part_with(std::uint64_t token) {
  const auto at = connections_.find(token);
  WS_CHECK(at != connections_.end(), "parting with somebody who is here");
  poller_.forget(*at->second.socket);
  connections_.erase(at);
}

void HttpServer::watch(std::uint64_t token, const Connection& connection) {
  const bool is_answering = connection.state == Connection::State::Answering;
  poller_.watch(*connection.socket, is_answering ? Interest::Write : Interest::Read, token);
}

}  // namespace wordstream
