#include "sink/kafka_target.h"

#include <fmt/format.h>

#include <string>

#include "base/take_until.h"
#include "env/kafka_properties.h"
#include "sink/kafka_store.h"
#include "sink/row_sink.h"
#include "text/uri_parameters.h"

namespace wordstream {
Result<ParsedTarget> ToTopic::parse(std::string_view text) {
  if (!text.starts_with("//")) return wrong("write kafka://BROKER/TOPIC");
  text.remove_prefix(2);
  Result<KafkaAddress> at = parse_kafka_address(take_until(text, '?'));
  if (!at) return fail(at);
  ParsedTarget parsed;
  parsed.format = FormatKind::Json;
  bool has_keys = true;
  std::string config_path;
  const auto set = [&](std::string_view name, const std::string& value) -> Status {
    if (name == "format") {
      if (value != "json" && value != "tsv") {
        return wrong(
            fmt::format("format: '{}' is neither json nor tsv, and a message is a row: "
                        "take one of the two",
                        value));
      }
      parsed.format = format_named(value);
    } else if (name == "key") {
      if (value != "word" && value != "none") {
        return wrong(fmt::format("key: '{}' is neither word nor none", value));
      }
      has_keys = value == "word";
    } else if (name == "config") {
      config_path = value;
      if (config_path.empty()) return wrong("config: the file's path is missing");
    } else if (name == "top") {
      parsed.parameters = "top=" + value;
    } else {
      return wrong(fmt::format("?{} is none of format, key, top and config", name));
    }
    return {};
  };
  if (const Status done = for_each_parameter(text, set); !done) return fail(done);
  parsed.target = std::make_shared<const ToTopic>(std::move(*at), has_keys, std::move(config_path));
  return parsed;
}

std::string ToTopic::name(const Files& /*files*/) const { return "kafka:" + at_.topic; }
SinkClass ToTopic::promise() const { return kPromise; }
bool ToTopic::has_format() const { return true; }
bool ToTopic::wants_all(std::optional<FormatKind> /*format*/) const { return false; }
std::string ToTopic::path(const Files& /*files*/) const { return ""; }
std::vector<std::string> ToTopic::notes(const Env& env) const { return notes_on(env.kafka); }

Result<std::unique_ptr<Sink>> ToTopic::open(const SinkContext& context) const {
  TopicToWrite what{at_, context.format.value_or(FormatKind::Json), has_keys_, {}};
  const std::string& config = config_path_.empty() ? context.kafka_config : config_path_;
  if (!config.empty()) {
    Result<KafkaProperties> properties = read_kafka_properties(context.env.files, config);
    if (!properties) return fail(properties);
    what.properties = std::move(*properties);
  }
  const Result<KafkaLibrary> library = context.env.kafka.load();
  if (!library) return fail(library);
  context.observer.on(event::LibrarySaid{fmt::format("version {} is loaded", library->version)});
  for (const std::string& bug : library->bugs) context.observer.on(event::LibrarySaid{bug});
  auto store = std::make_unique<KafkaStore>(std::move(what), context.env.kafka, context.observer,
                                            context.resume);
  return std::make_unique<RowSink>(std::move(store), context);
}

}  // namespace wordstream
