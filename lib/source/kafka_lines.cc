#include "source/kafka_lines.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "words/splitter.h"

namespace wordstream {
namespace {

KafkaWitness witness_of(const KafkaMessage& message) {
  return wordstream::witness_of(message.offset, message.time_ms, message.value);
}

/// Bytes of one message as they stand in a block, one piece behind the other. A piece is the rest
/// of a message as it came, or one line of it.
struct Piece {
  std::uint32_t end;         // in the lines of the run
  std::uint32_t inner : 31;  // where it begins in the message; none has 2 GiB
  std::uint32_t is_last : 1;
  std::int64_t offset;  // of the message
};

/// The places of a run of messages.
class KafkaPlaces final : public Places {
 public:
  KafkaPlaces(std::shared_ptr<const Stream> stream, std::string cluster)
      : stream_(std::move(stream)), cluster_(std::move(cluster)) {}

  void reserve(std::size_t count) { pieces_.reserve(count); }
  void add(const Piece& piece) { pieces_.push_back(piece); }
  /// The first of the messages is the witness of places between them.
  void end_at(const KafkaPlace& place, const KafkaWitness& first) {
    end_ = place;
    first_ = first;
  }

  Position at(std::size_t size) const override {
    const auto next = std::ranges::upper_bound(pieces_, size, {}, &Piece::end);
    KafkaPlace place{0, 0, cluster_, first_};
    const bool is_behind = next != pieces_.begin() && std::prev(next)->end == size;
    if (is_behind && std::prev(next)->is_last != 0) {
      place.offset = std::prev(next)->offset + 1;
    } else if (next == pieces_.end()) {
      return to_position(end_, stream_);
    } else {
      const std::size_t begin = next == pieces_.begin() ? 0 : std::prev(next)->end;
      place.offset = next->offset;
      place.inner = next->inner + (size - begin);
    }
    return to_position(place, stream_);
  }

 private:
  std::shared_ptr<const Stream> stream_;
  std::string cluster_;
  std::vector<Piece> pieces_;
  KafkaPlace end_;
  std::optional<KafkaWitness> first_;
};

/// Messages on their way into one block.
class Run {
 public:
  Run(Block& block, std::size_t line_bytes_max, KafkaPlaces* places)
      : block_(block),
        begin_(block.lines().size()),
        line_bytes_max_(line_bytes_max),
        places_(places) {}

  std::size_t size() const { return block_.lines().size() - begin_; }

  /// Appends what is left of the message from place.inner on. Returns false when there is no room:
  /// place.inner stands behind what there was room for.
  bool append(const KafkaMessage& message, KafkaPlace& place) {
    const std::string_view left = message.value.substr(place.inner);
    const bool is_short = left.size() <= line_bytes_max_ && left.size() < block_.capacity();
    if (!is_short) return append_lines(message, place);
    if (left.size() >= block_.room().size()) return false;
    append_whole(left);
    note(message.offset, place.inner, true);
    return true;
  }

 private:
  /// No line of it can be too long.
  void append_whole(std::string_view text) {
    if (text.empty()) return;
    char* const to = block_.room().data();
    std::memcpy(to, text.data(), text.size());
    std::size_t size = text.size();
    if (to[size - 1] == '\r') {
      // They must not meet a LF with which the next message begins.
      for (std::size_t end = size; end != 0 && to[end - 1] == '\r'; --end) to[end - 1] = '\n';
    } else if (to[size - 1] != '\n') {
      to[size++] = '\n';
    }
    block_.extend(size);
  }

  bool append_lines(const KafkaMessage& message, KafkaPlace& place) {
    while (place.inner < message.value.size()) {
      const std::string_view left = message.value.substr(place.inner);
      const std::size_t length = std::min(line_length(left), left.size());
      const std::size_t whole =
          length == left.size() ? length : length + line_end_length(left.substr(length));
      const std::string_view line = left.substr(0, std::min(length, line_bytes_max_));
      if (block_.empty()) block_.reserve(line.size() + 1);
      if (block_.room().size() <= line.size()) return false;
      char* const to = block_.room().data();
      std::ranges::copy(line, to);
      to[line.size()] = '\n';
      block_.extend(line.size() + 1);
      if (line.size() < length) block_.note_cut();
      note(message.offset, place.inner, whole == left.size());
      place.inner += whole;
    }
    return true;
  }

  void note(std::int64_t offset, std::uint64_t inner, bool is_last) {
    if (places_ == nullptr) return;
    places_->add({static_cast<std::uint32_t>(size()),
                  static_cast<std::uint32_t>(inner) & 0x7fffffff, is_last ? 1U : 0U, offset});
  }

  Block& block_;
  std::size_t begin_;
  std::size_t line_bytes_max_;
  KafkaPlaces* places_;
};

}  // namespace

std::optional<std::size_t> KafkaLines::take(std::span<const KafkaMessage> messages,
                                            KafkaPlace& place,
                                            const std::shared_ptr<const Stream>& stream,
                                            Block& block) {
  if (block.mark_count() >= Block::kMarkCountMax) return 0;
  const auto places = is_kept_ ? std::make_shared<KafkaPlaces>(stream, place.cluster) : nullptr;
  if (places) places->reserve(messages.size());
  Run run(block, line_bytes_max_, places.get());
  const std::int64_t offset_before = place.offset;
  const std::uint64_t inner_before = place.inner;
  const KafkaMessage* first = nullptr;
  const KafkaMessage* last = nullptr;
  std::size_t done = 0;
  for (const KafkaMessage& message : messages) {
    if (message.offset >= place.offset) {
      if (message.offset > std::exchange(place.offset, message.offset)) place.inner = 0;
      if (place.inner > message.value.size()) return std::nullopt;
      const bool is_whole = run.append(message, place);
      if (is_whole || place.inner != 0) last = &message;
      if (first == nullptr) first = last;
      if (!is_whole) break;
      ++place.offset;
      place.inner = 0;
    }
    ++done;
  }
  const bool has_moved = place.offset != offset_before || place.inner != inner_before;
  if (!has_moved || last == nullptr) return done;
  place.witness = witness_of(*last);
  if (places) {
    places->end_at(place, witness_of(*first));
    block.mark_end(to_position(place, stream), run.size(), places);
  }
  return done;
}

}  // namespace wordstream
