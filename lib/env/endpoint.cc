#include "env/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace wordstream {
namespace {

/// A port from `least` to 65535.
Result<std::uint16_t> parse_port_from(std::string_view text, std::uint16_t least) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || text.empty() || port < least) {
    return wrong(fmt::format("'{}' is not a port: write a number from {} to 65535", text, least));
  }
  return port;
}

/// "host:port" or "[address]:port"; the host may be empty only where the caller allows it.
struct HostAndPort {
  std::string_view host;
  std::string_view port;
};

std::optional<HostAndPort> split_host_and_port(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find("]:");
    if (close == std::string_view::npos) return std::nullopt;
    return HostAndPort{text.substr(1, close - 1), text.substr(close + 2)};
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon != text.rfind(':')) return std::nullopt;
  return HostAndPort{text.substr(0, colon), text.substr(colon + 1)};
}

Result<Endpoint> parse_endpoint_from(std::string_view text, std::uint16_t least_port) {
  const std::optional<HostAndPort> parts = split_host_and_port(text);
  if (!parts || parts->host.empty()) {
    return wrong(fmt::format("'{}' is not HOST:PORT (an IPv6 address goes in brackets)", text));
  }
  const Result<std::string> host = parse_host(parts->host);
  if (!host) return fail(host);
  const Result<std::uint16_t> port = parse_port_from(parts->port, least_port);
  if (!port) return fail(port);
  return Endpoint{*host, *port};
}

}  // namespace

std::string to_text(const Endpoint& endpoint) {
  if (endpoint.is_path()) return "unix:" + endpoint.path;
  const bool is_v6 = endpoint.host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", endpoint.host, endpoint.port)
               : fmt::format("{}:{}", endpoint.host, endpoint.port);
}

bool is_loopback(const Endpoint& endpoint) {
  return endpoint.is_path() || endpoint.host.starts_with("127.") || endpoint.host == "::1" ||
         endpoint.host == "localhost";
}

Result<std::uint16_t> parse_port(std::string_view text) { return parse_port_from(text, 1); }

Result<std::string> parse_host(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const bool is_clean = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7f' &&
           std::string_view("/?@[]").find(c) == std::string_view::npos;
  });
  // An IPv6 address has more than one.
  if (std::ranges::count(text, ':') == 1) {
    return wrong(fmt::format("'{}' is a host and a port: write the port behind --port", text));
  }
  if (text.empty() || !is_clean) {
    return wrong(fmt::format("'{}' is not a host: write a name or an address", text));
  }
  return std::string(text);
}

Result<Endpoint> parse_listen_address(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return parse_endpoint_from(text, 0);
  const Result<std::uint16_t> port = parse_port_from(text, 0);
  if (!port) return fail(port);
  return Endpoint{"127.0.0.1", *port};
}

Result<Endpoint> parse_endpoint(std::string_view text) { return parse_endpoint_from(text, 1); }

Result<Endpoint> parse_socket_path(std::string_view text) {
  constexpr std::size_t kBytesMax = 107;
  const bool is_named = text.starts_with('@');
  const std::size_t length = text.size() - (is_named ? 1 : 0);
  if (length == 0) return wrong("the path of the socket is missing: write one, or @ and a name");
  if (length > kBytesMax) {
    return wrong(
        fmt::format("'{}' has {} bytes, and a socket's path at most {}: start in a "
                    "directory that is nearer to it",
                    text, length, kBytesMax));
  }
  return Endpoint{{}, 0, std::string(text)};
}

}  // namespace wordstream
