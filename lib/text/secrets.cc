#include "text/secrets.h"

#include <algorithm>

#include "base/small_letters.h"
#include "text/percent.h"

namespace wordstream {
namespace {

/// Whether a parameter's name is one of a secret.
bool names_secret(std::string_view name) {
  const std::string plain = in_small_letters(percent_decoded(name));
  return plain.find("pass") != plain.npos || plain.find("secret") != plain.npos;
}

/// Where what may have a password begins; npos where nothing looks like a URI. Where a password is
/// known to follow, slashes that were forgotten make no difference.
std::size_t behind_scheme(std::string_view text) {
  for (const std::string_view scheme : {"postgresql:", "postgres:"}) {
    if (in_small_letters(text.substr(0, scheme.size())) == scheme) return scheme.size();
  }
  const std::size_t slashes = text.find("://");
  return slashes == text.npos ? text.npos : slashes + 3;
}

/// Where the secret begins in "name=value"; npos where none is. A value may hold a parameter that
/// was begun by another ? in place of an &.
std::size_t secret_in(std::string_view parameter) {
  std::size_t equals = parameter.find('=');
  while (equals != parameter.npos && !names_secret(parameter.substr(0, equals))) {
    equals = parameter.find('=', equals + 1);
  }
  return equals == parameter.npos ? parameter.npos : equals + 1;
}

/// Appends `text` without the secrets of its parameters. `is_in_query`: it begins behind a "?",
/// which is told of its end.
void append_shown(std::string& shown, std::string_view text, bool& is_in_query) {
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(is_in_query ? '&' : '?'));
    text.remove_prefix(part.size());
    const std::size_t secret = is_in_query ? secret_in(part) : part.npos;
    shown += part.substr(0, secret);
    if (secret != part.npos) shown += "***";
    if (text.empty()) break;
    shown += text.front();
    text.remove_prefix(1);
    is_in_query = true;
  }
}

}  // namespace

std::string without_secrets(std::string_view text) {
  const std::size_t begin = behind_scheme(text);
  if (begin == text.npos) return std::string(text);
  std::string shown(text.substr(0, begin));
  text.remove_prefix(begin);
  bool is_in_query = false;
  const std::size_t colon = text.find(':');
  const std::size_t at = text.rfind('@');
  if (colon != text.npos && at != text.npos && colon < at) {
    append_shown(shown, text.substr(0, colon + 1), is_in_query);
    if (!shown.ends_with("***")) shown += "***";
    // All of it may as well be parameters, and the @ a part of one.
    std::string_view last = text.substr(0, at);
    text.remove_prefix(at);
    is_in_query = last.find('?') != last.npos;
    if (is_in_query) last.remove_prefix(last.find('?') + 1);
    last.remove_prefix(last.rfind('&') + 1);
    if (is_in_query && secret_in(last) != last.npos) {
      shown += "@***";
      text.remove_prefix(std::min(text.find('&'), text.size()));
    }
  }
  append_shown(shown, text, is_in_query);
  return shown;
}

}  // namespace wordstream
