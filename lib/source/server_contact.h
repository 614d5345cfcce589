// A connection to a server that is to be had, whatever comes in between: a refused connection, a
// name that does not resolve and a closed connection are tried again, after 100 ms, doubling to
// 2 s.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "env/network.h"
#include "model/events.h"
#include "runtime/patience.h"
#include "runtime/turn.h"

namespace wordstream {

class ServerContact {
 public:
  /// The poller knows it by `token`. All that is handed in outlives it. `patience`: with whoever is
  /// to connect first; none: as long as it takes.
  ServerContact(Endpoint server, Network& network, Poller& poller, Observer& observer,
                std::optional<Patience> patience, std::uint64_t token = 0);
  ~ServerContact();
  ServerContact(const ServerContact&) = delete;
  ServerContact& operator=(const ServerContact&) = delete;

  /// As people call the server.
  const std::string& name() const { return name_; }

  /// A turn on the way to a connection. Ended: it stands. Fails with Unavailable where that was not
  /// to be had for all the patience there was.
  Result<Turn> seek(SteadyTime now);
  /// Null where none stands.
  Socket* socket() { return is_connected_ ? socket_.get() : nullptr; }
  /// What the connection is to be ready for next. Requires: it stands.
  void watch_for(Interest interest);
  /// The server has something to say: it is worth running back to at once.
  void note_good() { retry_delay_ = kRetryDelayMin; }

  /// The connection is gone, or given up. `is_awaited`: there is to be another one.
  void lose(SteadyTime now, bool is_awaited, const std::string& why = "the connection was closed");

 private:
  static constexpr Millis kRetryDelayMin{100};
  enum class State { Resting, Resolving, Connecting };

  Turn rest(SteadyTime now);
  Turn resolve(SteadyTime now);
  Turn connect(SteadyTime now);
  void try_next_address(SteadyTime now, const std::string& why);
  void rest_after_failure(SteadyTime now, const std::string& why);
  void close();
  Turn idle(std::optional<SteadyTime> wake_at) const;

  Endpoint server_;
  std::string name_;
  Network& network_;
  Poller& poller_;
  Observer& observer_;
  std::optional<Patience> patience_;
  std::uint64_t token_;

  State state_ = State::Resting;
  std::optional<SteadyTime> deadline_;  // Resting: try again; Connecting: give this address up
  Millis retry_delay_ = kRetryDelayMin;
  bool has_connected_ = false;    // ever
  bool is_waiting_said_ = false;  // the current outage has been told

  std::unique_ptr<Resolution> resolution_;
  std::vector<Address> addresses_;
  std::size_t address_index_ = 0;
  std::unique_ptr<Socket> socket_;
  bool is_connected_ = false;
  Interest watched_ = Interest::Write;
  std::string last_failure_;
};

}  // namespace wordstream
