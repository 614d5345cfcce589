#include "http/host_guard.h"

#include <algorithm>

#include "base/small_letters.h"

namespace wordstream {
namespace {

/// As HttpRequest::host has it.
std::string as_asked(std::string_view name) {
  std::string host = in_small_letters(name);
  if (host.ends_with('.')) host.pop_back();
  return host;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Four numbers. Nothing else than digits and dots can be a name that somebody owns.
bool is_address_4(std::string_view host) {
  return !host.empty() && is_digit(host.front()) && std::ranges::count(host, '.') == 3 &&
         std::ranges::all_of(host, [](char c) { return is_digit(c) || c == '.'; });
}

bool is_address_6(std::string_view host) {
  return host.starts_with('[') && host.ends_with(']') &&
         std::ranges::all_of(host.substr(1, host.size() - 2), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
         });
}

}  // namespace

HostGuard::HostGuard(const std::string& own, const std::vector<std::string>& others)
    : names_{"localhost"} {
  if (!own.empty()) names_.insert(as_asked(own));
  for (const std::string& name : others) names_.insert(as_asked(name));
}

bool HostGuard::lets_pass(std::string_view host) const {
  return is_address_4(host) || is_address_6(host) || names_.contains(host);
}

}  // namespace wordstream
