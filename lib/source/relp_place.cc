#include "source/relp_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/take_until.h"

namespace wordstream {
namespace {

/// Nothing where it is not all of the text.
template <class Number>
std::optional<Number> whole_number(std::string_view text, int base = 10) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

std::optional<Digest> digest_of_hex(std::string_view digits) {
  Digest digest;
  if (digits.size() != 2 * digest.bytes.size()) return std::nullopt;
  for (std::uint8_t& byte : digest.bytes) {
    const auto value = whole_number<std::uint8_t>(digits.substr(0, 2), 16);
    if (!value) return std::nullopt;
    byte = *value;
    digits.remove_prefix(2);
  }
  return digest;
}

std::optional<ProducerTail> tail_of(std::string_view text) {
  const auto end = whole_number<std::uint64_t>(take_until(text, ' '));
  const auto length = whole_number<std::size_t>(take_until(text, ' '));
  const std::optional<Digest> digest = digest_of_hex(text);
  const bool is_one =
      end && length && digest && *length <= std::min<std::uint64_t>(*end, kProducerTailBytesMax);
  return is_one ? std::optional(ProducerTail{*end, *length, *digest}) : std::nullopt;
}

}  // namespace

std::optional<RelpOffer> relp_offer_of(std::string_view data) {
  bool is_one = false;
  RelpOffer offer;
  while (!data.empty()) {
    std::string_view line = take_until(data, '\n');
    is_one = is_one || line == kRelpOffer;
    const std::string_view name = take_until(line, '=');
    if (name == "journal") offer.journal = line;
    if (name == kRelpCountsOffer) offer.counts = whole_number<std::uint64_t>(line);
  }
  return is_one ? std::optional(std::move(offer)) : std::nullopt;
}

std::string to_relp_text(const RelpOffer& offer) {
  std::string text(kRelpOffer);
  if (offer.counts) text += fmt::format("\n{}={}", kRelpCountsOffer, *offer.counts);
  if (!offer.journal.empty()) text += "\njournal=" + offer.journal;
  return text;
}

std::string_view relp_name_prefix(std::string_view producer) {
  const std::size_t last = producer.rfind(':');
  const std::size_t before =
      last == 0 || last == producer.npos ? last : producer.rfind(':', last - 1);
  return before == producer.npos ? producer : producer.substr(0, before + 1);
}

std::string to_relp_text(const RelpPlace& place) {
  std::string text = "200 OK";
  if (place.other_count != 0) text += fmt::format("\nothers={}", place.other_count);
  if (!place.offset) return text;
  text += fmt::format("\nplace={}", *place.offset);
  if (place.tail.length == 0) return text;
  return text + fmt::format("\ntail={} {} {:02x}", place.tail.end, place.tail.length,
                            fmt::join(place.tail.digest.bytes, ""));
}

std::optional<RelpPlace> relp_place_of(std::string_view text) {
  RelpPlace place;
  while (!text.empty()) {
    std::string_view value = take_until(text, '\n');
    const std::string_view name = take_until(value, '=');
    if (name == "place") {
      place.offset = whole_number<std::uint64_t>(value);
      if (!place.offset) return std::nullopt;
    }
    if (name == "others") place.other_count = whole_number<std::uint64_t>(value).value_or(0);
    if (name == "tail") {
      const std::optional<ProducerTail> tail = tail_of(value);
      if (!tail) return std::nullopt;
      place.tail = *tail;
    }
  }
  return place.tail.end <= place.offset.value_or(0) ? std::optional(place) : std::nullopt;
}

}  // namespace wordstream
