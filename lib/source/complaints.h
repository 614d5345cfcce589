// Which peers were complained of lately: whoever comes back at once and does the same must not
// flood the log.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "base/time.h"

namespace wordstream {

class Complaints {
 public:
  /// Whether this one may be told of: once a second for each host. `peer` is "HOST:PORT".
  bool may_tell(const std::string& peer, SteadyTime now) {
    constexpr Millis kPause{1000};
    constexpr std::size_t kHostsMax = 1000;
    if (told_.size() >= kHostsMax) told_.clear();
    const auto [told, is_first] = told_.try_emplace(peer.substr(0, peer.rfind(':')), now);
    if (!is_first && now - told->second < kPause) return false;
    told->second = now;
    return true;
  }

 private:
  std::map<std::string, SteadyTime> told_;  // by host
};

}  // namespace wordstream
