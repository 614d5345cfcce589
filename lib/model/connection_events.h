// What the engine tells of connections that lines come from (model/events.h).
#pragma once

#include <cstddef>
#include <string>

namespace wordstream::event {

/// A server was reached. `target` is as the user named it, `peer` its address, empty at a path.
struct Connected {
  std::string target, peer;
};
/// Nobody answers at `target`: it is tried again and again.
struct Waiting {
  std::string target, why;
};
/// The connection is over.
struct Disconnected {
  std::string target;
  bool is_retrying;  ///< it is tried again and again from now on
};
/// The listener takes connections at `address`.
struct Listening {
  std::string address;
};
/// A client has come or gone; `client_count` are connected now.
struct ClientJoined {
  std::string peer;
  std::size_t client_count;
};
struct ClientLeft {
  std::string peer;
  std::size_t client_count;
};
/// As many clients as can be are connected; others wait at the door.
struct ClientsFull {
  std::size_t client_count;
};
/// The page of the run is served at `address`.
struct PageServed {
  std::string address;
};
/// Others than this machine can reach it.
struct PageOpenToOthers {
  std::string address;
};
/// Nobody can be let in for lack of something.
struct AcceptFailed {
  std::string why;
};

}  // namespace wordstream::event
