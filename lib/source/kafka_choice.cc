#include "source/kafka_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/take_until.h"
#include "env/kafka_address.h"
#include "source/kafka_source.h"
#include "text/uri_parameters.h"

namespace wordstream {
namespace {

/// More than any cluster has; a range must not become a list without end.
constexpr std::int32_t kPartitionMax = 99'999;

std::optional<std::int32_t> parse_partition(std::string_view text) {
  std::int32_t partition = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, partition);
  const bool is_one = error == std::errc() && stop == end && partition >= 0;
  return is_one && partition <= kPartitionMax ? std::optional(partition) : std::nullopt;
}

/// "0-3,7".
Result<std::set<std::int32_t>> parse_partitions(std::string_view text) {
  std::set<std::int32_t> partitions;
  do {
    std::string_view range = take_until(text, ',');
    const bool is_range = range.find('-') != range.npos;
    const std::optional<std::int32_t> first = parse_partition(take_until(range, '-'));
    const std::optional<std::int32_t> last = is_range ? parse_partition(range) : first;
    if (!first || !last || *last < *first) {
      return wrong("partitions: write numbers from 0 up, and ranges of them, as 0-3,7");
    }
    for (std::int32_t partition = *first; partition <= *last; ++partition) {
      partitions.insert(partition);
    }
  } while (!text.empty());
  return partitions;
}

/// "0-3,7" of what it was read from.
std::string to_text(const std::set<std::int32_t>& partitions) {
  std::string text;
  for (auto it = partitions.begin(); it != partitions.end();) {
    const std::int32_t first = *it;
    std::int32_t last = first;
    while (++it != partitions.end() && *it == last + 1) ++last;
    text += text.empty() ? "" : ",";
    text += first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
  }
  return text;
}

Result<From> parse_from(std::string_view text) {
  if (text == "start") return From::Start;
  if (text == "end") return From::End;
  return wrong(fmt::format("from: '{}' is neither start nor end", text));
}

Status check_group(std::string_view group) {
  if (group.empty()) return wrong("group: its name is missing");
  if (group.starts_with("wordstream-")) {
    return wrong(
        "group: names that begin with wordstream- are those of its own transactions: "
        "take another");
  }
  if (group.find('\0') != group.npos) return wrong("group: a name has no NUL");
  return {};
}

Status set_parameter(TopicToRead& what, std::string_view key, const std::string& value) {
  if (key == "partitions") {
    Result<std::set<std::int32_t>> partitions = parse_partitions(value);
    if (!partitions) return fail(partitions);
    what.partitions = std::move(*partitions);
    return {};
  }
  if (key == "from") {
    const Result<From> from = parse_from(value);
    if (!from) return fail(from);
    what.from = *from;
    return {};
  }
  if (key == "group") {
    what.group = value;
    return check_group(value);
  }
  if (key == "config") {
    what.config_path = value;
    return value.empty() ? Status(wrong("config: the file's path is missing")) : Status();
  }
  return wrong(fmt::format("?{} is none of partitions, from, group and config", key));
}

}  // namespace

Result<ChosenSource> ReadTopic::parse(std::string_view text) {
  TopicToRead what;
  const std::string_view address = take_until(text, '?');
  Result<KafkaAddress> parsed = parse_kafka_address(address);
  if (!parsed) return fail(parsed);
  what.at = std::move(*parsed);
  const Status set = for_each_parameter(text, [&](std::string_view key, const std::string& value) {
    return set_parameter(what, key, value);
  });
  if (!set) return fail(set);
  return std::make_shared<const ReadTopic>(std::move(what));
}

/// Brokers aside: they come and go, and the topic stays. Positions say of which cluster they are.
std::string ReadTopic::name(const Files& /*files*/) const {
  if (what_.partitions.empty()) return "kafka:" + what_.at.topic;
  return fmt::format("kafka:{}?partitions={}", what_.at.topic, to_text(what_.partitions));
}
bool ReadTopic::has_lasting_name(Files& /*files*/) const { return true; }
std::string ReadTopic::fingerprint(const Files& files) const { return name(files); }
SourceClass ReadTopic::promise(Files& /*files*/) const { return SourceClass::Replayable; }
std::vector<SourceFile> ReadTopic::named_files(Files& /*files*/) const { return {}; }

std::vector<std::string> ReadTopic::notes(const Env& env) const { return notes_on(env.kafka); }

std::unique_ptr<Source> ReadTopic::make(const Env& env, const SourceContext& context) const {
  return std::make_unique<KafkaSource>(what_, env.kafka, env.files, context);
}

}  // namespace wordstream
