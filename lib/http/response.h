// An answer of HTTP/1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wordstream {

struct HttpResponse {
  int status = 200;
  std::string_view type = "text/plain; charset=utf-8";
  std::string body = {};
};

/// A short text that says no more than the status does, and what to do about it.
HttpResponse plain_response(int status, std::string_view why);

/// The head, with all that keeps a page safe: nothing comes from elsewhere, is put into another's
/// frame, or stays in a cache. `keeps_alive`: the connection stays.
std::string head_of(const HttpResponse& response, bool keeps_alive);

}  // namespace wordstream
