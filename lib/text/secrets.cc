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

}  // namespace

std::string without_secrets(std::string_view text) {
  const std::size_t slashes = text.find("://");
  if (slashes == text.npos) return std::string(text);
  std::string shown(text.substr(0, slashes + 3));
  text.remove_prefix(slashes + 3);
  const std::size_t colon = text.find(':');
  const std::size_t at = text.rfind('@');
  if (colon != text.npos && at != text.npos && colon < at) {
    shown += text.substr(0, colon + 1);
    shown += "***";
    text.remove_prefix(at);
  }
  const std::size_t query = text.find('?');
  shown += text.substr(0, query);
  if (query == text.npos) return shown;
  text.remove_prefix(query);
  while (!text.empty()) {
    shown += text.front();  // ? or &
    text.remove_prefix(1);
    const std::string_view parameter = text.substr(0, text.find('&'));
    text.remove_prefix(parameter.size());
    const std::size_t equals = parameter.find('=');
    const bool is_secret = equals != parameter.npos && names_secret(parameter.substr(0, equals));
    shown += is_secret ? parameter.substr(0, equals + 1) : parameter;
    if (is_secret) shown += "***";
  }
  return shown;
}

}  // namespace wordstream
