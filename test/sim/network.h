// The fake network: names, servers that the program connects to, clients that connect to it, and
// what becomes of their connections. The program's side is the door; the other side is a script.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/network.h"
#include "sim/clock.h"
#include "sim/disk.h"
#include "sim/handles.h"
#include "sim/prng.h"
#include "sim/trace.h"

namespace wordstream::sim {

/// One connection, from the script's end. It outlives the program's socket, so that a test can ask
/// at the end what the program was given.
class Peer {
 public:
  /// What a script can do. Sends the beginning of `bytes` and returns how much of it: as much as
  /// fits into the window, nothing once either side has broken or closed the connection.
  std::size_t send(std::string_view bytes);
  /// Closes in order: what was sent still arrives, and the program's bytes are taken no more.
  void close();
  /// Sends nothing any more, and takes what the program has to say: half a close.
  void finish();
  /// Breaks the connection unless it is closed: of what was sent and not yet read, a part is lost.
  void reset();

  /// Takes what the program has sent and this end has not taken yet: all of it, or a part.
  std::string receive();

  /// Connections are numbered from 0, in the order of their beginning.
  std::size_t number() const { return number_; }
  /// Every byte that the program has read.
  const std::string& read_by_program() const { return read_; }
  /// The program has read all that was sent and been told that no more comes.
  bool was_drained() const { return was_drained_; }
  /// Something was sent, nothing is broken, and the program has not read it all or has not yet been
  /// told of the end.
  bool is_owed() const;
  /// The program has closed its end, and all that it sent before was taken.
  bool is_over() const { return is_abandoned_ && sent_.empty(); }
  /// The program has closed its end.
  bool is_abandoned() const { return is_abandoned_; }

 private:
  friend class FakeNetwork;
  friend class FakeSocket;
  enum class State { Connecting, Failed, Open, Closed, Reset };

  Peer(std::size_t number, std::size_t window, Prng& prng, Trace& trace);
  Readiness readiness() const;
  Result<Read> read(std::span<char> into);
  Result<std::size_t> write(std::string_view bytes);

  std::size_t number_;
  std::size_t window_;  // so many bytes may be on their way, to either side
  Prng& prng_;
  Trace& trace_;
  State state_ = State::Connecting;
  std::string failure_;  // why it is Failed or Reset
  bool is_abandoned_ = false;
  bool was_drained_ = false;
  bool takes_bytes_ = true;  // until it has closed
  std::string unread_;
  std::string read_;
  std::string sent_;  // by the program, and not yet taken
};

class FakeNetwork final : public Network {
 public:
  FakeNetwork(FakeClock& clock, Timeline& timeline, Handles& handles, Prng& prng, Trace& trace,
              FakeDisk& disk);
  ~FakeNetwork() override;

  std::unique_ptr<Resolution> resolve(const Endpoint& endpoint) override;
  Result<std::unique_ptr<Socket>> connect(const Address& address) override;
  Result<std::unique_ptr<Listener>> listen(const Endpoint& endpoint) override;
  std::size_t connection_count_max() const override { return connection_count_max_; }

  // Addresses are "host:port" or "unix:path".

  /// How an address answers those who connect to it. Addresses never heard of refuse.
  enum class Answer {
    Accept,      ///< there is a server, told of each connection by `on_connect`
    Refuse,      ///< nobody listens
    Silence,     ///< nothing comes back until the kernel gives up
    ReachItself  ///< the connecting port happens to be this one
  };
  void answer(const std::string& address, Answer answer,
              std::function<void(Peer&)> on_connect = nullptr);
  /// What a name means from now on; no hosts: there is no such name. "localhost" is known.
  void name(const std::string& host, std::vector<std::string> hosts);
  /// A client connects to the program; null when nobody listens at `address`.
  Peer* dial(const std::string& address);

  /// Accepting fails while this holds.
  bool is_short_of_descriptors = false;
  /// All connections so far.
  const std::vector<std::unique_ptr<Peer>>& peers() const { return peers_; }
  /// How many bytes a connection takes before the other side must read.
  std::size_t window = 4096;
  void limit_connections(std::size_t count) { connection_count_max_ = count; }

 private:
  friend class FakeListener;
  struct Server {
    Answer answer = Answer::Refuse;
    std::function<void(Peer&)> on_connect;
  };
  /// A listener of the program's, and who waits at its door.
  struct Door {
    std::deque<Peer*> waiting;
    std::shared_ptr<const DiskFile> file;  // null where it has none
  };

  Status make_socket_file(const Endpoint& endpoint);
  Peer& make_peer();
  void settle(Peer& peer, const std::string& address);
  std::vector<Address> addresses_of(const Endpoint& endpoint) const;
  Nanos some_delay();

  FakeClock& clock_;
  Timeline& timeline_;
  Handles& handles_;
  Prng& prng_;
  Trace& trace_;
  FakeDisk& disk_;
  std::size_t connection_count_max_ = 1000;
  std::map<std::string, std::vector<std::string>> names_;
  std::map<std::string, Server> servers_;
  std::map<std::string, Door> doors_;
  std::vector<std::unique_ptr<Peer>> peers_;
};

}  // namespace wordstream::sim
