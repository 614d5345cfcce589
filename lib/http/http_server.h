// Answers requests of HTTP/1 on the connections of one listener, whoever is at the other end: how
// many there are, how long each takes, and how much it sends and holds is bounded. Of one thread;
// by turns, as a source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "env/network.h"
#include "env/poller.h"
#include "http/request.h"
#include "http/response.h"

namespace wordstream {

struct HttpLimits {
  std::size_t connection_count_max = 32;
  Millis idle{5000};     ///< between two requests
  Millis head{5000};     ///< from its first byte to its last
  Millis answer{10000};  ///< until all of it is taken
};

class HttpServer {
 public:
  using Answer = std::function<HttpResponse(const HttpRequest&)>;

  /// Nobody else uses tokens of the poller, which outlives it. `answer` is asked for what to say to
  /// each good request for GET and HEAD.
  HttpServer(std::unique_ptr<Listener> listener, Poller& poller, Answer answer,
             HttpLimits limits = {});
  ~HttpServer();

  /// Does what there is to do now, for each connection a bounded piece of it. Returns when there
  /// may be more: a time in the past where that is at once; nothing: when the poller calls.
  std::optional<SteadyTime> turn(SteadyTime now);

  std::size_t connection_count() const { return connections_.size(); }

 private:
  struct Connection {
    enum class State {
      Reading,  // a request, or waiting for one
      Answering,
      Leaving,  // what still comes is thrown away, so that the other side gets to read the answer
    };
    std::unique_ptr<Socket> socket;
    State state = State::Reading;
    HttpRequestReader reader = {};
    std::string unread = {};  // behind the request that is being answered
    std::string out = {};
    std::size_t written = 0;  // of it
    bool keeps_alive = false;
    std::size_t thrown_away = 0;
    SteadyTime until;  // it must be further by then
  };
  using Connections = std::map<std::uint64_t, Connection>;

  void let_in(SteadyTime now);
  /// Makes room for one more, at the expense of one that has not asked for anything. Returns false
  /// where all are being answered.
  bool make_room();
  /// Does what a connection is ready for. Returns false where it is over.
  bool work(std::uint64_t token, Connection& connection, SteadyTime now);
  bool read(std::uint64_t token, Connection& connection, SteadyTime now);
  /// Takes bytes that have come, and answers once they are a request.
  void take(Connection& connection, std::string_view bytes, SteadyTime now);
  bool write(std::uint64_t token, Connection& connection, SteadyTime now);
  bool throw_away(Connection& connection);
  void answer(Connection& connection, const HttpResponse& response, bool with_body, SteadyTime now);
  void part_with(std::uint64_t token);
  void watch(std::uint64_t token, const Connection& connection);

  std::unique_ptr<Listener> listener_;
  Poller& poller_;
  Answer answer_;
  HttpLimits limits_;
  Connections connections_;  // by token, the oldest first
  std::uint64_t next_token_;
  bool is_watching_ = false;            // the listener
  std::optional<SteadyTime> opens_at_;  // again, after a failure to let somebody in
  std::string room_;
};

}  // namespace wordstream
