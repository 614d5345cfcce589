// Which names a browser may have used for us. A page of somebody else's can have its own name lead
// to this machine, and read what it asks for there; what it cannot do is to ask under another name.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace wordstream {

class HostGuard {
 public:
  /// `own`: what this machine calls itself; `others`: what else it may be called.
  HostGuard(const std::string& own, const std::vector<std::string>& others);

  /// Whether a name, as HttpRequest::host has it, is an address, localhost, or one of those names.
  bool lets_pass(std::string_view host) const;

 private:
  std::set<std::string, std::less<>> names_;
};

}  // namespace wordstream
