#include "sink/kafka_group.h"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "base/take_until.h"
#include "base/whole_number.h"

namespace wordstream {

std::string group_of(const std::string& journal) { return "wordstream-" + journal; }

KafkaGroupPlace place_of(const StoreProgress& progress) {
  return {static_cast<std::int64_t>(progress.batch),
          fmt::format("epoch={} host={} pid={}", progress.epoch, progress.process.host,
                      progress.process.pid)};
}

std::optional<StoreProgress> progress_of(const KafkaGroupPlace& place, const std::string& journal) {
  if (place.offset < 0) return std::nullopt;
  StoreProgress progress{.journal = journal, .batch = static_cast<std::uint64_t>(place.offset)};
  bool has_epoch = false;
  std::string_view rest = place.metadata;
  while (!rest.empty()) {
    std::string_view value = take_until(rest, ' ');
    const std::string_view key = take_until(value, '=');
    if (key == "host") progress.process.host = value;
    if (key != "epoch" && key != "pid") continue;
    const std::optional<std::uint64_t> number = whole_number(value);
    if (!number) return std::nullopt;
    if (key == "pid") {
      progress.process.pid = static_cast<decltype(progress.process.pid)>(*number);
      continue;
    }
    progress.epoch = *number;
    has_epoch = true;
  }
  return has_epoch ? std::optional(std::move(progress)) : std::nullopt;
}

}  // namespace wordstream
