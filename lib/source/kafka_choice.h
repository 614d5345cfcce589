// A topic of Kafka, as somebody has chosen it as the source:
// kafka://BROKER[:PORT][,...]/TOPIC[?partitions=0-3,7][&from=start|end][&group=NAME][&config=FILE]
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/kafka_address.h"
#include "source/source_choice.h"

namespace wordstream {

/// What stands in the URI.
struct TopicToRead {
  KafkaAddress at = {};
  std::set<std::int32_t> partitions = {};  ///< none: all
  std::optional<From> from = {};
  std::string group = {};        ///< none: empty
  std::string config_path = {};  ///< of librdkafka's properties; empty: none
};

class ReadTopic final : public SourceChoice {
 public:
  explicit ReadTopic(TopicToRead what) : what_(std::move(what)) {}
  /// Reads what stands behind kafka://. Fails with InvalidArgument.
  static Result<ChosenSource> parse(std::string_view text);

  const KafkaAddress& address() const { return what_.at; }
  const TopicToRead& what() const { return what_; }

  std::string name(const Files& files) const override;
  bool has_lasting_name(Files& files) const override;
  std::string fingerprint(const Files& files) const override;
  SourceClass promise(Files& files) const override;
  std::vector<SourceFile> named_files(Files& files) const override;
  bool has_ends() const override { return true; }
  std::string may_miss() const override { return {}; }
  std::string_view medium() const override { return "topic"; }
  std::vector<std::string> notes(const Env& env) const override;
  std::shared_ptr<const SourceChoice> followed() const override { return nullptr; }
  std::unique_ptr<Source> make(const Env& env, const SourceContext& context) const override;

 private:
  TopicToRead what_;
};

}  // namespace wordstream
