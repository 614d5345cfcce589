#include "http/response.h"

#include <fmt/format.h>

namespace wordstream {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 421:
      return "Misdirected Request";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

/// The page's own files, and data of its own: no other host is asked for anything.
constexpr std::string_view kSafety =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Cache-Control: no-store\r\n";

}  // namespace

HttpResponse plain_response(int status, std::string_view why) {
  return {.status = status, .body = fmt::format("{} {}: {}\n", status, reason_of(status), why)};
}

std::string head_of(const HttpResponse& response, bool keeps_alive) {
  return fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}{}{}\r\n",
                     response.status, reason_of(response.status), response.type,
                     response.body.size(), response.status == 405 ? "Allow: GET, HEAD\r\n" : "",
                     kSafety, keeps_alive ? "" : "Connection: close\r\n");
}

}  // namespace wordstream
