// Where lines come from, as it is typed: URIs, addresses, ports, paths.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/config.h"

namespace wordstream {

/// A port to connect to: 1 to 65535.
Result<std::uint16_t> parse_port(std::string_view text);

/// A host's name or address, without brackets.
Result<std::string> parse_host(std::string_view text);

/// [ADDR:]PORT; ADDR is 127.0.0.1 unless given, port 0 lets the kernel choose.
Result<Endpoint> parse_listen_address(std::string_view text);

/// A SOURCE argument: tcp://, tcp-listen://, file:, "-" or a path.
/// All of these fail with InvalidArgument and say what would be right.
Result<SourceChoice> parse_source(std::string_view text);

}  // namespace wordstream
