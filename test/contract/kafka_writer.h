// A producer whose acts are asked for until they have ended: NotYet is what it never says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/kafka_reader.h"
#include "contract/kafka_side.h"

namespace wordstream::contract {

class KafkaWriter {
 public:
  using State = KafkaReply::State;
  using Place = std::optional<KafkaGroupPlace>;

  KafkaWriter(KafkaSide& side, const KafkaProducerSettings& settings);
  /// Without an id: without transactions. With one, it is its own when it is there.
  explicit KafkaWriter(KafkaSide& side, const std::string& topic, const std::string& id = {});

  KafkaProducer& producer() { return *producer_; }
  /// As kill -9 would do it, as far as a broker sees that.
  void leave() { producer_.reset(); }

  KafkaReply find(KafkaTarget& target);
  KafkaReply init();
  KafkaReply begin() { return producer_->begin(); }
  /// Makes room where there is none.
  KafkaReply send(const KafkaOutgoing& message);
  KafkaReply send(std::string_view value) { return send({.key = value, .value = value}); }
  KafkaReply flush();
  KafkaReply put_place(const std::string& group, const KafkaGroupPlace& place);
  KafkaReply commit();
  KafkaReply abort();
  /// Requires that it is read.
  Place read_group(const std::string& group, bool is_stable);
  /// By one question alone.
  KafkaReply ask_group(const std::string& group, bool is_stable);

  /// Waits until it has said such a thing.
  bool hears(KafkaEvent::Kind kind);

  /// Begins, sends each under itself as its key, and commits; anew where that is undone. Requires
  /// that it is done.
  void write(const std::vector<std::string>& values);

  std::size_t not_yet_count = 0;  ///< so often an act said that

 private:
  KafkaReply try_to_write(const std::vector<std::string>& values);
  KafkaReply ended(const std::function<KafkaReply()>& act);

  KafkaSide& side_;
  std::unique_ptr<KafkaProducer> producer_;
};

/// Requires, and says why not.
void must(const KafkaReply& reply);

/// Of the rows that are seen, in their order.
std::vector<std::string> values(const std::vector<KafkaRow>& rows);

}  // namespace wordstream::contract
