#include "http/request.h"

#include <http_parser.h>

#include <algorithm>

#include "base/check.h"
#include "base/small_letters.h"

namespace wordstream {

struct HttpRequestReader::Parts {
  http_parser parser{};
  State state = State::Empty;
  int error_status = 400;
  std::size_t head_bytes = 0;
  std::string target;
  std::string field, value;  // of the header that is being read
  bool is_value = false;
  int host_count = 0;
  std::string host;  // as it was sent
  HttpRequest request;

  void end_header() {
    if (in_small_letters(field) == "host") {
      ++host_count;
      host = value.substr(0, value.find_last_not_of(" \t") + 1);
    }
    field.clear();
    value.clear();
    is_value = false;
  }
  void refuse(int status) {
    state = State::Bad;
    error_status = status;
  }
  bool read_target();
  bool read_host();
};

namespace {

/// What the parser's callbacks return to go on, and to end it.
constexpr int kGoOn = 0;
constexpr int kEnd = -1;

std::string_view part(const std::string& url, const http_parser_url& parts,
                      http_parser_url_fields field) {
  if ((parts.field_set & (1U << field)) == 0) return {};
  return std::string_view(url).substr(parts.field_data[field].off, parts.field_data[field].len);
}

}  // namespace

// A proxy is sent "GET http://name/path", and so may anybody be: the name there takes the place of
// the one in the header.
bool HttpRequestReader::Parts::read_target() {
  if (target.starts_with('/')) {
    // The parser of URLs would take "//name/path" for a name.
    const std::size_t end = std::min(target.find('#'), target.size());
    const std::size_t mark = std::min(target.find('?'), end);
    request.path = target.substr(0, mark);
    request.query = mark < end ? target.substr(mark + 1, end - mark - 1) : "";
    return true;
  }
  http_parser_url url;
  http_parser_url_init(&url);
  if (http_parser_parse_url(target.data(), target.size(), 0, &url) != 0) return false;
  const std::string_view name = part(target, url, UF_HOST);
  if (name.empty()) return false;
  const bool is_v6 = name.find(':') != std::string_view::npos;
  host = is_v6 ? "[" + std::string(name) + "]" : std::string(name);
  request.path = part(target, url, UF_PATH);
  if (request.path.empty()) request.path = "/";
  request.query = part(target, url, UF_QUERY);
  return true;
}

// "name", "name:port", "[::1]:port".
bool HttpRequestReader::Parts::read_host() {
  std::string_view name = host;
  const std::size_t bracket = name.starts_with('[') ? name.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const std::size_t colon = name.find(':', bracket);
  if (colon != std::string_view::npos) {
    const std::string_view port = name.substr(colon + 1);
    if (!std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; })) return false;
    name = name.substr(0, colon);
  }
  if (bracket != 0 && name.size() != bracket + 1) return false;
  if (name.ends_with('.')) name.remove_suffix(1);
  request.host = in_small_letters(name);
  return !request.host.empty();
}

HttpRequestReader::HttpRequestReader() : parts_(std::make_unique<Parts>()) {
  http_parser_init(&parts_->parser, HTTP_REQUEST);
  parts_->parser.data = parts_.get();
}

HttpRequestReader::HttpRequestReader(HttpRequestReader&& other) noexcept = default;
HttpRequestReader& HttpRequestReader::operator=(HttpRequestReader&& other) noexcept = default;
HttpRequestReader::~HttpRequestReader() = default;

std::size_t HttpRequestReader::take(std::string_view bytes) {
  WS_CHECK(state() == State::Empty || state() == State::Begun, "reading on behind a request");
  static const http_parser_settings settings = [] {
    http_parser_settings calls;
    http_parser_settings_init(&calls);
    calls.on_url = [](http_parser* parser, const char* at, std::size_t size) {
      static_cast<Parts*>(parser->data)->target.append(at, size);
      return kGoOn;
    };
    calls.on_header_field = [](http_parser* parser, const char* at, std::size_t size) {
      Parts& parts = *static_cast<Parts*>(parser->data);
      if (parts.is_value) parts.end_header();
      parts.field.append(at, size);
      return kGoOn;
    };
    calls.on_header_value = [](http_parser* parser, const char* at, std::size_t size) {
      Parts& parts = *static_cast<Parts*>(parser->data);
      parts.is_value = true;
      parts.value.append(at, size);
      return kGoOn;
    };
    calls.on_headers_complete = [](http_parser* parser) {
      Parts& parts = *static_cast<Parts*>(parser->data);
      if (parts.is_value || !parts.field.empty()) parts.end_header();
      const bool has_length = (parser->flags & F_CONTENTLENGTH) != 0 && parser->content_length != 0;
      const bool has_body = has_length || parser->uses_transfer_encoding != 0;
      if (parser->http_major != 1) {
        parts.refuse(505);
      } else if (parser->method == HTTP_GET || parser->method == HTTP_HEAD) {
        if (has_body) parts.refuse(413);
      } else {
        // Whatever it has to say is not read: it is refused for what it wants.
        parts.request.method = HttpMethod::Other;
        parts.request.keeps_alive = false;
        parts.state = State::Whole;
        return kEnd;
      }
      return parts.state == State::Bad ? kEnd : kGoOn;
    };
    calls.on_message_complete = [](http_parser* parser) {
      static_cast<Parts*>(parser->data)->state = State::Whole;
      http_parser_pause(parser, 1);
      return kGoOn;
    };
    return calls;
  }();
  Parts& parts = *parts_;
  if (!bytes.empty()) parts.state = State::Begun;
  const std::string_view room = bytes.substr(0, kRequestBytesMax - parts.head_bytes);
  const std::size_t taken = http_parser_execute(&parts.parser, &settings, room.data(), room.size());
  parts.head_bytes += taken;
  if (parts.state == State::Whole) {
    const http_parser& parser = parts.parser;
    const bool is_get = parser.method == HTTP_GET;
    if (is_get || parser.method == HTTP_HEAD) {
      parts.request.method = is_get ? HttpMethod::Get : HttpMethod::Head;
      // Behind a wish for another protocol nothing is read, and it is not granted.
      parts.request.keeps_alive = http_should_keep_alive(&parser) != 0 && parser.upgrade == 0;
    }
    const bool is_right = parts.host_count <= 1 && parts.read_target() && parts.read_host();
    if (!is_right && parts.request.method != HttpMethod::Other) parts.refuse(400);
    return taken;
  }
  if (parts.state == State::Bad) return taken;
  if (HTTP_PARSER_ERRNO(&parts.parser) != HPE_OK) {
    const http_errno error = HTTP_PARSER_ERRNO(&parts.parser);
    parts.refuse(error == HPE_INVALID_VERSION ? 505 : error == HPE_HEADER_OVERFLOW ? 431 : 400);
  } else if (parts.head_bytes == kRequestBytesMax) {
    parts.refuse(431);
  }
  return taken;
}

HttpRequestReader::State HttpRequestReader::state() const { return parts_->state; }

const HttpRequest& HttpRequestReader::request() const {
  WS_CHECK(state() == State::Whole, "a request that is not whole");
  return parts_->request;
}

int HttpRequestReader::error_status() const {
  WS_CHECK(state() == State::Bad, "what is wrong with a good request");
  return parts_->error_status;
}

std::optional<std::string_view> parameter_of(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    return equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
  }
  return std::nullopt;
}

}  // namespace wordstream
