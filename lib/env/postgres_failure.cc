#include "env/postgres_failure.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

namespace wordstream {
namespace {

/// Takes SQLSTATE codes out of a message ("FATAL:  28P01: password ..."), as libpq writes them when
/// it is told to be verbose, which is the only way in which it has those of connecting.
std::vector<std::string> take_codes(std::string& message) {
  std::vector<std::string> codes;
  const auto is_of_code = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
  for (std::size_t at = message.find(":  "); at != std::string::npos;
       at = message.find(":  ", at + 1)) {
    const std::string_view rest = std::string_view(message).substr(at + 3);
    if (rest.size() < 7 || rest.substr(5, 2) != ": ") continue;
    if (!std::all_of(rest.begin(), rest.begin() + 5, is_of_code)) continue;
    codes.emplace_back(rest.substr(0, 5));
    message.erase(at + 3, 7);
  }
  return codes;
}

/// Those that no other attempt would do without: rights, passwords, what is not there.
bool is_final(std::string_view code) {
  return code.starts_with("28") || code.starts_with("42") || code.starts_with("3D") ||
         code.starts_with("22");
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(piece.size() + 1, text.size()));
    const std::size_t begin = piece.find_first_not_of(" \t");
    if (begin == std::string_view::npos || piece.starts_with("LOCATION:")) continue;
    if (!line.empty()) line += "; ";
    line += piece.substr(begin);
  }
  return line;
}

PostgresReply read_failure(std::string message, bool has_begun, bool needs_password) {
  const std::vector<std::string> codes = take_codes(message);
  const std::string why = one_line(message);
  // Of several hosts one that is only away for now may still be the right one.
  std::size_t failed_count = 0;
  std::set<std::string> hosts;
  constexpr std::string_view kHost = "connection to server at \"";
  for (std::size_t at = why.find("failed: "); at != std::string::npos;
       at = why.find("failed: ", at + 1)) {
    ++failed_count;
  }
  for (std::size_t at = why.find(kHost); at != std::string::npos; at = why.find(kHost, at + 1)) {
    const std::string_view name = std::string_view(why).substr(at + kHost.size());
    hosts.emplace(name.substr(0, name.find('"')));
  }
  // One name may stand for several addresses, at which it does not listen.
  const bool is_one_host = hosts.size() == 1 && std::any_of(codes.begin(), codes.end(), is_final);
  const bool are_all_final = codes.size() >= failed_count && !codes.empty() &&
                             std::all_of(codes.begin(), codes.end(), is_final);
  if (is_one_host || are_all_final) {
    return {PostgresReply::State::Refused, *std::find_if(codes.begin(), codes.end(), is_final),
            why};
  }
  if (needs_password) return {PostgresReply::State::Refused, "28P01", why};
  // It was over before anybody was asked: a service or a file that is not there, a wrong value.
  const bool is_senseless = !has_begun && why.find("connection to server") == std::string::npos &&
                            why.find("translate") == std::string::npos;
  if (is_senseless) return {PostgresReply::State::Refused, "", why};
  return {PostgresReply::State::Lost, codes.empty() ? "" : codes.back(), why};
}

}  // namespace wordstream
