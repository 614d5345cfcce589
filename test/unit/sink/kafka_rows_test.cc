// Rows as messages: what stands in value, key and headers, and what becomes of those too large.
#include "sink/kafka_rows.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "catch.h"
#include "text/utf8.h"

using namespace wordstream;

namespace {

constexpr std::size_t kMuch = 1'000'000;

NewRows rows_of(std::vector<WordCount> rows) {
  return {7, {Label(Millis(1000)), Label(Millis(2000)), false}, std::move(rows)};
}

std::string text_of(const KafkaOutgoing& message) {
  std::string text = message.key ? fmt::format("<{}>", *message.key) : "-";
  for (const KafkaHeader& header : message.headers) {
    text += fmt::format(" {}={}", header.name, header.value);
  }
  return fmt::format("{} {}", text, message.value);
}

std::vector<std::string> messages_of(KafkaRows& rows) {
  std::vector<std::string> messages;
  while (const KafkaOutgoing* const message = rows.next()) {
    messages.push_back(text_of(*message));
    rows.advance();
  }
  return messages;
}

const std::string kHeaders = " batch=7 start_ms=1000 end_ms=2000 ";

}  // namespace

TEST_CASE("a message is a row, its key the word's bytes", "[kafka_rows]") {
  KafkaRows rows(true);
  rows.take(rows_of({{"a", 2}, {"", 1}}), FormatKind::Json, kMuch);
  CHECK(messages_of(rows) ==
        std::vector<std::string>{
            "<a>" + kHeaders + R"({"batch":7,"start_ms":1000,"end_ms":2000,"word":"a","count":2})",
            "<>" + kHeaders + R"({"batch":7,"start_ms":1000,"end_ms":2000,"word":"","count":1})"});
}

TEST_CASE("without keys a message has none, not an empty one", "[kafka_rows]") {
  KafkaRows rows(false);
  rows.take(rows_of({{"a\tb", 2}}), FormatKind::Tsv, kMuch);
  CHECK(messages_of(rows) == std::vector<std::string>{"-" + kHeaders + "1000\t2000\ta\\tb\t2"});
}

TEST_CASE("a message stays the same until it is done with", "[kafka_rows]") {
  KafkaRows rows(true);
  rows.take(rows_of({{"a", 2}, {"b", 1}}), FormatKind::Tsv, kMuch);
  const std::string first = text_of(*rows.next());
  CHECK(text_of(*rows.next()) == first);
  CHECK(rows.left() == 2);
  rows.advance();
  CHECK(text_of(*rows.next()) != first);
  CHECK(rows.left() == 1);
  rows.clear();
  CHECK(rows.next() == nullptr);
}

TEST_CASE("a word that is too long is cut, says so, and keeps a key of its own", "[kafka_rows]") {
  constexpr std::size_t kLimit = 5000;
  std::set<std::string> keys;
  const std::string umlauts = [] {
    std::string text;
    while (text.size() < 20'000) text += "\xC3\xA4";
    return text;
  }();
  const std::vector<std::string> words{std::string(20'000, 'x'), std::string(20'000, 'x') + "y",
                                       umlauts, std::string(20'000, '\0'),
                                       std::string(20'000, '\xFF')};
  for (const FormatKind format : {FormatKind::Json, FormatKind::Tsv}) {
    KafkaRows rows(true);
    for (const std::string& word : words) {
      rows.take(rows_of({{word, 3}}), format, kLimit);
      const KafkaOutgoing* const message = rows.next();
      REQUIRE(message != nullptr);
      CHECK(message->value.size() + message->key->size() < kLimit);
      CHECK(message->value.size() > 100);
      CHECK(message->headers.back().name == "truncated");
      keys.insert(std::string(*message->key));
      if (format == FormatKind::Json) {
        const nlohmann::json row = nlohmann::json::parse(message->value);
        CHECK(row.at("truncated") == true);
        CHECK(row.at("count") == 3);
        CHECK(is_valid_utf8(row.at("word").get<std::string>()));
      }
      rows.advance();
      CHECK(rows.take_cut_count() == 1);
      CHECK(rows.take_cut_count() == 0);
    }
  }
  CHECK(keys.size() == words.size());
}

TEST_CASE("a row behind one that was cut is whole, and does not say so", "[kafka_rows]") {
  KafkaRows rows(true);
  const std::string long_word(3000, 'x');
  rows.take(rows_of({{long_word, 1}, {"a", 1}}), FormatKind::Tsv, 2048);
  rows.next();
  rows.advance();
  CHECK(text_of(*rows.next()) == "<a>" + kHeaders + "1000\t2000\ta\t1");
}
