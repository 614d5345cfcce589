#include "text/uri_parameters.h"

#include <fmt/format.h>

#include <set>

#include "base/take_until.h"
#include "text/percent.h"

namespace wordstream {

Status for_each_parameter(
    std::string_view text,
    const std::function<Status(std::string_view key, const std::string& value)>& set) {
  std::set<std::string_view> keys;
  while (!text.empty()) {
    std::string_view parameter = take_until(text, '&');
    const std::string_view key = take_until(parameter, '=');
    if (!keys.insert(key).second) {
      return fail(ErrorCode::InvalidArgument, fmt::format("?{} stands there twice", key));
    }
    if (Status done = set(key, percent_decoded(parameter)); !done) return done;
  }
  return {};
}

}  // namespace wordstream
