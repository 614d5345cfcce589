// The door at which clients of a listening source stand, and how they are let in: some at a time,
// so that those who are inside get their turn; no more than there is room for; and again after a
// while where that fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "env/network.h"
#include "source/source.h"

namespace wordstream {

/// What one client may bring in one turn.
inline constexpr std::size_t kClientTurnBytesMax = 64 * 1024;

class ClientDoor {
 public:
  /// The poller knows the door by it.
  static constexpr std::uint64_t kToken = 0;

  /// What the context refers to, and the network, outlive the door.
  ClientDoor(Endpoint address, Network& network, const SourceContext& context);
  ~ClientDoor();

  /// Listens. Fails as Network::listen does.
  Status open();
  /// Where it is, once it is open, with the port that the kernel chose.
  std::string address() const { return listener_->address(); }
  /// Nobody is let in any more.
  void close();

  /// Gives those who stand there to `welcome`, one by one.
  void let_in(SteadyTime now, const std::function<void(std::unique_ptr<Socket>)>& welcome);
  /// Who waited outside because there was no room can come in now.
  void somebody_left();
  /// Opens it again when it is time.
  void look(SteadyTime now);
  /// When that is, if it is paused after a failure.
  std::optional<SteadyTime> opens_at() const { return opens_at_; }

  /// Anybody was let in.
  bool has_had_client() const { return has_had_client_; }
  std::size_t inside_count() const { return inside_count_; }
  /// Nobody came in all the time that the run waits; nothing to wait for: never. Fails then, with
  /// what to do about it; returns else when it would be so.
  Result<std::optional<SteadyTime>> wait_for_first(SteadyTime now) const;

 private:
  void watch();
  void pause(std::optional<SteadyTime> until);

  Endpoint address_;
  Network& network_;
  const SourceContext& context_;
  std::unique_ptr<Listener> listener_;
  std::size_t inside_count_ = 0;
  std::size_t inside_count_max_ = 0;
  bool is_open_ = false;
  bool is_closed_ = false;              // for good
  std::optional<SteadyTime> opens_at_;  // after a failure to let somebody in
  bool has_failed_to_let_in_ = false;   // and it has been told
  bool has_told_full_ = false;
  bool has_had_client_ = false;
};

}  // namespace wordstream
