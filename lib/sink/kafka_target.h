// A topic of Kafka, as it is named on the command line:
// kafka://BROKER[:PORT][,...]/TOPIC[?format=json|tsv][&key=word|none][&top=N][&config=FILE]
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "env/kafka_address.h"
#include "sink/sink_choice.h"

namespace wordstream {

class ToTopic final : public SinkTarget {
 public:
  static constexpr SinkClass kPromise = SinkClass::Ledger;
  /// Reads what stands behind "kafka:". Fails with InvalidArgument.
  static Result<ParsedTarget> parse(std::string_view text);

  /// `config_path`: of librdkafka's properties; empty: those of --kafka-config, if any.
  ToTopic(KafkaAddress at, bool has_keys, std::string config_path)
      : at_(std::move(at)), has_keys_(has_keys), config_path_(std::move(config_path)) {}

  const KafkaAddress& address() const { return at_; }

  /// The topic alone: brokers come and go, and it stays.
  std::string name(const Files& files) const override;
  SinkClass promise() const override;
  bool has_format() const override;
  bool wants_all(std::optional<FormatKind> format) const override;
  std::string path(const Files& files) const override;
  std::vector<std::string> notes(const Env& env) const override;
  Result<std::unique_ptr<Sink>> open(const SinkContext& context) const override;

 private:
  KafkaAddress at_;
  bool has_keys_;
  std::string config_path_;
};

}  // namespace wordstream
