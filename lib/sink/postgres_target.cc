#include "sink/postgres_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/take_until.h"
#include "env/postgres.h"
#include "sink/postgres_store.h"
#include "sink/row_sink.h"
#include "text/percent.h"
#include "text/utf8.h"
#include "words/order.h"

namespace wordstream {
namespace {

/// A longer name is cut by the server, which then has another table.
constexpr std::size_t kNameBytesMax = 63;
constexpr std::array<std::string_view, 3> kOwnNames{"wordstream_progress", "wordstream_long",
                                                    "wordstream_status"};

Status check_name(std::string_view name) {
  if (name.empty()) return wrong("table: write table=NAME or table=SCHEMA.NAME");
  if (!is_valid_utf8(name)) return wrong("table: its name is not UTF-8");
  if (name.size() > kNameBytesMax) {
    return wrong(fmt::format("table: '{}' is longer than {} bytes", name, kNameBytesMax));
  }
  return {};
}

Result<PostgresTable> parse_table(std::string_view text) {
  if (std::count(text.begin(), text.end(), '.') > 1) {
    return wrong("table: one dot at most, between schema and table");
  }
  PostgresTable table;
  if (text.find('.') != text.npos) {
    table.schema = take_until(text, '.');
    if (Status checked = check_name(table.schema); !checked) return fail(checked);
  }
  table.name = text;
  if (Status checked = check_name(table.name); !checked) return fail(checked);
  if (std::ranges::find(kOwnNames, table.name) != kOwnNames.end()) {
    return wrong(fmt::format("table: {} has a meaning of its own here: take another name", text));
  }
  return table;
}

bool is_port(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// What a URI asks for, as far as it tells what is connected to.
struct Server {
  std::string hosts = {};                          ///< "a:5432,b"
  std::string database = {};                       ///< encoded
  std::map<std::string, std::string> others = {};  ///< service, and hosts that stand in parameters

  /// "postgresql://a:5432/b".
  std::string name(std::string_view table) const {
    std::string text = fmt::format("postgresql://{}/{}", hosts, database);
    char separator = '?';
    const auto add = [&](std::string_view key, std::string_view value) {
      text += fmt::format("{}{}={}", std::exchange(separator, '&'), key, value);
    };
    for (const auto& [key, value] : others) add(key, percent_encoded(value));
    if (!table.empty()) add("table", table);
    return text;
  }
};

/// Reads the hosts, of "user:password@a:5432,b". What could be the rest of a password that was not
/// encoded is refused, and not repeated.
Result<std::string> parse_hosts(std::string_view authority) {
  const std::size_t at = authority.find('@');
  const std::string_view hosts = at == authority.npos ? authority : authority.substr(at + 1);
  const auto refuse = [] {
    return wrong(
        "what stands between // and the database is not [USER[:PASSWORD]@]HOST[:PORT]; in a "
        "user's name or password write %40 for @, %2F for /, %3A for :, %3F for ?");
  };
  if (hosts.find('@') != hosts.npos) return refuse();
  std::string_view rest = hosts;
  while (!rest.empty()) {
    std::string_view host = take_until(rest, ',');
    if (host.starts_with('[')) {
      if (host.find(']') == host.npos) return refuse();  // libpq would find one behind the slash
      take_until(host, ']');
    }
    take_until(host, ':');
    if (!is_port(host)) return refuse();
  }
  return std::string(hosts);
}

}  // namespace

Result<ParsedTarget> ToPostgres::parse(std::string_view text) {
  if (!text.starts_with("//")) return wrong("write postgresql://HOST[:PORT]/DATABASE");
  text.remove_prefix(2);
  std::string_view path = take_until(text, '?');
  const std::string uri_path(path);
  if (path.find('@') == path.npos && text.find('@') != text.npos) {
    return wrong(
        "there is an @ behind the ?: write %40 for it, or, where a password before it has a ?, %3F "
        "for that");
  }
  Server server;
  const Result<std::string> hosts = parse_hosts(take_until(path, '/'));
  if (!hosts) return fail(hosts);
  server.hosts = *hosts;
  if (path.find('@') != path.npos) {
    return wrong(
        "there is an @ in the database's name: write %40 for it, or, where it belongs to a "
        "password before it, %2F for the / there");
  }
  server.database = percent_encoded(percent_decoded(path));

  std::string libpq_parameters;
  std::string our_parameters;
  std::optional<std::string_view> table_text;
  const auto append = [](std::string& all, std::string_view parameter) {
    all += fmt::format("{}{}", all.empty() ? "" : "&", parameter);
  };
  while (!text.empty()) {
    const std::string_view parameter = take_until(text, '&');
    if (parameter.find('=') == parameter.npos) {
      return wrong(
          "what stands behind the ? is not NAME=VALUE&NAME=VALUE; in a password write %3F for ?");
    }
    std::string_view value = parameter;
    const std::string name = percent_decoded(take_until(value, '='));
    if (name == "table") {
      if (table_text) return wrong("table is named twice");
      table_text = value;
    } else if (name == "top" || name == "format") {
      append(our_parameters, parameter);
    } else if (name == "application_name") {
      return wrong(
          "application_name is set by wordstream, which finds its predecessor by it: leave "
          "it out");
    } else {
      append(libpq_parameters, parameter);
      if (name == "dbname") server.database = percent_encoded(percent_decoded(value));
      if (name == "host" || name == "hostaddr" || name == "port" || name == "service") {
        server.others[name] = percent_decoded(value);
      }
    }
  }
  PostgresTable table;
  if (table_text) {
    Result<PostgresTable> parsed = parse_table(*table_text);
    if (!parsed) return fail(parsed);
    table = std::move(*parsed);
  }
  std::string uri = "postgresql://" + uri_path;
  if (!libpq_parameters.empty()) uri += "?" + libpq_parameters;
  if (Status checked = check_postgres_uri(uri); !checked) return fail(checked);
  return ParsedTarget{std::make_shared<const ToPostgres>(
                          std::move(uri), server.name(table_text.value_or("")), std::move(table)),
                      our_parameters};
}

std::string ToPostgres::name(const Files& /*files*/) const { return name_; }
SinkClass ToPostgres::promise() const { return kPromise; }
bool ToPostgres::has_format() const { return false; }
bool ToPostgres::wants_all(std::optional<FormatKind> /*format*/) const { return false; }
std::string ToPostgres::path(const Files& /*files*/) const { return ""; }

Result<std::unique_ptr<Sink>> ToPostgres::open(const SinkContext& context) const {
  if (context.is_total && context.top != kAllRows) {
    return fail(
        ErrorCode::InvalidArgument,
        fmt::format("{}: totals have a row for each word: leave top out, or write top=all", name_));
  }
  PostgresTable table = table_;
  if (table.name.empty()) table.name = context.is_total ? "totals" : "counts";
  auto store = std::make_unique<PostgresStore>(uri_, name_, std::move(table), context.is_total,
                                               context.resume);
  return std::make_unique<RowSink>(std::move(store), context);
}

}  // namespace wordstream
