// Finding an address and connecting to it, as far as it is known how that ended.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "contract/contract.h"
#include "env/network.h"

namespace wordstream::contract {

inline Result<std::vector<Address>> resolve(Outside& outside, const Endpoint& endpoint) {
  const std::unique_ptr<Resolution> resolution = outside.network().resolve(endpoint);
  REQUIRE(becomes_ready(outside, *resolution, Interest::Read));
  Result<std::optional<std::vector<Address>>> addresses = resolution->addresses();
  if (!addresses) return fail(addresses);
  REQUIRE(addresses->has_value());
  return **addresses;
}

/// To the first of its addresses.
inline Result<std::unique_ptr<Socket>> connect(Outside& outside, const Endpoint& endpoint) {
  const Address address = resolve(outside, endpoint).value().front();
  Result<std::unique_ptr<Socket>> socket = outside.network().connect(address);
  if (!socket) return socket;
  REQUIRE(becomes_ready(outside, **socket, Interest::Write));
  const Result<bool> is_connected = (*socket)->is_connected();
  if (!is_connected) return fail(is_connected);
  REQUIRE(*is_connected);
  return socket;
}

}  // namespace wordstream::contract
