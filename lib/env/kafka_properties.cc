#include "env/kafka_properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace wordstream {
namespace {

/// No such file is longer.
constexpr std::size_t kFileBytesMax = 1024 * 1024;

/// With their other names.
constexpr std::array<std::string_view, 14> kOwn{"transactional.id",      "enable.idempotence",
                                                "isolation.level",       "group.id",
                                                "partitioner",           "acks",
                                                "request.required.acks", "enable.auto.commit",
                                                "auto.commit.enable",    "enable.auto.offset.store",
                                                "auto.offset.reset",     "enable.partition.eof",
                                                "group.instance.id",     "auto.offset.store"};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

Result<KafkaProperties> parse_kafka_properties(std::string_view text) {
  KafkaProperties properties;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t equals = line.find('=');
    const std::string_view key = trimmed(line.substr(0, equals));
    const bool is_one = equals != line.npos && !key.empty() && line.find('\0') == line.npos;
    if (!is_one) {
      return fail(ErrorCode::InvalidArgument, fmt::format("line {} is not PROPERTY=VALUE", number));
    }
    if (std::ranges::find(kOwn, key) != kOwn.end()) {
      return fail(ErrorCode::InvalidArgument,
                  fmt::format("line {}: {} is what the promise hangs on, and is set by the mode: "
                              "leave it out",
                              number, key));
    }
    properties[std::string(key)] = trimmed(line.substr(equals + 1));
  }
  return properties;
}

Result<KafkaProperties> read_kafka_properties(Files& files, const std::string& path) {
  const Result<std::unique_ptr<File>> file = files.open(path);
  if (!file) return fail(file);
  std::string text(kFileBytesMax + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const Result<Read> read = (*file)->read({text.data() + size, text.size() - size});
    if (!read) return fail(read);
    if (read->state != Read::State::Data) break;
    size += read->bytes;
  }
  if (size > kFileBytesMax) {
    return fail(ErrorCode::InvalidArgument, path + ": too long for a file of properties");
  }
  Result<KafkaProperties> properties =
      parse_kafka_properties(std::string_view(text).substr(0, size));
  if (!properties) {
    return fail(properties.error().code, fmt::format("{}: {}", path, properties.error().message));
  }
  return properties;
}

}  // namespace wordstream
