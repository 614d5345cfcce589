#include "app/hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "app/flag_table.h"
#include "engine/kinds.h"
#include "env/endpoint.h"

namespace wordstream {
namespace {

struct Meaning {
  std::string_view typed;
  std::string_view flag;  ///< and its value, if it needs one
};

/// What other programs call what we have. A row whose flag there is not says nothing.
constexpr Meaning kMeanings[] = {
    {"--interval", "--batch"}, {"--limit", "--top"},   {"--lines", "--top"},    {"--head", "--top"},
    {"--output", "--sink"},    {"--filter", "--grep"}, {"--column", "--field"},
};

bool is_flag(std::string_view name) {
  return std::ranges::any_of(flag_groups(), [name](const FlagGroup& group) {
    return std::ranges::find(group.flags, name, &Flag::long_name) != group.flags.end();
  });
}

/// How many letters must be changed, added, left out, or swapped with the next one, to make `b` of
/// `a`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before;
  std::vector<std::size_t> above(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::vector<std::size_t> row{i + 1};
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = above[j] + (a[i] == b[j] ? 0 : 1);
      row.push_back(std::min({above[j + 1] + 1, row[j] + 1, change}));
      const bool are_swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
      if (are_swapped) row.back() = std::min(row.back(), before[j - 1] + 1);
    }
    before = std::exchange(above, std::move(row));
  }
  return above.back();
}

std::string_view flag_by_letters(std::string_view name) {
  constexpr std::string_view kDashes = "--";
  constexpr std::size_t kShortMax = 6;
  if (!name.starts_with(kDashes) || name == kDashes) return {};
  const std::string_view letters = name.substr(kDashes.size());
  std::size_t nearest = letters.size() > kShortMax ? 3 : 2;  // too far
  std::string_view meant;
  for (const FlagGroup& group : flag_groups()) {
    for (const Flag& flag : group.flags) {
      const std::string_view other = flag.long_name().substr(kDashes.size());
      const std::size_t distance = edit_distance(letters, other);
      if (other.front() != letters.front() || distance >= nearest) continue;
      nearest = distance;
      meant = flag.long_name();
    }
  }
  return meant;
}

Result<Endpoint> endpoint_of(const std::vector<std::string>& words) {
  if (words.size() == 1) return parse_endpoint(words[0]);
  if (words.size() != 2) return fail(ErrorCode::InvalidArgument, "not a host and a port");
  const Result<std::string> host = parse_host(words[0]);
  if (!host) return fail(host);
  const Result<std::uint16_t> port = parse_port(words[1]);
  if (!port) return fail(port);
  return Endpoint{*host, *port};
}

bool is_there(const std::string& path, Files& files) {
  const Result<FileInfo> info = files.info(path);
  return info || info.error().code != ErrorCode::NotFound;
}

/// Whether it stands before a ":" for something else than a host.
bool is_scheme(std::string_view word) {
  const auto kinds = source_kinds();
  return std::ranges::find(kinds, word, &SourceKind::scheme) != kinds.end();
}

}  // namespace

std::string_view meant_flag(std::string_view name) {
  const auto* const found = std::ranges::find(kMeanings, name, &Meaning::typed);
  if (found == std::end(kMeanings)) return flag_by_letters(name);
  return is_flag(found->flag.substr(0, found->flag.find(' '))) ? found->flag : std::string_view();
}

std::string meant_server(const std::vector<std::string>& sources, Files& files) {
  const Result<Endpoint> server = endpoint_of(sources);
  if (!server || is_scheme(server->host)) return {};
  for (const std::string& source : sources) {
    if (is_there(source, files)) return {};
  }
  return fmt::format("tcp://{}", to_text(*server));
}

}  // namespace wordstream
