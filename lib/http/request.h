// One request of HTTP/1, as it comes: its head alone. Who asks for a page has nothing else to say,
// and whoever sends a body is refused.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace wordstream {

/// A head may be so long, its line ends included.
inline constexpr std::size_t kRequestBytesMax = 8 * 1024;

enum class HttpMethod { Get, Head, Other };

struct HttpRequest {
  HttpMethod method = HttpMethod::Other;
  std::string path = {};   ///< "/metrics", as it was sent
  std::string query = {};  ///< what stands behind the "?"
  std::string host = {};   ///< without its port, in small letters; an IPv6 address in brackets
  /// The connection may stay for another request.
  bool keeps_alive = false;
};

/// Reads the head of one request, in whatever pieces it comes.
class HttpRequestReader {
 public:
  enum class State {
    Empty,  ///< no byte has come
    Begun,  ///< it is not whole
    Whole,
    Bad  ///< it is to be answered with error_status(), and nothing behind it can be understood
  };

  HttpRequestReader();
  HttpRequestReader(HttpRequestReader&& other) noexcept;
  HttpRequestReader& operator=(HttpRequestReader&& other) noexcept;
  ~HttpRequestReader();

  /// Takes of `bytes` what belongs to the request, and returns how much that is. Requires: it is
  /// neither whole nor bad.
  std::size_t take(std::string_view bytes);

  State state() const;
  /// Requires: Whole.
  const HttpRequest& request() const;
  /// 400, 413, 431, 505. Requires: Bad.
  int error_status() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The value of one parameter in a query; nothing where it is not there. No percent signs are
/// decoded: the values are numbers.
std::optional<std::string_view> parameter_of(std::string_view query, std::string_view name);

}  // namespace wordstream
